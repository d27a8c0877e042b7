"""The loop over frames of :mod:`syncalign.alignment.viterbi`, in PyTorch on any device.

It does what :func:`syncalign.alignment.viterbi_numba.sweep` does, all states of a frame at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch

from syncalign.alignment.viterbi_numba import SKIP_BEGINS, SKIPPED

_NEVER = -1e30
#: A price from which on nobody can pay.
_TOO_DEAR = 1e29
#: Nats that lie between one stretch that nobody can skip and the next: more than any way's scores
#: differ by, and small enough for a sum of many in double precision.
_APART = 1e8


def sweep_on(device: str) -> Callable[..., None]:
    """Return :func:`syncalign.alignment.viterbi_numba.sweep` for a device.

    Scores are carried in single precision as there, skips in double: ways that are equally likely
    but for rounding may differ.
    """
    return partial(_sweep, torch.device(device))


def _sweep(
    device: torch.device,
    evidence: Any,
    columns: Any,
    passing: Any,
    gaps: Any,
    price: Any,
    entry: Any,
    low: Any,
    high: Any,
    scores: Any,
    pointers: Any,
    first: int,
) -> None:
    """Carry the scores of all states over the frames of a block, in place."""

    def there(array: Any) -> torch.Tensor:
        return torch.as_tensor(array).to(device)

    with torch.inference_mode():
        heard = there(np.ascontiguousarray(evidence))
        column, over = there(columns.astype(np.int64)), there(passing)
        skips = _Skips.of(gaps, price[gaps], float(entry), there)
        # Two states further down, so that none is missing before the first.
        all_scores = there(np.concatenate([np.full(2, _NEVER, np.float32), scores]))
        written = there(pointers)
        for row in range(len(evidence)):
            t = first + row
            begin, end = int(low[t]), int(high[t])
            stay = all_scores[begin + 2 : end + 2]
            go_on, pass_over = all_scores[begin + 1 : end + 1], all_scores[begin:end]
            near = torch.maximum(stay, go_on)
            far = pass_over + over[begin:end]
            is_far = far > near
            pointer = (go_on > stay).logical_and(~is_far).to(torch.uint8) + 2 * is_far
            carried = torch.maximum(near, far) + heard[row][column[begin:end]]
            if skips is not None:
                carried, pointer = skips.taken(carried, pointer, begin, end)
            if t > 0:
                all_scores[low[t - 1] + 2 : begin + 2] = _NEVER
            all_scores[begin + 2 : end + 2] = carried
            if len(pointers):
                written[row, : end - begin] = pointer
        scores[:] = all_scores[2:].cpu().numpy()
        pointers[:] = written.cpu().numpy()


@dataclass(frozen=True, slots=True, eq=False)
class _Skips:
    """What skipping costs: from gap a to gap b, ``entry + paid[b] - paid[a]``.

    Parameters
    ----------
    gaps : np.ndarray of int64 [shape=(G,)]
        States between words.
    places : torch.Tensor of int64 [shape=(G,)]
        The same.
    paid : torch.Tensor of float64 [shape=(G,)]
        Prices of all words before a gap that can be skipped, added up.
    walls : torch.Tensor of int64 [shape=(G,)]
        How many words before a gap cannot be skipped.
    entry : float
        Nats that skipping costs once.
    """

    gaps: Any
    places: torch.Tensor
    paid: torch.Tensor
    walls: torch.Tensor
    entry: float

    @classmethod
    def of(
        cls, gaps: Any, price: Any, entry: float, there: Callable[[Any], torch.Tensor]
    ) -> _Skips | None:
        """Add prices up; None where nothing can be skipped."""
        is_wall = price[:-1] >= _TOO_DEAR
        if is_wall.all():
            return None
        paid = np.cumsum(np.where(is_wall, 0, price[:-1]).astype(np.float64))
        return cls(
            gaps,
            there(gaps.astype(np.int64)),
            there(np.concatenate([[0.0], paid])),
            there(np.concatenate([[0], np.cumsum(is_wall)])),
            entry,
        )

    def taken(
        self, scores: torch.Tensor, pointers: torch.Tensor, begin: int, end: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Skip words wherever that is likelier; return new scores and back-pointers."""
        start, stop = np.searchsorted(self.gaps, [begin, end]).tolist()
        if stop - start < 2:
            return scores, pointers
        places = self.places[start:stop] - begin
        paid, walls = self.paid[start:stop], self.walls[start:stop]
        here = scores[places]
        # The best gap to skip from is the best so far, on the clock of what was paid; behind what
        # cannot be skipped it begins anew.
        _, source = torch.cummax(here.double() + paid + walls * _APART, dim=0)
        own = torch.arange(len(places), device=places.device)
        begins = (source == own).to(torch.uint8) * SKIP_BEGINS
        before, after = source[:-1], own[1:]
        skipped = here[before].double() - (paid[after] - paid[before]) - self.entry
        skipped = torch.where(walls[before] == walls[after], skipped, _NEVER).float()
        better = skipped > here[1:]
        scores, pointers = scores.clone(), pointers.clone()
        scores[places[1:]] = torch.where(better, skipped, here[1:])
        pointers[places[1:]] = torch.where(better, SKIPPED, pointers[places[1:]])
        pointers[places] |= begins
        return scores, pointers
