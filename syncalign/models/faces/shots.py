"""Where one shot ends and the next begins."""

from __future__ import annotations

from collections import deque
from statistics import median

import numpy as np
import numpy.typing as npt

from syncalign.models.faces.region import Picture

_THUMBNAIL = (48, 27)
# Levels of 255 by which the colours of a thumbnail change on average: little enough for two takes
# before one wall, and more than motion and fades do from one frame to the next.
_CHANGE = 12.0
# By how much a cut must stand out from the frames before it: a shaken camera's do not.
_STANDS_OUT = 4.0
_MEMORY = 5  # frames whose median change is the usual one


class CutDetector:
    """Notices cuts in a sequence of pictures."""

    def __init__(self) -> None:
        self._last: npt.NDArray[np.int16] | None = None
        self._changes: deque[float] = deque(maxlen=_MEMORY)

    def cuts_before(self, picture: Picture) -> bool:
        """Take the next picture; tell whether a shot begins with it that is not the first."""
        import cv2

        small = cv2.resize(picture, _THUMBNAIL, interpolation=cv2.INTER_AREA).astype(np.int16)
        last, self._last = self._last, small
        if last is None:
            return False
        change = float(np.abs(small - last).mean())
        usual = median(self._changes) if self._changes else 0.0
        self._changes.append(change)
        return change > max(_CHANGE, _STANDS_OUT * usual)
