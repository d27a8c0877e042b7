"""Where decoded samples lie on the container's clock, found from their time stamps alone."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

# Below this a time stamp's deviation is jitter (Matroska, FLV and ASF round to 1 ms, PES stamps
# are interpolated); above it samples are missing or double. A lost packet is 20 ms and more.
JITTER = 0.005
# A stream whose stamps break again and again within a second is jittery: the limit grows to this.
_MOST_JITTER = 0.080
# Broadcast clocks are reset now and then; a longer jump than this is not a gap in the sound.
_RESET = 10.0
#: FFmpeg's names of the containers whose clocks may be reset in mid-file.
RESETTING = frozenset({"mpegts", "mpeg"})


@dataclass(frozen=True, slots=True)
class SoundOrigin:
    """Where a sound stream begins, and how exactly its time stamps tell a sample.

    Attributes
    ----------
    start : Fraction
        Seconds on the container's clock of the first decoded sample.
    zero : Fraction
        The container's own time, in seconds, at which its clock is 0.
    tick : Fraction
        Seconds of one unit of the stream's time stamps.
    rate : int
        Samples per second as decoded.
    first_samples : int
        Length of the first decoded frame.
    frame_samples : int or None
        Length of all the next frames, if they agree.
    end : float or None
        Seconds on the container's clock after which no stamp is believed.
    """

    start: Fraction
    zero: Fraction
    tick: Fraction
    rate: int
    first_samples: int
    frame_samples: int | None
    end: float | None

    @property
    def stamps_tell_samples(self) -> bool:
        """Whether one stamp in mid-file is enough to know the exact sample."""
        return self.tick * self.rate <= 1 or self._lattice_is_clear

    @property
    def _lattice_is_clear(self) -> bool:
        # Rounding is off by one tick at most, at the origin and at the stamp.
        return bool(self.frame_samples and 4 * self.tick * self.rate < self.frame_samples)

    def place(self, stamp: int, rate: int) -> int:
        """Find the sample, counted from the first one at ``rate``, that a time stamp names.

        A stamp that is coarser than a sample (1 ms in Matroska) is moved to the next whole number
        of frames from the start if that lies within the rounding: so decoding from the middle
        finds the same samples as decoding from the start.
        """
        exact = (stamp * self.tick - self.zero - self.start) * rate
        if self.tick * rate > 1 and rate == self.rate and self._lattice_is_clear:
            size = self.frame_samples or 1
            snapped = round((exact - self.first_samples) / size) * size + self.first_samples
            if abs(snapped - exact) <= 2 * self.tick * rate:
                return snapped
        return round(exact)


class SampleClock:
    """Counts samples, and notices where time stamps contradict the count."""

    def __init__(self, origin: SoundOrigin, rate: int, *, resets: bool) -> None:
        self._origin = origin
        self._rate = rate
        self._resets = resets
        self._scale = float(origin.tick * rate)
        self._base = float((origin.zero + origin.start) * rate)
        self._tolerance = JITTER * rate
        self._next: float | None = None
        self._since_break = 0.0
        self.position = 0

    def breaks_at(self, stamp: int | None, samples: int) -> bool:
        """Take the next frame; True if it does not follow the last one.

        Then ``position`` is its first sample, counted from the stream's first one.
        """
        expected = self._next
        if expected is None:
            self.position = 0 if stamp is None else self._origin.place(stamp, self._rate)
            self._next = float(self.position + samples)
            return True
        self._next = expected + samples
        if stamp is None:
            return False
        late = stamp * self._scale - self._base - expected
        if -self._tolerance <= late <= self._tolerance:
            return False
        return self._break(stamp, samples, expected, late)

    def latest(self, samples: int) -> int:
        """Tell where the frame that was taken last, of so many samples, begins."""
        return round(self._next or 0.0) - samples

    def _break(self, stamp: int, samples: int, expected: float, late: float) -> bool:
        if self._is_reset(late, expected):
            self._base += late
            return False
        if expected - self._since_break < self._rate:
            self._tolerance = min(2 * self._tolerance, _MOST_JITTER * self._rate)
        self._since_break = expected
        # After a reset the base carries the shift that the origin does not know.
        shift = self._base - float((self._origin.zero + self._origin.start) * self._rate)
        self.position = self._origin.place(stamp, self._rate) - round(shift)
        self._next = float(self.position + samples)
        return True

    def _is_reset(self, late: float, expected: float) -> bool:
        seconds = late / self._rate
        if seconds < -_RESET or (self._resets and seconds > _RESET):
            return True
        end = self._origin.end
        moment = float(self._origin.start) + (expected + late) / self._rate
        return end is not None and seconds > _RESET and moment > end + _RESET
