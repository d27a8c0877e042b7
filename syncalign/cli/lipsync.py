"""``syncalign lipsync``: by how much a sound is early or late against the lips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from syncalign.cli.options import PATH, CommonOptions, common_options
from syncalign.cli.output import Answer, answer, named_file, progress_for

if TYPE_CHECKING:
    from syncalign.results import LipSync, TrackScore

_EPILOG = """\b
Examples:
  syncalign lipsync talk.mp4
  syncalign lipsync talk.mp4 --audio dub.wav       another sound; both begin at 0
  syncalign lipsync talk.mp4 --window 3 --json
  syncalign lipsync talk.mp4 --model envelope      without any weights

\b
The picture is the reference: a positive offset means that the sound is early and must be moved
later. The exit code is 0 whatever is measured: in_sync (40 ms early to 60 ms late, EBU R 37),
out_of_sync, unsure, no_face, no_speech."""

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
    help="builtin, envelope (no weights), or the path of a trained model.",
)
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
    common: CommonOptions,
) -> int:
    """Say by how much the sound of VIDEO is early or late against the lips; or why not."""

    def work() -> Answer:
        from syncalign.cache import Cache
        from syncalign.pipelines.lipsync import score_lipsync

        result = score_lipsync(
            named_file(video),
            audio=None if audio is None else named_file(audio),
            window=window,
            max_lag=max_lag,
            model=model,
            cache=Cache.default() if use_cache else None,
            progress=progress_for(common),
        )
        return Answer(result.to_json(), "\n".join(_described(result)))

    return answer("lipsync", common, work)


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
