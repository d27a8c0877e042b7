"""``syncalign probe``: what a medium contains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from syncalign.cli.options import PATH, CommonOptions, common_options
from syncalign.cli.output import Answer, answer, named_file
from syncalign.errors import printable

if TYPE_CHECKING:
    from syncalign.media import MediaInfo, StreamInfo


@click.command(
    epilog="\b\nExamples:\n  syncalign probe film.mkv\n  syncalign probe film.mkv --json"
)
@click.argument("media", type=PATH)
@common_options
def probe(media: str, common: CommonOptions) -> int:
    """Show the streams and chapters of MEDIA."""

    def work() -> Answer:
        from syncalign.media import probe as read_info

        info = read_info(named_file(media))
        facts = {"status": "ok", "confidence": None, "reasons": [], **info.as_dict()}
        return Answer(facts, "\n".join(_lines(info)))

    return answer("probe", common, work)


def _lines(info: MediaInfo) -> list[str]:
    from syncalign.timebase import format_timecode

    length = "unknown" if info.duration is None else format_timecode(info.duration)
    lines = [f"{printable(info.path)}: {info.container}, duration {length}"]
    lines += [_stream_line(stream, track) for stream, track in _numbered(info)]
    for chapter in info.chapters:
        start, end = format_timecode(chapter.start), format_timecode(chapter.end)
        lines.append(f"  chapter {start} - {end}  {printable(chapter.title)}")
    return lines


def _numbered(info: MediaInfo) -> Iterator[tuple[StreamInfo, int]]:
    """Count the streams of each kind, as the options that choose a track do."""
    seen = Counter[str]()
    for stream in info.streams:
        yield stream, seen[stream.kind]
        seen[stream.kind] += 1


def _stream_line(stream: StreamInfo, track: int) -> str:
    words = [f"  {stream.index}: {stream.kind:<10} {stream.codec:<10}"]
    if stream.kind in ("audio", "subtitle"):
        words.append(f"track {track}")
    if stream.rate is not None:
        unit = "Hz" if stream.kind == "audio" else "fps"
        words.append(f"{float(stream.rate):g} {unit}")
    words += [str(part) for part in (stream.layout, stream.language) if part]
    words.append(f"from {stream.start:.3f} s")
    flags = [name for name in ("default", "forced", "commentary") if getattr(stream, name)]
    if flags:
        words.append(f"({', '.join(flags)})")
    if stream.title:
        words.append(f'"{printable(stream.title)}"')
    return " ".join(words)
