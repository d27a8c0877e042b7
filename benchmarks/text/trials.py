"""Cases run by every tool, and what came of it."""

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.text import ours, peers
from benchmarks.text.cases import ENGLISH_ALONE, Case
from benchmarks.text.score import Score, score

# Rows with word times, where the tools for words run too.
_WORD_ROWS = ("sonnets", "GRID", "synthetic 5", "numbers")
# aeneas takes 0.6 MB a second of sound: ten hours are 22 GB.
_LONGEST_FOR_PEERS_S = 2 * 3600


@dataclass(frozen=True, slots=True)
class Work:
    """A case and the tools that run on it."""

    case: Case
    tools: tuple[str, ...]
    timeout: float


def tools_for(case: Case, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tools that make sense on a case, of those wanted."""
    by_word = case.row.startswith(_WORD_ROWS)
    chosen = []
    for tool in wanted:
        # The silver reference is pocketsphinx's own.
        if tool in ENGLISH_ALONE and (not by_word or case.truth.grade == "silver"):
            continue
        if tool == "aeneas-words" and not by_word:
            continue
        if tool in peers.PEERS and case.truth.seconds > _LONGEST_FOR_PEERS_S:
            continue
        chosen.append(tool)
    return tuple(chosen)


def run(work: Work) -> list[Score]:
    """Run the tools on one case; a line to standard error says how it went."""
    begin = time.perf_counter()
    scores = []
    with tempfile.TemporaryDirectory(prefix="syncalign-bench-") as name:
        folder = Path(name)
        for tool in work.tools:
            run_tool = ours.align if tool in ours.BACKENDS else peers.align
            answer = run_tool(work.case, tool, folder, timeout=work.timeout)
            scores.append(score(work.case, tool, answer))
    told = ", ".join(f"{each.tool} {each.status}" for each in scores)
    spent = time.perf_counter() - begin
    print(f"{work.case.id}: {told}; {spent:.0f} s", file=sys.stderr, flush=True)
    return scores
