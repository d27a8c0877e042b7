"""``syncalign convert``: a subtitle in another format."""

from __future__ import annotations

from fractions import Fraction

import click

from syncalign.cli.frame_rate import fps_option
from syncalign.cli.options import PATH, CommonOptions, common_options
from syncalign.cli.output import Answer, answer, named_file, shown_path
from syncalign.errors import printable
from syncalign.storage import ensure_distinct, ensure_writable

_EPILOG = """\b
Examples:
  syncalign convert film.srt film.vtt
  syncalign convert film.sub film.srt --fps 23.976
  syncalign convert film.ass - --to srt > film.srt

\b
What the new format cannot hold is said. The same format is a copy, byte by byte."""


@click.command(epilog=_EPILOG)
@click.argument("source", metavar="IN", type=PATH)
@click.argument("target", metavar="OUT", type=PATH)
@click.option(
    "--to",
    "format_",
    metavar="FORMAT",
    help="Format of OUT, such as srt (default: what its ending says).",
)
@click.option("--encoding", metavar="E", help="Encoding of IN (default: found); OUT is UTF-8.")
@fps_option()
@click.option("--force", is_flag=True, help="Replace an existing OUT.")
@common_options
def convert(
    source: str,
    target: str,
    format_: str | None,
    encoding: str | None,
    frame_rate: Fraction | None,
    force: bool,
    common: CommonOptions,
) -> int:
    """Write the subtitle IN as OUT, in the format that OUT's ending names."""
    is_stdout = target == "-"
    if is_stdout and common.as_json:
        raise click.UsageError("OUT - and --json both want standard output; choose one")
    if is_stdout and format_ is None:
        raise click.UsageError("standard output has no ending: name the format with --to")

    def work() -> Answer:
        from syncalign.pipelines.convert import convert_subtitles

        if not is_stdout:
            ensure_distinct(target, source)
            ensure_writable(target, overwrite=force)
        result = convert_subtitles(
            named_file(source),
            format=format_,
            output=None if is_stdout else target,
            encoding=encoding,
            frame_rate=frame_rate,
        )
        if not is_stdout:
            result.save(target, overwrite=force)
        fields = {**result.to_json(), "output": None if is_stdout else shown_path(target)}
        head = f"{result.input_format} -> {result.output_format}: {result.cues} cues"
        lines = [head, *(f"  {reason}" for reason in result.reasons)]
        if not is_stdout:
            lines.append(f"written: {printable(target)}")
        return Answer(fields, "\n".join(lines), content=result.data if is_stdout else None)

    return answer("convert", common, work)
