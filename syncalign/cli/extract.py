"""``syncalign extract``: the text tracks of a medium as files, or its sound and mouths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from syncalign.cli.options import PATH, CommonOptions, common_options
from syncalign.cli.output import Answer, answer, named_file, shown_path
from syncalign.errors import printable

if TYPE_CHECKING:
    from syncalign.results.extraction import ExtractedTrack

_EPILOG = """\b
Examples:
  syncalign extract film.mkv -o subtitles         writes subtitles/film.0.eng.srt, ...
  syncalign extract film.mkv -o . --language en
  syncalign extract talk.mp4 -o features --features npz

\b
Picture subtitles (PGS, VobSub) are listed as skipped. Features are the sound at 16 kHz, 40 mel
levels each 10 ms, and shape and picture of the mouth of each face each 40 ms."""


@click.command(epilog=_EPILOG)
@click.argument("media", type=PATH)
@click.option("-o", "--output", "folder", metavar="DIR", required=True, help="Folder to write to.")
@click.option(
    "--track", type=click.IntRange(min=0), metavar="N", help="Only this subtitle track, from 0."
)
@click.option("--language", metavar="xx", help="Only tracks in this language, such as en.")
@click.option(
    "--features",
    type=click.Choice(["npz", "parquet"]),
    help="Write sound, mel levels and mouths instead of text tracks.",
)
@click.option("--force", is_flag=True, help="Replace existing files.")
@common_options
def extract(
    media: str,
    folder: str,
    track: int | None,
    language: str | None,
    features: str | None,
    force: bool,
    common: CommonOptions,
) -> int:
    """Write text tracks of MEDIA to DIR as STEM.N.LANGUAGE.srt, .ass or .vtt; or its features."""
    if features is not None and (track is not None or language is not None):
        raise click.UsageError("--track and --language choose text tracks, not features")

    def work() -> Answer:
        if features is not None:
            return _features(media, folder, features, force)
        from syncalign.pipelines.extract import extract_subtitles

        result = extract_subtitles(named_file(media), track=track, language=language)
        result = result.save(folder, overwrite=force)
        text = "\n".join([*map(_line, result.tracks)])
        return Answer(result.to_json(), text)

    return answer("extract", common, work)


def _features(media: str, folder: str, format_: str, force: bool) -> Answer:
    from syncalign.cache import Cache
    from syncalign.pipelines.extract_features import extract_features

    found = extract_features(named_file(media), cache=Cache.default())
    written = found.save(folder, format=format_, overwrite=force)
    lines = [
        f"{len(found.samples) / 16000:.2f} s of sound, {len(found.levels)} rows of levels",
        *(
            f"mouth {n}: from {mouth.times[0]:.2f} to {mouth.times[-1]:.2f} s"
            for n, mouth in enumerate(found.mouths)
        ),
        *found.reasons,
        *(f"written: {printable(path)}" for path in written),
    ]
    return Answer({**found.to_json(), "outputs": list(map(shown_path, written))}, "\n".join(lines))


def _line(track: ExtractedTrack) -> str:
    head = f"{track.track}: {track.codec} {track.language or 'unknown language'}"
    if track.output is None:
        return f"{head}, {track.reason}"
    note = f" ({track.reason})" if track.reason else ""
    return f"{head}, {track.cues} cues{note}: {printable(track.output)}"
