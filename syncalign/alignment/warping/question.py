"""What is asked of the warping engine, checked before anything large is allocated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping.band import Band, read_band
from syncalign.alignment.warping.local_cost import (
    LARGEST_VALUE,
    Floats,
    check_metric,
    largest_value,
    prepare,
)
from syncalign.alignment.warping.problem import NO_SKIP, Problem, Skip
from syncalign.alignment.warping.steps import StepSet, read_steps
from syncalign.errors import ParameterError
from syncalign.memory import memory_to_fill
from syncalign.timebase import Features

ENDS = ("closed", "open_begin", "open_end", "open", "subsequence")

#: Windows and columns are counted in 32 bits.
_MOST_FRAMES = 2**31 - 2**16


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Two sequences and the options of a search, checked, in the caller's own units.

    Parameters
    ----------
    reference, query : np.ndarray of float64 [shape=(N, D), (M, D)]
        Frames.
    metric : str
        A metric's name.
    steps : StepSet
        Allowed steps.
    open_begin, open_end : bool
        Which ends of the reference are free.
    skip : Skip
        Prices.
    band : Band
        Allowed pairs.
    """

    reference: Floats
    query: Floats
    metric: str
    steps: StepSet
    open_begin: bool
    open_end: bool
    skip: Skip
    band: Band

    def prepared(self) -> tuple[Problem, float]:
        """Return the problem in prepared frames, and the unit of its costs."""
        reference, query, metric, unit = prepare(self.reference, self.query, self.metric)
        prices = (self.skip.reference / unit, self.skip.query / unit, self.skip.entry / unit)
        ends = self.open_begin, self.open_end
        problem = Problem(reference, query, metric, self.steps, self.band, *ends, Skip(*prices))
        return problem, unit


def read_question(
    reference: npt.ArrayLike | Features,
    query: npt.ArrayLike | Features,
    *,
    metric: str,
    steps: str | npt.ArrayLike,
    ends: str,
    skip: tuple[float, float] | None,
    skip_entry: float,
    band: int | npt.ArrayLike | None,
) -> Question:
    """Check what is asked; the parameters are those of `dtw.dtw`.

    Raises
    ------
    ParameterError
        It makes no sense, or would not fit into memory.
    """
    check_metric(metric)
    if ends not in ENDS:
        raise ParameterError(f"ends is one of {', '.join(ENDS)}, not {ends!r}")
    step_set, prices = read_steps(steps), _read_skip(skip, skip_entry)
    sides = [_frames(side, name) for side, name in ((reference, "reference"), (query, "query"))]
    dimensions = [side.shape[1] for side in sides]
    if dimensions[0] != dimensions[1]:
        raise ParameterError(
            f"the reference has {dimensions[0]} values a frame, the query {dimensions[1]}"
        )
    sizes = len(sides[0]), len(sides[1])
    frames = sum(sizes) * (24.0 * dimensions[0] + 160)
    _check_memory(sizes, dimensions[0], frames)
    allowed = read_band(band, *sizes)
    _check_memory(sizes, dimensions[0], frames + _table_bytes(allowed, step_set, prices))
    checked = [
        _finite(side, name) for side, name in zip(sides, ("reference", "query"), strict=True)
    ]
    return Question(
        checked[0],
        checked[1],
        metric,
        step_set,
        ends in ("open_begin", "open", "subsequence"),
        ends in ("open_end", "open", "subsequence"),
        prices,
        allowed,
    )


def _frames(side: npt.ArrayLike | Features, name: str) -> npt.NDArray[np.generic]:
    try:
        values = np.asarray(side.values if isinstance(side, Features) else side)
    except ValueError as exc:
        raise ParameterError(f"the {name} is no array: {exc}") from exc
    if values.dtype.kind not in "biuf":
        raise ParameterError(f"the {name} holds {values.dtype}, not real numbers")
    if values.ndim == 1:
        values = values[:, np.newaxis]
    if values.ndim != 2 or 0 in values.shape:
        raise ParameterError(
            f"the {name} has the shape {values.shape}: one row of at least one value for each of "
            "at least one frame is needed"
        )
    return values


def _finite(values: npt.NDArray[np.generic], name: str) -> Floats:
    frames = np.asarray(values, dtype=np.float64)
    largest = largest_value(frames)
    if not np.isfinite(largest):
        bad = np.flatnonzero(~np.isfinite(frames).all(axis=1))
        raise ParameterError(
            f"{len(bad)} of {len(frames)} frames of the {name} are not finite, the first is "
            f"{bad[0]}"
        )
    if largest > LARGEST_VALUE:
        raise ParameterError(f"the {name} has values of {largest:g}, above {LARGEST_VALUE:g}")
    return frames


def _read_skip(skip: tuple[float, float] | None, entry: float) -> Skip:
    try:
        is_price = 0 <= entry < np.inf
    except TypeError:
        is_price = False
    if not is_price:
        raise ParameterError(f"skip_entry is a finite price of 0 or more, not {entry!r}")
    if skip is None:
        return NO_SKIP
    try:
        reference, query = (float(price) for price in skip)
    except (TypeError, ValueError) as exc:
        raise ParameterError(
            f"skip is None or two prices, of a reference and a query frame, not {skip!r}"
        ) from exc
    if not (reference >= 0 and query >= 0):
        raise ParameterError(f"prices of skips are 0 or more: {skip!r}")
    if np.isinf(reference) and np.isinf(query):
        return NO_SKIP
    return Skip(reference, query, float(entry))


def _table_bytes(band: Band, steps: StepSet, skip: Skip) -> float:
    """Return what kept rows and one block of directions need, whichever kernel it is."""
    is_plain = steps.is_symmetric1 and skip == NO_SKIP
    kept, code = (4.0, 0.25) if is_plain else (8.0 * (steps.reach[0] + 4), 2.0)
    return 2 * band.width * float(np.sqrt(kept * code * len(band.low)))


def _check_memory(sizes: tuple[int, int], dimensions: int, needed: float) -> None:
    rows, columns = sizes
    if needed > memory_to_fill():
        raise ParameterError(
            f"{rows} reference frames against {columns} query frames of {dimensions} values need "
            f"about {needed / 2**30:.1f} GiB, more than the {memory_to_fill() / 2**30:.1f} GiB "
            "that may be filled here: lower the frame rate, or allow a narrower band"
        )
    if max(sizes) > _MOST_FRAMES:
        raise ParameterError(f"{max(sizes)} frames are more than {_MOST_FRAMES}")
