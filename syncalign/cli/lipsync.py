"""``syncalign lipsync``: by how much a sound is early or late against the lips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from syncalign.cli.options import PATH, CommonOptions, common_options
from syncalign.cli.output import (
    DONE,
    NO_ALIGNMENT,
    Answer,
    answer,
    named_file,
    progress_for,
    shown_path,
)
from syncalign.errors import ParameterError, printable
from syncalign.storage import ensure_apart, ensure_distinct, ensure_writable, write_atomically

if TYPE_CHECKING:
    from syncalign.results import LipSync, LipSyncFix, TrackScore

_EPILOG = """\b
Examples:
  syncalign lipsync talk.mp4
  syncalign lipsync talk.mp4 --audio dub.wav       another sound; both begin at 0
  syncalign lipsync talk.mp4 --window 3 --json
  syncalign lipsync talk.mp4 --model envelope      without any weights
  syncalign lipsync talk.mp4 --plot talk.png --csv talk.csv
  syncalign lipsync talk.mp4 --fix fixed.mp4       moves the sound, encodes nothing anew

\b
The picture is the reference: a positive offset means that the sound is early and must be moved
later. The exit code is 0 whatever is measured: in_sync (40 ms early to 60 ms late, EBU R 37),
out_of_sync, unsure, no_face, no_speech. With --fix it is 4 where nothing was written: the answer is
not sure, the offset changes on the way, or the result did not measure as in sync."""

#: Most faces that are told to people; programs get all.
_MOST_LINES = 12


@click.command(epilog=_EPILOG)
@click.argument("video", type=PATH)
@click.option("--audio", type=PATH, metavar="FILE", help="Judge this file's sound instead.")
@click.option(
    "--window",
    type=click.FloatRange(min=0, min_open=True),
    default=2.0,
    show_default=True,
    metavar="S",
    help="Seconds of the stretches that are judged one by one.",
)
@click.option(
    "--max-lag",
    type=click.FloatRange(0.02, 5),
    default=0.6,
    show_default=True,
    metavar="S",
    help="Largest offset that is looked for, either way.",
)
@click.option(
    "--model",
    default="builtin",
    show_default=True,
    metavar="M",
    help="builtin, envelope (no weights), syncnet:FILE (published weights), or a trained model.",
)
@click.option("--csv", "csv_file", metavar="FILE", help="Write the windows as a table.")
@click.option(
    "--plot", metavar="PICTURE", help="Draw the offset over time, face by face (.png, .svg, .pdf)."
)
@click.option(
    "--fix", metavar="OUT", help="Write the video with its sound moved, and measure it again."
)
@click.option("--force", is_flag=True, help="Replace existing outputs.")
@click.option(
    "--cache/--no-cache",
    "use_cache",
    default=True,
    help="Keep the faces that were found for the next run (see: syncalign cache).",
)
@common_options
def lipsync(
    video: str,
    audio: str | None,
    window: float,
    max_lag: float,
    model: str,
    use_cache: bool,
    csv_file: str | None,
    plot: str | None,
    fix: str | None,
    force: bool,
    common: CommonOptions,
) -> int:
    """Say by how much the sound of VIDEO is early or late against the lips; or why not."""
    outputs = _Outputs(csv_file, plot, fix, force)

    def work() -> Answer:
        from syncalign.cache import Cache
        from syncalign.pipelines.lipsync import score_lipsync

        outputs.check(video, audio)
        result = score_lipsync(
            named_file(video),
            audio=None if audio is None else named_file(audio),
            window=window,
            max_lag=max_lag,
            model=model,
            cache=Cache.default() if use_cache else None,
            progress=progress_for(common),
        )
        fixed = outputs.write(result, video, audio, common)
        fields = {**result.to_json(), "output": None, "fixed": None}
        code = DONE
        lines = _described(result)
        if fix is not None:
            is_written = fixed is not None and fixed.is_written
            code = DONE if is_written else NO_ALIGNMENT
            fields["output"] = shown_path(fix) if is_written else None
            fields["fixed"] = None if fixed is None else fixed.to_json()
            lines.append(_fix_line(fix, fixed))
        return Answer(fields, "\n".join(lines), code)

    return answer("lipsync", common, work)


@dataclass(frozen=True, slots=True)
class _Outputs:
    """What is written beside the answer."""

    csv: str | None
    plot: str | None
    fix: str | None
    force: bool

    def check(self, video: str, audio: str | None) -> None:
        """Fail before the long work where the writing would fail after it."""
        from syncalign.media import ensure_container
        from syncalign.report.picture import ensure_drawable

        named = [one for one in (self.csv, self.plot, self.fix) if one is not None]
        for output in named:
            if output in ("", "-"):
                raise ParameterError("name a file for --csv, --plot and --fix")
            ensure_distinct(output, video, *([] if audio is None else [audio]))
        ensure_apart(*named)
        if self.fix is not None:
            ensure_container(self.fix)
        if self.plot is not None:
            ensure_drawable(self.plot, overwrite=self.force)
        for written in (self.csv, self.fix):
            if written is not None:
                ensure_writable(written, overwrite=self.force)

    def write(
        self, result: LipSync, video: str, audio: str | None, common: CommonOptions
    ) -> LipSyncFix | None:
        """Write what was asked for; None where the sound was not to be moved, or could not."""
        from syncalign.pipelines.lipsync_fix import fix_lipsync
        from syncalign.report.lip_offsets import draw_offsets

        fixed = None
        if self.fix is not None and result.is_one_move:
            fixed = fix_lipsync(
                video,
                self.fix,
                result,
                audio=audio,
                overwrite=self.force,
                progress=progress_for(common),
            )
        if self.csv is not None:
            write_atomically(self.csv, result.to_csv(), overwrite=self.force)
        if self.plot is not None:
            draw_offsets(result, self.plot, overwrite=self.force)
        return fixed


def _fix_line(path: str, fixed: LipSyncFix | None) -> str:
    """Say what became of the file that was asked for."""
    if fixed is None:
        return f"nothing was written to {printable(path)}: one move of the sound would not help"
    if not fixed.is_written:
        return f"nothing was written to {printable(path)}: moved, it still is {fixed.after.status}"
    if not fixed.moved:
        return f"written: {printable(path)}, as it was: it is in sync"
    left = f"{(fixed.after.offset or 0) * 1000:+.0f} ms"
    return f"written: {printable(path)}, sound moved by {fixed.moved * 1000:+.0f} ms; now {left}"


def _described(result: LipSync) -> list[str]:
    """Return the lines that tell a person about a result."""
    sure = "" if result.confidence is None else f" (confidence {result.confidence:.2f})"
    lines = [f"{result.status}{sure}", *(f"  {reason}" for reason in result.reasons)]
    if result.offset is not None and result.interval is not None:
        low, high = (f"{end * 1000:+.0f}" for end in result.interval)
        guess = "offset" if result.is_trusted else "best guess"
        lines.append(f"  {guess} {result.offset * 1000:+.0f} ms, 95 % between {low} and {high} ms")
    if result.starts_apart:
        lines.append(
            f"  in the file the sound begins {result.starts_apart * 1000:+.0f} ms after the picture"
            " (that is counted in)"
        )
    lines += [_track_line(track) for track in result.tracks[:_MOST_LINES]]
    if len(result.tracks) > _MOST_LINES:
        lines.append(f"  and {len(result.tracks) - _MOST_LINES} more faces (--json shows all)")
    return lines


def _track_line(track: TrackScore) -> str:
    from syncalign.timebase import format_timecode

    start, end = format_timecode(track.segment.start), format_timecode(track.segment.end)
    spoken = sum(one.duration for one in track.speaking)
    line = f"  face {track.id}, {start} - {end}: speaks {spoken:.1f} s"
    if track.offset is not None and track.confidence is not None:
        line += f", {track.offset * 1000:+.0f} ms (confidence {track.confidence:.2f})"
    return line
