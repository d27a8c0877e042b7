"""``syncalign extract``: the text tracks of a medium as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from syncalign.cli.options import PATH, CommonOptions, common_options
from syncalign.cli.output import Answer, answer, named_file
from syncalign.errors import printable

if TYPE_CHECKING:
    from syncalign.results.extraction import ExtractedTrack

_EPILOG = """\b
Examples:
  syncalign extract film.mkv -o subtitles         writes subtitles/film.0.eng.srt, ...
  syncalign extract film.mkv -o . --language en

\b
Only text can be taken out; picture subtitles (PGS, VobSub) are listed as skipped."""


@click.command(epilog=_EPILOG)
@click.argument("media", type=PATH)
@click.option("-o", "--output", "folder", metavar="DIR", required=True, help="Folder to write to.")
@click.option(
    "--track", type=click.IntRange(min=0), metavar="N", help="Only this subtitle track, from 0."
)
@click.option("--language", metavar="xx", help="Only tracks in this language, such as en.")
@click.option("--force", is_flag=True, help="Replace existing files.")
@common_options
def extract(
    media: str,
    folder: str,
    track: int | None,
    language: str | None,
    force: bool,
    common: CommonOptions,
) -> int:
    """Write the text tracks of MEDIA to DIR as STEM.N.LANGUAGE.srt, .ass or .vtt."""

    def work() -> Answer:
        from syncalign.pipelines.extract import extract_subtitles

        result = extract_subtitles(named_file(media), track=track, language=language)
        result = result.save(folder, overwrite=force)
        text = "\n".join([*map(_line, result.tracks)])
        return Answer(result.to_json(), text)

    return answer("extract", common, work)


def _line(track: ExtractedTrack) -> str:
    head = f"{track.track}: {track.codec} {track.language or 'unknown language'}"
    if track.output is None:
        return f"{head}, {track.reason}"
    note = f" ({track.reason})" if track.reason else ""
    return f"{head}, {track.cues} cues{note}: {printable(track.output)}"
