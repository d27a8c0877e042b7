"""Measure line retiming: start errors before and after, lines improved and harmed.

Before is what the time map alone gives, after is what ``--retime`` gives, over the same search::

    python -m benchmarks.subtitles.retime --speakers es
    SYNCALIGN_GRID=FOLDER python -m benchmarks.subtitles.retime --speakers it,grid --minutes 20
"""

import argparse
import dataclasses
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.subtitles import ours
from benchmarks.subtitles.perturb import (
    LYRICS,
    SDH,
    Source,
    Suite,
    dropped,
    generator,
    jittered,
    merged_and_split,
    with_extra,
    with_gaps,
    with_tails,
)
from benchmarks.subtitles.script import (
    SPOKEN,
    Script,
    moved,
    script_of,
    without_negative,
    write_srt,
)

RIGHT_S, HARM_S, BETTER_S = 0.1, 0.15, 0.05


def scripts(script: Script, rng: np.random.Generator) -> Iterator[tuple[str, Script]]:
    """Yield the subtitles of one recording, each with the line of the table it belongs to."""
    for deviation in (0.1, 0.2, 0.3, 0.5):
        yield f"jitter of {deviation:g} s", jittered(moved(script, 5.0), rng, deviation)
    yield "4 breaks + jitter of 0.3 s", jittered(with_gaps(script, rng, 4, 20, 90), rng, 0.3)
    some = with_extra(dropped(script, rng, 0.3), rng, SDH, 0.2, 1.0)
    yield "30 % dropped, 20 % SDH + jitter of 0.3 s", jittered(moved(some, 7.0), rng, 0.3)
    overlapping = _with_overlaps(moved(script, 5.0), rng, 0.1)
    yield "one cue in ten overlaps + jitter of 0.3 s", jittered(overlapping, rng, 0.3)
    yield "one line in twenty off by about 0.5 s", _with_strays(moved(script, 5.0), rng, 0.05, 0.5)
    yield "in sync", script
    yield "offset", moved(script, 5.0)
    yield "24/23.976 fps", moved(script, 3.0, 1001 / 1000)
    yield "in-times 0.2 s early", moved(script, 5.0 - 0.2)
    yield "out-times 1-3 s late", moved(with_tails(script, rng), 5.0)
    yield "4 breaks of 20-90 s", with_gaps(script, rng, 4, 20, 90)
    yield "6 trims of 0.5-5 s", with_gaps(script, rng, 6, 0.5, 5)
    yield "SDH +20 %", moved(with_extra(script, rng, SDH, 0.2, 1.0), 5.0)
    yield "lyrics", moved(with_extra(script, rng, LYRICS, 0.1, 4.0), 5.0)
    yield "merged and split lines", moved(merged_and_split(script, rng), 5.0)
    yield "60 % dropped", moved(dropped(script, rng, 0.6), 5.0)


def _with_overlaps(script: Script, rng: np.random.Generator, share: float) -> Script:
    """Let cues stand until 0.3 to 1.5 s into the next one."""
    following = np.append(script.starts[1:], np.inf)
    chosen = (rng.random(len(script)) < share) & (following - script.ends < 1.0)
    ends = np.where(chosen, following + rng.uniform(0.3, 1.5, len(script)), script.ends)
    return dataclasses.replace(script, ends=ends)


def _with_strays(
    script: Script, rng: np.random.Generator, share: float, deviation: float
) -> Script:
    scatter = rng.normal(0.0, deviation, len(script)) * (rng.random(len(script)) < share)
    return dataclasses.replace(moved(script, scatter), scatter=scatter)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """Start errors of one file's cues heard in the medium, in seconds, and what moved."""

    before: np.ndarray
    after: np.ndarray


def errors(source: Source, medium: Path, script: Script, subtitles: Path) -> Errors | None:
    """Sync one file with and without retiming; None where it was not trusted."""
    from syncalign.formats import read_subtitles
    from syncalign.pipelines.cue_sync import sync_cues

    file = read_subtitles(write_srt(script, subtitles))
    result = sync_cues(ours.read_evidence(medium), file, retime=True)
    if not result.is_trusted:
        return None
    heard = np.flatnonzero(script.roles == SPOKEN)
    rigid = dataclasses.replace(result, moves=())
    _check_guard(rigid.starts, rigid.ends, result.starts, result.ends, source.name)
    truth = script.truth[heard]
    return Errors(abs(rigid.starts[heard] - truth), abs(result.starts[heard] - truth))


def _check_guard(
    before: np.ndarray, ends: np.ndarray, after: np.ndarray, new_ends: np.ndarray, name: str
) -> None:
    """Stop where a cue went too far, changed its length or its place, or a new overlap was made."""
    order = np.argsort(before, kind="stable")
    apart = before[order][1:] >= ends[order][:-1]
    assert np.all(abs(after - before) <= 1.0), name
    assert np.all(abs((new_ends - after) - (ends - before)) < 1e-6), name
    assert np.all(np.diff(after[order]) >= -1e-6), name
    assert np.all((after[order][1:] >= new_ends[order][:-1] - 1e-6)[apart]), name


def main() -> None:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--speakers", default="es", help="of it, es, grid; comma-separated")
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--snr", default="25,10,6,3", help="dB, comma-separated")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    rows: dict[str, list[Errors | None]] = {}
    with tempfile.TemporaryDirectory(prefix="syncalign-bench-") as folder:
        for speaker in options.speakers.split(","):
            for number, snr_db in enumerate(options.snr.split(",")):
                source = Source(speaker, options.minutes, float(snr_db), options.seed + number)
                suite = Suite(source)
                rng = generator("retime", source.name)
                for row, script in scripts(script_of(suite.recording, rng), rng):
                    file = without_negative(script)
                    found = errors(source, suite.medium, file, Path(folder) / "case.srt")
                    rows.setdefault(row, []).append(found)
                print(f"{source.name} done", file=sys.stderr, flush=True)
    print(table(rows))


def table(rows: dict[str, list[Errors | None]]) -> str:
    """Return one line per kind of file, in Markdown."""
    lines = [
        "| case | files | lines | median s before | after | within 100 ms before | after "
        "| improved by > 50 ms | right lines harmed by > 150 ms | other lines |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row, found in rows.items():
        seen = [file for file in found if file is not None]
        files = str(len(seen)) + (f" of {len(found)}" if len(seen) < len(found) else "")
        if not seen:
            lines.append(f"| {row} | {files} | - | - | - | - | - | - | - | - |")
            continue
        before = np.concatenate([file.before for file in seen])
        after = np.concatenate([file.after for file in seen])
        right, harmed = before <= RIGHT_S, after - before > HARM_S
        cells = [
            row,
            files,
            str(len(before)),
            f"{np.median(before):.3f}",
            f"{np.median(after):.3f}",
            f"{np.mean(right):.1%}",
            f"{np.mean(after <= RIGHT_S):.1%}",
            f"{np.mean(before - after > BETTER_S):.1%}",
            f"{np.sum(harmed & right)} of {np.sum(right)}",
            f"{np.sum(harmed & ~right)} of {np.sum(~right)}",
        ]
        lines.append("| " + " | ".join(cells).replace("%", " %").replace("  %", " %") + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
