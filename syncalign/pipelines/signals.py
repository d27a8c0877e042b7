"""Any two signals onto each other: the flow from two files to one answer."""

from __future__ import annotations

import math
import os
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from syncalign.alignment.signal_map import SignalMap, map_signals, unmatched
from syncalign.alignment.signal_verdict import WarpingVerdict, judge_relation, shift_intervals
from syncalign.cache import Cache, content_key
from syncalign.errors import ParameterError
from syncalign.features import band_levels, sound_profile
from syncalign.features.profile import PROFILE_RATE
from syncalign.features.spectral import BAND_COUNT
from syncalign.formats.feature_file import is_feature_file, read_features
from syncalign.media import read_audio
from syncalign.progress import Progress
from syncalign.results.signal_alignment import SignalAlignment, SignalStatus, Tie
from syncalign.timebase import Features, Grid, Piece, Segment

#: From the first probability on a map is trusted; below the second there is nothing to show.
TRUSTED, WORTH_SHOWING = 0.8, 0.3
#: A stretch without a counterpart is told from this many frames on.
_SHORTEST_STRETCH = 10
_MOST_TIES = 20
#: A piece is believed to be there from about this many deviations on.
_SURE_DEVIATIONS, _SURE_SOFTNESS = 4.0, 1.0


def align_signals(
    reference: str | os.PathLike[str],
    query: str | os.PathLike[str],
    *,
    rate: float | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> SignalAlignment:
    """Find how one recording runs along another one, or refuse.

    Sign: ``t_reference = rate * t_query + offset``; a positive offset moves the query later.

    Parameters
    ----------
    reference, query : path-like
        Two media, of which the sound is compared, or two feature files: .npy, .npz, .csv or .tsv
        (see :func:`syncalign.formats.feature_file.read_features`).
    rate : float, optional
        Frames a second of .npy files.
    cache : Cache, optional
        Keeps what was heard in a medium.
    progress : Progress, optional
        Told about decoding, the search and the verdict.

    Returns
    -------
    SignalAlignment

    Raises
    ------
    InputError
        A file cannot be used.
    ParameterError
        A medium and a feature file, feature files of different dimensions, or a wrong rate.

    Examples
    --------
    >>> same = align_signals("samples/media/harbour.mkv", "samples/media/harbour.mkv")
    >>> same.status, same.kind, same.offset
    ('aligned', 'identity', 0.0)
    """
    kinds = [is_feature_file(path) for path in (reference, query)]
    if kinds[0] != kinds[1]:
        raise ParameterError("a medium and a feature file cannot be compared: give two of a kind")
    if kinds[0]:
        features = [standardised(read_features(path, rate=rate)) for path in (reference, query)]
    elif rate is not None:
        raise ParameterError("a rate is for .npy files; a medium has its own")
    else:
        features = [
            read_profile(path, cache=cache, progress=progress) for path in (reference, query)
        ]
    return align_features(features[0], features[1], progress=progress)


def read_profile(
    medium: str | os.PathLike[str],
    *,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Features:
    """Listen to a medium: the course of its sound, as :func:`syncalign.features.sound_profile`.

    Parameters and errors are those of `align_signals`.
    """
    key = None if cache is None else content_key(medium, "sound profile")
    stored = cache.get(key) if cache is not None and key is not None else None
    if stored is None:
        stored, is_whole = _listen(medium, progress)
        # Damage is told whenever it is met: what was heard of a damaged sound is not kept.
        if cache is not None and key is not None and is_whole:
            cache.put(key, stored)
    values = np.frombuffer(stored, np.float16).reshape(-1, BAND_COUNT)
    return Features(values, Grid(PROFILE_RATE, 0.0, len(values)))


def _listen(medium: str | os.PathLike[str], progress: Progress | None) -> tuple[bytes, bool]:
    """Decode and measure: two bytes for each band of a frame; whether all could be decoded."""
    from threadpoolctl import threadpool_limits

    blocks = read_audio(medium, progress=progress)
    with threadpool_limits(limits=1, user_api="blas"):  # as for speech: the products are small
        profile = sound_profile(band_levels(blocks))
    return profile.values.astype(np.float16).tobytes(), blocks.damaged_packets == 0


def align_features(
    reference: Features, query: Features, *, progress: Progress | None = None
) -> SignalAlignment:
    """Find how one sequence of features runs along another one, or refuse.

    Where their rates differ, the faster one is averaged to the rate of the slower one. What counts
    is how values differ from those of the frames around and how they change, so neither mean nor
    scale of all values matters; each column counts by its size.

    Parameters
    ----------
    reference, query : Features [shape=(N, D), (M, D)]
        What to compare; finite.
    progress : Progress, optional
        Told about the search and the verdict.

    Returns
    -------
    SignalAlignment

    Raises
    ------
    ParameterError
        They have different dimensions.
    """
    dimensions = [side.values.shape[1] for side in (reference, query)]
    if dimensions[0] != dimensions[1]:
        raise ParameterError(
            f"the reference has {dimensions[0]} values a frame, the query {dimensions[1]}"
        )
    common = min(reference.grid.rate, query.grid.rate)
    sides = [evened(side, common) for side in (reference, query)]
    values = [np.asarray(side.values, np.float64) for side in sides]
    verdict = judge_relation(values[0], values[1], progress=progress)
    confidence = 1 - verdict.unrelated
    if confidence < WORTH_SHOWING:
        return SignalAlignment(
            status="refused", confidence=confidence, reasons=(_about_relation(verdict),)
        )
    found = map_signals(*sides, progress=progress)
    if found.kind is None:
        reason = "No stretch of the two is clearly alike."
        reasons = (reason, _about_relation(verdict))
        return SignalAlignment(status="refused", confidence=confidence, reasons=reasons)
    return _answer(found, verdict, *sides)


def _answer(
    found: SignalMap, verdict: WarpingVerdict, reference: Features, query: Features
) -> SignalAlignment:
    confidence = 1 - verdict.unrelated
    pieces = found.time_map.pieces
    line = pieces[0] if found.kind in ("identity", "offset", "rate") else None
    is_rate = found.kind == "rate"
    shortest = _SHORTEST_STRETCH / float(query.grid.rate)
    skipped = [
        tuple(unmatched([getattr(piece, side) for piece in pieces], _whole(features), shortest))
        for side, features in (("target", reference), ("source", query))
    ]
    status: SignalStatus = "aligned" if confidence >= TRUSTED else "unsure"
    return SignalAlignment(
        status=status,
        confidence=confidence,
        reasons=(_sentence(found), *_about_skipped(*skipped), _about_relation(verdict)),
        kind=found.kind,
        offset=None if line is None else (line.offset if is_rate else _shift(line)),
        rate=None if line is None else (line.rate if is_rate else 1.0),
        time_map=found.time_map,
        piece_confidence=tuple(confidence * _is_there(value) for value in found.evidence),
        skipped_reference=skipped[0],
        skipped_query=skipped[1],
        ties=_ties(found, reference.grid, query.grid),
    )


def evened(features: Features, rate: Fraction) -> Features:
    """Return features at a rate not above their own, each frame the mean over its time."""
    values = np.asarray(features.values, np.float64)
    grid = features.grid
    if rate != grid.rate:
        step = float(grid.rate / rate)
        size = max(int(len(values) / step), 1)
        sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
        # Frame k lies about its instant, k * step + 1/2 in frames that begin at their edges.
        edges = np.clip(
            np.arange(size)[:, None] * step + [0.5 - step / 2, 0.5 + step / 2], 0, len(values)
        )
        ends = np.stack([_between(sums, edges[:, side]) for side in (0, 1)])
        values = (ends[1] - ends[0]) / np.diff(edges, axis=1)
        grid = Grid(rate, grid.start, size)
    return Features(values, grid)


def standardised(features: Features) -> Features:
    """Return features with mean 0 and deviation 1 in each column; one that never changes stays 0.

    A column must not outweigh the others because of its unit.
    """
    values = np.asarray(features.values, np.float64)
    size = np.abs(values).max(axis=0)
    values = values - values.mean(axis=0)
    deviation = values.std(axis=0)
    scale = np.where(deviation > 1e-9 * size, deviation, np.inf)
    return Features(values / scale, features.grid)


def _between(rows: npt.NDArray[np.float64], at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Interpolate between rows."""
    before = np.minimum(at.astype(np.int64), len(rows) - 2)
    share = (at - before)[:, None]
    return np.asarray(rows[before] * (1 - share) + rows[before + 1] * share)


def _whole(features: Features) -> Segment:
    return Segment(features.grid.start, features.grid.end)


def _shift(line: Piece) -> float:
    return line.target.start - line.source.start


def _is_there(deviations: float) -> float:
    """Return how sure it is that a piece is no chance, from its evidence."""
    return 1 / (1 + math.exp(min((_SURE_DEVIATIONS - deviations) / _SURE_SOFTNESS, 30.0)))


def _ties(found: SignalMap, reference: Grid, query: Grid) -> tuple[Tie, ...]:
    """Say at regular distances how closely the map is tied to its place."""
    times = query.times
    mapped = found.time_map.map_array(times)
    frames = np.flatnonzero(np.isfinite(mapped))
    if not len(frames):
        return ()
    targets = np.clip(reference.indices_at(mapped[frames]), 0, len(reference) - 1)
    indices = np.column_stack([targets, frames])
    count = min(_MOST_TIES, 1 + len(frames) // _SHORTEST_STRETCH)
    at = np.linspace(0, len(frames) - 1, count + 2).astype(np.int64)[1:-1]
    reach = shift_intervals(*found.signals, indices, at) / float(reference.rate)
    ties = []
    for frame, (back, forward) in zip(frames[at].tolist(), reach.tolist(), strict=True):
        target = float(mapped[frame])
        ties.append(Tie(float(times[frame]), target, Segment(target + back, target + forward)))
    return tuple(ties)


def _sentence(found: SignalMap) -> str:
    pieces = found.time_map.pieces
    first = pieces[0]
    if found.kind == "identity":
        return "The two run side by side."
    if found.kind == "offset":
        shift = _shift(first)
        return f"The query moves {abs(shift):.3f} s {'later' if shift > 0 else 'earlier'}."
    if found.kind == "rate":
        return (
            f"The query runs at {first.rate:.6f} times its own pace, offset {first.offset:+.3f} s."
        )
    if found.kind == "pieces":
        return f"The query fits in {len(pieces)} pieces, each with its own offset."
    return f"The query's pace varies against the reference: {len(pieces)} straight pieces."


def _about_skipped(reference: tuple[Segment, ...], query: tuple[Segment, ...]) -> tuple[str, ...]:
    sentences = []
    for name, segments in (("reference", reference), ("query", query)):
        if segments:
            total = sum(segment.duration for segment in segments)
            plural = "stretch" if len(segments) == 1 else "stretches"
            sentences.append(
                f"{len(segments)} {plural} of the {name}, {total:.2f} s, without a counterpart."
            )
    return tuple(sentences)


def _about_relation(verdict: WarpingVerdict) -> str:
    if not verdict.null_gains:
        return "They are too short to tell whether they have anything in common."
    chance = sum(verdict.null_gains) / len(verdict.null_gains)
    evidence = (
        f"the best course gains {verdict.gain:.3f}, and {chance:.3f} with the query in random order"
    )
    if verdict.unrelated <= 1 - TRUSTED:
        return f"They have a course in common: {evidence}."
    if verdict.unrelated <= 1 - WORTH_SHOWING:
        return f"They may have something in common: {evidence}."
    return f"They have nothing in common: {evidence}."
