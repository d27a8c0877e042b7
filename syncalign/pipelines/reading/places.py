"""Places: the times of the words of a text while words are laid anew between their neighbours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from syncalign.pipelines.reading.fitting import Fit, fit
from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.hearing import Hearing

Indices = npt.NDArray[np.int64]

#: How much longer than at the recording's pace words may take, and seconds of pause beside them.
_SLOWEST, _PAUSE = 1.5, 0.3
_USUAL_PACE = 0.08


class Places:
    """The times of the words of a text.

    Parameters
    ----------
    following : Following
        Where words were found; it stays as it is.
    phones : sequence of np.ndarray of int64
        The phones of each word, as the recording's shapes count them; none where nothing is heard.
    hearing : Hearing
        The recording.

    Attributes
    ----------
    starts, ends : np.ndarray of float64 [shape=(W,)]
        Seconds; NaN for words without a place.
    phones : list of np.ndarray of int64
        As given.
    shapes : PhoneShapes
        What the phones sound like.
    """

    def __init__(self, following: Following, phones: Sequence[Indices], hearing: Hearing) -> None:
        assert following.shapes is not None
        self.starts, self.ends = following.starts.copy(), following.ends.copy()
        self.phones, self.shapes = list(phones), following.shapes
        self._hearing = hearing
        found = following.is_found
        counts = np.array([len(each) for each in phones])
        seconds = (following.ends - following.starts)[found].sum()
        self._pace = seconds / max(1, counts[found].sum()) or _USUAL_PACE
        self._all_starts = sorted(following.starts[found].tolist())
        self._all_ends = sorted(following.ends[found].tolist())

    def reach(self, words: Sequence[int]) -> float:
        """Return how many seconds words take at most, with a pause beside them."""
        return _SLOWEST * self._pace * sum(len(self.phones[word]) for word in words) + _PAUSE

    def stretch(self, words: Sequence[int], laid: Sequence[int]) -> tuple[int, int]:
        """Return where words have to be: a half-open range of frames.

        From the first to the last of their neighbours; where there is none on one side, as far into
        the sound that is no other word's as they may reach.

        Parameters
        ----------
        words : sequence of int
            In order; some of them have a place.
        laid : sequence of int
            Those of them that are to be laid anew.
        """
        placed = [word for word in words if np.isfinite(self.starts[word])]
        kept = [word for word in placed if word not in laid]
        begin, end = self.starts[placed[0]], self.ends[placed[-1]]
        reach = self.reach(laid)
        if words[0] in laid:
            at = bisect_right(self._all_ends, begin + 1e-6)
            earliest = self._all_ends[at - 1] if at else 0.0
            wanted = (self.starts[kept[0]] if kept else begin) - reach
            begin = max(earliest, min(begin, wanted))
        if words[-1] in laid:
            at = bisect_left(self._all_starts, end - 1e-6)
            is_last = at == len(self._all_starts)
            latest = len(self._hearing) / 100 if is_last else self._all_starts[at]
            wanted = (self.ends[kept[-1]] if kept else end) + reach
            end = min(latest, max(end, wanted))
        return round(begin * 100), round(end * 100)

    def fit(self, words: Sequence[int], frames: tuple[int, int]) -> Fit | None:
        """Lay words into a range of frames."""
        return fit(self._hearing, self.shapes, [self.phones[word] for word in words], frames)

    def take(self, words: Sequence[int], laid: Sequence[int], placed: Fit) -> None:
        """Put words where they fit; neighbours keep the sides that look away from those laid."""
        starts, ends = placed.starts.copy(), placed.ends.copy()
        if words[0] not in laid:
            starts[0] = self.starts[words[0]]
        if words[-1] not in laid:
            ends[-1] = self.ends[words[-1]]
        self.starts[words], self.ends[words] = starts, ends
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            insort(self._all_starts, start)
            insort(self._all_ends, end)
