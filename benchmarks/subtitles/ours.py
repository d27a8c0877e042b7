"""syncalign as the benchmark calls it: a medium is heard once, its cases use that evidence."""

import itertools
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.subtitles.score import Answer

if TYPE_CHECKING:
    from syncalign.results import SubtitleSync

# A map that jumps by less between two pieces has no break there.
_BREAK_S = 0.05
_SAME_S = 1e-6


@lru_cache(maxsize=4)
def read_evidence(medium: Path) -> object:
    """Decode a medium and detect its speech."""
    from syncalign.pipelines.speech_evidence import read_evidence as read

    return read(medium)


def sync(medium: Path, subtitles: Path) -> Answer:
    """Sync a subtitle file to a medium; the time is that of the search alone, without decoding.

    Parameters
    ----------
    medium, subtitles : Path
        The inputs.
    """
    from syncalign.formats import read_subtitles
    from syncalign.pipelines.cue_sync import sync_cues

    evidence = read_evidence(medium)
    file = read_subtitles(subtitles)
    begin = time.perf_counter()
    result = sync_cues(evidence, file)
    return answered(result, time.perf_counter() - begin)


def answered(result: "SubtitleSync", seconds: float) -> Answer:
    """Return a result as the benchmark's tools answer."""
    from syncalign.results.subtitle_sync import unrolled

    pieces = result.time_map.pieces
    clock = unrolled(result.subtitles.starts, result.restarts)
    return Answer(
        status=result.status,
        starts=np.asarray(result.starts) if result.is_trusted else None,
        guess=result.time_map.extrapolate(clock) if pieces else None,
        confidence=result.confidence,
        piece=_piece_of(pieces, clock),
        piece_confidence=result.piece_confidence,
        rate=result.rate,
        breaks=_breaks_of(pieces, clock),
        unmatched=frozenset(result.unmatched),
        seconds=seconds,
    )


def _piece_of(pieces: tuple, starts: np.ndarray) -> np.ndarray:
    """Return the piece in whose stretch of subtitle time each cue starts, -1 for none."""
    piece = np.full(len(starts), -1)
    for index, each in enumerate(pieces):
        piece[(starts >= each.source.start - _SAME_S) & (starts <= each.source.end + _SAME_S)] = (
            index
        )
    return piece


def _breaks_of(pieces: tuple, starts: np.ndarray) -> tuple[int, ...]:
    """Return the index of the first cue after each break of a time map."""
    found = []
    for left, right in itertools.pairwise(pieces):
        reached = left.target.end + left.rate * (right.source.start - left.source.end)
        if abs(right.target.start - reached) >= _BREAK_S:
            found.append(int(np.searchsorted(starts, right.source.start - 0.002)))
    return tuple(found)
