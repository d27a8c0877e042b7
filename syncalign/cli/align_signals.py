"""``syncalign align-signals``: put one recording onto another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from syncalign.cli.options import PATH, CommonOptions, common_options
from syncalign.cli.output import (
    DONE,
    NO_ALIGNMENT,
    Answer,
    answer,
    ensure_output_usable,
    named_file,
    progress_for,
    shown_path,
)
from syncalign.errors import printable
from syncalign.storage import ensure_distinct, ensure_writable

if TYPE_CHECKING:
    from syncalign.results import SignalAlignment
    from syncalign.timebase import Piece

_EPILOG = """\b
Examples:
  syncalign align-signals studio.wav live.mp4                    says how the second runs along
  syncalign align-signals studio.wav live.mp4 -o map.json        and writes the time map
  syncalign align-signals studio.wav live.mp4 --json
  syncalign align-signals day1.npy day2.npy --rate 25
  syncalign align-signals sensor1.csv sensor2.csv                first column: seconds

\b
Two files that have nothing in common are refused: nothing is written and the exit code is 4. A
positive offset means that the query is moved later: t_reference = rate * t_query + offset."""

#: Most pieces that are told to people; programs get all.
_MOST_LINES = 12


@click.command("align-signals", epilog=_EPILOG)
@click.argument("reference", type=PATH)
@click.argument("query", type=PATH)
@click.option("-o", "--output", metavar="MAP", help="JSON file to write; - for standard output.")
@click.option("--force", is_flag=True, help="Replace an existing output.")
@click.option(
    "--accept",
    type=click.Choice(["unsure"]),
    help="Write the best guess too where it cannot be trusted.",
)
@click.option("--rate", type=float, metavar="HZ", help="Frames a second of .npy files.")
@click.option(
    "--cache/--no-cache",
    "use_cache",
    default=True,
    help="Keep what was heard in a medium for the next run (see: syncalign cache).",
)
@common_options
def align_signals(
    reference: str,
    query: str,
    output: str | None,
    force: bool,
    accept: str | None,
    rate: float | None,
    use_cache: bool,
    common: CommonOptions,
) -> int:
    """Find how QUERY runs along REFERENCE: shifted, at another rate, re-cut or warped; or refuse.

    Both are media, of which the sound is compared, or both are feature files: .npy, .npz, .csv.
    """
    ensure_output_usable(output, common)

    def work() -> Answer:
        from syncalign.cache import Cache
        from syncalign.pipelines.signals import align_signals as aligned

        paths = named_file(reference), named_file(query)
        to_file = output is not None and output != "-"
        if output is not None and to_file:
            ensure_distinct(output, query, reference)
            ensure_writable(output, overwrite=force)
        cache = Cache.default() if use_cache else None
        result = aligned(*paths, rate=rate, cache=cache, progress=progress_for(common))
        is_accepted = result.is_trusted or (accept == "unsure" and result.status == "unsure")
        content, written = None, None
        if output == "-":  # where nothing may be written, nothing is: not even a text
            content = result.to_bytes() if is_accepted else b""
        elif output is not None and is_accepted:
            result.save(output, overwrite=force)
            written = output
        lines = _described(result)
        if to_file:
            lines.append(f"written: {printable(written)}" if written else "nothing was written")
        fields = {**result.to_json(), "output": shown_path(written)}
        return Answer(fields, "\n".join(lines), DONE if is_accepted else NO_ALIGNMENT, content)

    return answer("align-signals", common, work)


def _described(result: SignalAlignment) -> list[str]:
    """Return the lines that tell a person about a result."""
    lines = [f"{result.status} (confidence {result.confidence:.2f})"]
    lines += [f"  {reason}" for reason in result.reasons]
    if result.kind in ("pieces", "warp"):
        pieces = list(zip(result.time_map.pieces, result.piece_confidence, strict=True))
        lines += [_piece_line(piece, confidence) for piece, confidence in pieces[:_MOST_LINES]]
        if len(pieces) > _MOST_LINES:
            lines.append(f"  and {len(pieces) - _MOST_LINES} more pieces (--json shows all)")
    return lines


def _piece_line(piece: Piece, confidence: float) -> str:
    from syncalign.timebase import format_timecode

    start, end = format_timecode(piece.source.start), format_timecode(piece.source.end)
    shift = piece.target.start - piece.source.start
    pace = "" if abs(piece.rate - 1) < 1e-9 else f", pace {piece.rate:.4f}"
    return f"  {start} - {end}: {shift:+.3f} s{pace} (confidence {confidence:.2f})"
