"""The simplest time map between two signals: the same, shifted, another rate, re-cut, or warped."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from syncalign.alignment.likeness import SKIP_ENTRY_FRAMES, SKIP_PRICE, likened
from syncalign.alignment.smooth_path import smooth_path
from syncalign.alignment.strands import (
    LEAST_SIMILARITY,
    ON_LINE,
    STRAIGHT_SHARE,
    Signals,
    Strand,
    cut_between,
    fit_line,
    is_foreign,
    line_evidence,
    polished,
    split,
    straightness,
)
from syncalign.alignment.warping.local_cost import Floats
from syncalign.alignment.warping.multiscale import dtw_multiscale
from syncalign.alignment.warping.path import WarpingPath
from syncalign.alignment.warping.path_map import map_through
from syncalign.progress import Progress
from syncalign.timebase import Features, Grid, Piece, Segment, TimeMap

SignalKind = Literal["identity", "offset", "rate", "pieces", "warp"]

#: Largest error of a warped map against its own smoothed path, in frames.
_TOLERANCE_FRAMES = 1.0
#: A warped map jumps where either side leaves out or stands still for more frames than this.
_JUMP_FRAMES = 6.0
#: A stretch of the path that is to count: deviations above nothing.
_FEWEST_DEVIATIONS = 8.0
#: Where straight stretches of one slope hold so large a share, the bent ones are taken for foreign.
_MOSTLY = 0.7
#: Similarity that chance brings to a path that may bend, against that of the clearest stretches.
_CHANCE_SHARE = 0.5
#: What is nothing in the end: a shift in frames, and a drift over a whole signal, in frames.
_NO_SHIFT, _NO_DRIFT = 0.5, 0.75
#: A strand goes on to the end of either signal where no more than this lies beyond, in frames.
_TO_THE_END = 100


@dataclass(frozen=True, slots=True, eq=False)
class SignalMap:
    """What the search found.

    Parameters
    ----------
    kind : str or None
        None where nothing was matched.
    time_map : TimeMap
        From query to reference seconds.
    evidence : tuple of float
        For each piece: how many deviations its similarity stands above nothing.
    path : WarpingPath
        The path behind it, in frames.
    signals : Signals
        What the path joins.
    """

    kind: SignalKind | None
    time_map: TimeMap
    evidence: tuple[float, ...]
    path: WarpingPath
    signals: Signals


def map_signals(
    reference: Features, query: Features, *, progress: Progress | None = None
) -> SignalMap:
    """Find the simplest time map that carries a query onto a reference.

    Parameters
    ----------
    reference, query : Features [shape=(N, D), (M, D)]
        Of one rate; frames of about 20 ms, if the constants are to mean what they say.
    progress : Progress, optional
        Told about the search.

    Returns
    -------
    SignalMap
    """
    values = [np.asarray(side.values, np.float64) for side in (reference, query)]
    path = dtw_multiscale(
        *values,
        metric="sqeuclidean",
        skip=(SKIP_PRICE, SKIP_PRICE),
        skip_entry=SKIP_PRICE * SKIP_ENTRY_FRAMES,
        describe=likened,
        progress=progress,
    )
    signals = Signals(*likened(*values))
    stretches = _clear_stretches(signals, path)
    if not stretches:
        return SignalMap(None, TimeMap(()), (), path, signals)
    strands = _strands(signals, stretches)
    if strands is None:
        time_map = _warped(signals, stretches, query.grid, reference.grid)
        kind: SignalKind = "warp"
    else:
        kind, strands = _simplest(strands, reference.grid, query.grid)
        time_map = _time_map(strands, query.grid, reference.grid)
    evidence = tuple(
        _evidence(signals, piece, query.grid, reference.grid) for piece in time_map.pieces
    )
    return SignalMap(kind, time_map, evidence, path, signals)


def _clear_stretches(
    signals: Signals, path: WarpingPath
) -> list[tuple[npt.NDArray[np.int64], Floats]]:
    """Return the unbroken stretches of a path that chance would not bring, with similarities.

    A path that may bend gains something from chance too; so a stretch has to come up to half of
    what the clearest ones have.
    """
    stretches = []
    for pairs in split(path):
        likeness = signals.similarity(pairs[:, 0].astype(float), pairs[:, 1].astype(float))
        stretches.append((pairs, np.maximum(likeness, 0.0)))
    if not stretches:
        return []
    means = np.array([likeness.mean() for _, likeness in stretches])
    sizes = np.array([len(pairs) for pairs, _ in stretches])
    clearest = float(np.average(means, weights=sizes * means**2 + 1e-9))
    limit = max(_CHANCE_SHARE * clearest, LEAST_SIMILARITY)
    return [s for s, mean in zip(stretches, means, strict=True) if mean >= limit]


def _strands(
    signals: Signals, stretches: list[tuple[npt.NDArray[np.int64], Floats]]
) -> list[Strand] | None:
    """Return the straight strands that the stretches are made of, None if they are bent."""
    longest = max(stretches, key=lambda stretch: float(stretch[1].sum()))
    rate, _ = fit_line(*longest)
    strands, straight, total = [], 0.0, 0.0
    for pairs, weights in stretches:
        _, offset = fit_line(pairs, weights, rate)
        share = straightness(pairs, weights, rate, offset)
        strand = Strand(rate, offset, float(pairs[0, 1]), float(pairs[-1, 1] + 1))
        total += float(weights.sum())
        if share >= STRAIGHT_SHARE:
            straight += float(weights.sum())
            strands.append(strand)
    strands = _sure(signals, strands)
    if straight < _MOSTLY * total or not strands:
        return None
    strands = polished(signals, strands, free_rate=True)
    drift = abs(strands[0].rate - 1) * (strands[-1].stop - strands[0].start)
    if drift < _NO_DRIFT:
        strands = [_turned_to_one(strand) for strand in strands]
        strands = polished(signals, strands, free_rate=False)
    return _cut(signals, _in_order(_sure(signals, strands)))


def _cut(signals: Signals, strands: list[Strand]) -> list[Strand]:
    """End each strand where the next begins; one of which too little is left is left out."""
    cut = list(strands)
    for k in range(len(cut) - 1):
        cut[k : k + 2] = cut_between(signals, *cut[k : k + 2])
    evidence = [line_evidence(signals, strand)[1] for strand in cut]
    weakest = int(np.argmin(evidence))
    if len(cut) == 1 or evidence[weakest] >= _FEWEST_DEVIATIONS:
        return cut
    return _cut(signals, _joined(signals, strands[:weakest] + strands[weakest + 1 :]))


def _sure(signals: Signals, strands: list[Strand]) -> list[Strand]:
    """Return the strands that chance would not bring; neighbours on one line are joined."""
    joined, kept = _joined(signals, strands), []
    for strand in joined:
        mean, deviations = line_evidence(signals, strand)
        if deviations >= _FEWEST_DEVIATIONS and mean >= LEAST_SIMILARITY:
            kept.append(strand)
    return kept if len(kept) == len(joined) else _sure(signals, kept)


def _turned_to_one(strand: Strand) -> Strand:
    """Return the strand at rate 1, the same in its middle."""
    middle = (strand.start + strand.stop) / 2
    return replace(strand, rate=1.0, offset=float(strand.at(middle) - middle))


def _joined(signals: Signals, strands: list[Strand]) -> list[Strand]:
    """Join neighbours that lie on one line with nothing foreign between them."""
    joined = strands[:1]
    for strand in strands[1:]:
        last = joined[-1]
        middle = (last.stop + strand.start) / 2
        is_one_line = abs(float(last.at(middle) - strand.at(middle))) <= ON_LINE / 2
        if is_one_line and not is_foreign(
            signals, replace(last, start=last.stop, stop=strand.start)
        ):
            weights = last.stop - last.start, strand.stop - strand.start
            offset = float(np.average([last.offset, strand.offset], weights=weights))
            joined[-1] = replace(last, offset=offset, stop=strand.stop)
        else:
            joined.append(strand)
    return joined


def _in_order(strands: list[Strand]) -> list[Strand]:
    """Leave out strands that would run back on either clock: the shorter of two gives way."""
    kept: list[Strand] = []
    for strand in strands:
        while kept and _overlap(kept[-1], strand) > 0.5 * (strand.stop - strand.start):
            if kept[-1].stop - kept[-1].start >= strand.stop - strand.start:
                break
            kept.pop()
        else:
            kept.append(strand)
    return kept


def _overlap(first: Strand, second: Strand) -> float:
    on_reference = float(first.at(first.stop) - second.at(second.start)) / second.rate
    return max(first.stop - second.start, on_reference)


def _simplest(
    strands: list[Strand], reference: Grid, query: Grid
) -> tuple[SignalKind, list[Strand]]:
    """Name the kind; a strand near an end of either signal goes on to it."""
    # In frames: where the clocks of both sides agree.
    same = (query.start - reference.start) * float(query.rate)
    first = strands[0]
    kind: SignalKind = "pieces"
    if len(strands) == 1:
        kind = "rate" if first.rate != 1 else "offset"
        if kind == "offset" and abs(first.offset - same) < _NO_SHIFT:
            kind, strands = "identity", [replace(first, offset=same)]
    first, last = strands[0], strands[-1]
    begin = max(0.0, first.back(0.0))
    end = min(float(len(query)), last.back(float(len(reference))))
    if first.start - begin <= _TO_THE_END:
        strands = [replace(first, start=begin), *strands[1:]]
    if end - last.stop <= _TO_THE_END:
        strands = [*strands[:-1], replace(strands[-1], stop=end)]
    return kind, strands


def _time_map(strands: list[Strand], query_grid: Grid, reference_grid: Grid) -> TimeMap:
    """Return the map of strands, which never overlap on either clock."""
    pieces: list[Piece] = []
    for strand in strands:
        start, stop = strand.start, strand.stop
        if pieces:
            start = max(start, _frame(pieces[-1].source.end, query_grid))
            start = max(start, strand.back(_frame(pieces[-1].target.end, reference_grid)))
        if stop - start < 1:
            continue
        source = [_second(at, query_grid) for at in (start, stop)]
        target = [_second(float(strand.at(at)), reference_grid) for at in (start, stop)]
        if pieces:  # rounding
            source[0] = max(source[0], pieces[-1].source.end)
            target[0] = max(target[0], pieces[-1].target.end)
        pieces.append(Piece(Segment(*source), Segment(*target)))
    return TimeMap(tuple(pieces))


def _second(frame: float, grid: Grid) -> float:
    return grid.start + frame / float(grid.rate)


def _frame(second: float, grid: Grid) -> float:
    return (second - grid.start) * float(grid.rate)


def _warped(
    signals: Signals,
    stretches: list[tuple[npt.NDArray[np.int64], Floats]],
    query_grid: Grid,
    reference_grid: Grid,
) -> TimeMap:
    sides = [smooth_path(signals, *stretch) for stretch in stretches]
    reference = np.maximum.accumulate(np.concatenate([side[0] for side in sides]))
    query = np.concatenate([side[1] for side in sides])
    step = 1 / float(query_grid.rate)
    return map_through(
        reference_grid.start + reference / float(reference_grid.rate),
        query_grid.start + query * step,
        tolerance=_TOLERANCE_FRAMES * step,
        jump=_JUMP_FRAMES * step,
        reach=step / 2,
    )


def _evidence(signals: Signals, piece: Piece, query_grid: Grid, reference_grid: Grid) -> float:
    """Return how many deviations a piece's similarity stands above nothing."""
    ends = [_frame(at, query_grid) for at in (piece.source.start, piece.source.end)]
    base = _frame(piece.target.start, reference_grid)
    rate = piece.rate * float(reference_grid.rate / query_grid.rate)
    return line_evidence(signals, Strand(rate, base - rate * ends[0], *ends))[1]


def unmatched(pieces: list[Segment], whole: Segment, shortest: float) -> list[Segment]:
    """Return what lies between segments, and before and behind them, if it is not too short.

    Parameters
    ----------
    pieces : list of Segment
        In order.
    whole : Segment
        All there is.
    shortest : float
        Seconds; shorter gaps are no stretches of their own.
    """
    edges = [whole.start, *itertools.chain(*((p.start, p.end) for p in pieces)), whole.end]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return [Segment(a, b) for a, b in gaps if b - a >= shortest]
