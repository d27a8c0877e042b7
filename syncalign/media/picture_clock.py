"""When decoded pictures are shown on the container's clock, found from their time stamps alone."""

from __future__ import annotations

from fractions import Fraction

# Broadcast clocks are reset now and then; a longer jump than this is not a misplaced frame.
_RESET = 10
_ROUNDING = 1e-6  # seconds; times are told as floats


class PictureClock:
    """Places frames in time, and notices those that have no place.

    Parameters
    ----------
    zero : Fraction
        The container's own time, in seconds, at which its clock is 0.
    tick : Fraction
        Seconds of one unit of the time stamps.
    rate : Fraction
        Frames a second, for frames that tell neither time nor length.
    resets : bool
        Whether a long jump ahead is a clock that was set anew: broadcasts are joined like that,
        and a clock that is set back is read as one that ran over.

    Attributes
    ----------
    misplaced : int
        How many frames so far lay before 0:00 or not after the frame before.
    """

    def __init__(self, zero: Fraction, tick: Fraction, rate: Fraction, *, resets: bool) -> None:
        self._zero = zero
        self._tick = tick
        self._step = 1 / rate
        self._resets = resets
        self._last: Fraction | None = None
        self._next = Fraction(0)
        self.misplaced = 0

    @property
    def end(self) -> float:
        """Until when the frame that was placed last is shown, in seconds, if no other comes."""
        return float(self._next)

    def place(self, stamp: int | None, ticks: int | None) -> float | None:
        """Tell when the next frame is shown, in seconds, or None where it has no place.

        Parameters
        ----------
        stamp : int or None
            Its presentation time stamp; without one it follows the frame before.
        ticks : int or None
            For how long it declares to be shown, where it does.
        """
        time = self._next if stamp is None else stamp * self._tick - self._zero
        if self._last is not None and self._is_reset(time - self._last):
            self._zero += time - self._next
            time = self._next
        if time < -_ROUNDING or (self._last is not None and time <= self._last):
            self.misplaced += 1
            return None
        self._last = time
        self._next = time + (ticks * self._tick if ticks else self._step)
        return max(0.0, float(time))

    def _is_reset(self, jump: Fraction) -> bool:
        return jump < -_RESET or (self._resets and jump > _RESET)
