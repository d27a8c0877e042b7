"""Step sets: how a warping path may go on from a matched pair, and at what weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError

#: More would not fit a direction of one byte, and longer ones would carry rows without end.
MOST_STEPS, LONGEST_STEP = 200, 100

_NAMED = {
    "symmetric1": ((1, 1, 1.0), (1, 0, 1.0), (0, 1, 1.0)),
    # 1.5 because a step of 2 + 1 frames stands for one and a half of the diagonal ones.
    "slope2": ((1, 1, 1.0), (2, 1, 1.5), (1, 2, 1.5)),
}


@dataclass(frozen=True, slots=True, eq=False)
class StepSet:
    """Steps in the order in which they are preferred where they cost the same.

    Parameters
    ----------
    increments : np.ndarray of int64 [shape=(S, 2)]
        Frames gone forward: column 0 in the reference, column 1 in the query. The most diagonal
        step comes first; of two that are equally so, the one with more reference frames; steps that
        stay on a reference frame come last.
    weights : np.ndarray of float64 [shape=(S,)]
        What the local cost of the pair that a step leads to is multiplied by.
    """

    increments: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]

    @property
    def is_symmetric1(self) -> bool:
        """Whether these are (1, 1), (1, 0), (0, 1), all of weight 1."""
        return self.increments.tolist() == [[1, 1], [1, 0], [0, 1]] and bool(
            np.all(self.weights == 1)
        )

    @property
    def reach(self) -> tuple[int, int]:
        """Longest increment in the reference and in the query."""
        return int(self.increments[:, 0].max()), int(self.increments[:, 1].max())


def read_steps(steps: str | npt.ArrayLike) -> StepSet:
    """Check a step set, by name or written out.

    Parameters
    ----------
    steps : str or array_like [shape=(S, 2) or (S, 3)]
        ``"symmetric1"``: (1, 0), (0, 1), (1, 1), each of weight 1. ``"slope2"``: (1, 1) of weight
        1, (2, 1) and (1, 2) of weight 1.5, so that no direction is favoured and the path is never
        flatter than 1 : 2. Else rows of (reference frames, query frames[, weight]).

    Raises
    ------
    ParameterError
        An unknown name, or rows that are not steps.

    Examples
    --------
    >>> read_steps([(1, 2), (1, 1)]).increments.tolist()
    [[1, 1], [1, 2]]
    """
    if isinstance(steps, str):
        if steps not in _NAMED:
            raise ParameterError(f"steps are {' or '.join(_NAMED)} or an array, not {steps!r}")
        rows = np.array(_NAMED[steps])
    else:
        rows = _checked(steps)
    from_diagonal = np.abs(rows[:, 0] - rows[:, 1])
    rows = rows[np.lexsort((-rows[:, 0], from_diagonal, rows[:, 0] == 0))]
    return StepSet(rows[:, :2].astype(np.int64), rows[:, 2].copy())


def _checked(steps: npt.ArrayLike) -> npt.NDArray[np.float64]:
    try:
        rows = np.array(steps, dtype=np.float64)
    except (TypeError, ValueError) as exc:
        raise ParameterError(f"steps are rows of two or three numbers: {exc}") from exc
    if rows.ndim != 2 or rows.shape[1] not in (2, 3) or not 1 <= len(rows) <= MOST_STEPS:
        raise ParameterError(
            f"steps have the shape (S, 2) or (S, 3) with S from 1 to {MOST_STEPS}, not {rows.shape}"
        )
    if rows.shape[1] == 2:
        rows = np.column_stack([rows, np.ones(len(rows))])
    frames, weights = rows[:, :2], rows[:, 2]
    if not np.all((frames >= 0) & (frames <= LONGEST_STEP) & (frames == np.floor(frames))):
        raise ParameterError(f"steps are whole frames from 0 to {LONGEST_STEP}: {frames.tolist()}")
    if np.any(frames.sum(axis=1) == 0):
        raise ParameterError("a step of (0, 0) leads nowhere")
    if len(np.unique(frames, axis=0)) < len(frames):
        raise ParameterError(f"a step is given twice: {frames.tolist()}")
    if not np.all(np.isfinite(weights) & (weights > 0)):
        raise ParameterError(f"step weights are finite and above 0: {weights.tolist()}")
    return rows
