"""Decode one sound stream as uninterrupted runs that know where on the clock they begin."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Iterator
from fractions import Fraction
from itertools import dropwhile, islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from syncalign.media.clock import RESETTING, SampleClock, SoundOrigin
from syncalign.media.container import clock_zero
from syncalign.media.decoded import DecodedFrames
from syncalign.media.mixdown import Mixdown

if TYPE_CHECKING:
    from av import AudioFifo, AudioFrame
    from av.container import InputContainer

# Frames are gathered to this length before they are mixed and resampled: it keeps the cost per
# frame (20 ms of sound) and a call of the resampler low, and fits a processor's cache.
_GATHER_SECONDS = 2.0


class SoundRuns:
    """The decoded sound of one stream.

    Parameters
    ----------
    container : InputContainer
        Open; read from where it stands.
    index : int
        Of the stream in the container.
    origin : SoundOrigin
        From :func:`locate_sound`.
    """

    def __init__(self, container: InputContainer, index: int, origin: SoundOrigin) -> None:
        self._container = container
        self._index = index
        self._origin = origin
        self._frames: DecodedFrames[AudioFrame] = DecodedFrames(container, index)

    @property
    def damaged_packets(self) -> int:
        """How many packets could not be decoded so far."""
        return self._frames.damaged_packets

    def first_moment(self) -> Fraction | None:
        """Decode the next frame only; give its time in seconds since the stream's origin."""
        for frame in self._frames_from_the_middle():
            if frame.pts is None:
                return None
            return Fraction(self._origin.place(frame.pts, frame.sample_rate), frame.sample_rate)
        return None

    def _frames_from_the_middle(self) -> Iterator[AudioFrame]:
        # The first frame after a seek may be cut short, with a stamp that does not say by how much.
        whole = self._origin.frame_samples
        return dropwhile(lambda frame: whole not in (None, frame.samples), self._frames)

    def joined(self, grid: int | None) -> Generator[tuple[Fraction | None, AudioFrame]]:
        """Decode everything and join the frames.

        Parameters
        ----------
        grid : int or None
            Samples per second to resample to, where the first run begins in mid-file: its first
            samples are then dropped, up to one that falls on that grid, so that the resampling
            filter has the same phase as when reading from the start.

        Yields
        ------
        tuple of Fraction or None, and AudioFrame
            Where a run begins, in seconds since the origin, or None where it goes on; and a
            stretch of it.
        """
        from av import AudioFifo

        resets = self._container.format.name in RESETTING
        rate, clock = 0, SampleClock(self._origin, self._origin.rate, resets=resets)
        run = _Run(AudioFifo(), None, 0, 0)
        for frame in self._frames if grid is None else self._frames_from_the_middle():
            if frame.sample_rate != rate:
                rate = frame.sample_rate
                clock = SampleClock(self._origin, rate, resets=resets)
            if clock.breaks_at(frame.pts, frame.samples):
                yield from run.drain()
                skip = 0 if grid is None else -clock.position % _period(rate, grid)
                run = _Run(AudioFifo(), clock.position, skip, rate)
                grid = None
            frame.pts = None  # AudioFifo refuses stamps that it did not expect
            try:
                run.add(frame)
            except ValueError:  # the channels or the sample format have changed
                yield from run.drain()
                run = _Run(AudioFifo(), clock.latest(frame.samples), 0, rate)
                run.add(frame)
            if run.is_full:
                yield from run.drain()
        yield from run.drain()


def mix_down(
    joined: Iterable[tuple[Fraction | None, AudioFrame]], rate: int
) -> Generator[tuple[int, npt.NDArray[np.float32]]]:
    """Turn runs into samples of one channel.

    Parameters
    ----------
    joined : iterable of tuple
        From :meth:`SoundRuns.joined`.
    rate : int
        Samples per second to give out.

    Yields
    ------
    tuple of int and ndarray of float32
        Where a piece begins, in output samples since the origin, and the piece. Pieces may
        leave gaps and overlap.
    """
    mixdown = Mixdown(rate)
    position = 0
    for start, frame in joined:
        if start is not None:
            for piece in mixdown.finish():
                yield position, piece
                position += len(piece)
            mixdown = Mixdown(rate)
            position = round(start * rate)
        for piece in mixdown.convert(frame):
            yield position, piece
            position += len(piece)
    for piece in mixdown.finish():
        yield position, piece
        position += len(piece)


class _Run:
    """Frames that follow each other without a gap, waiting to be joined."""

    def __init__(self, fifo: AudioFifo, position: int | None, skip: int, rate: int) -> None:
        self._fifo = fifo
        self._position = position
        self._skip = skip
        self._rate = rate
        self._limit = int(rate * _GATHER_SECONDS)
        self._held = 0

    @property
    def is_full(self) -> bool:
        return self._held >= self._limit

    def add(self, frame: AudioFrame) -> None:
        self._fifo.write(frame)
        self._held += frame.samples

    def drain(self) -> Iterator[tuple[Fraction | None, AudioFrame]]:
        if self._skip:
            self._fifo.read(self._skip, partial=True)
        frame = self._fifo.read()
        if frame is None:
            return
        start = None
        if self._position is not None:
            start = Fraction(self._position + self._skip, self._rate)
        frame.pts = None
        self._held, self._skip, self._position = 0, 0, None
        yield start, frame


def locate_sound(
    container: InputContainer, index: int, duration: float | None
) -> SoundOrigin | None:
    """Decode the first frames of a stream to learn where it begins.

    Parameters
    ----------
    container : InputContainer
        Open, at its start.
    index : int
        Of the stream in the container.
    duration : float or None
        Seconds from the container's zero to its end, where known.

    Returns
    -------
    SoundOrigin or None
        None if nothing can be decoded.
    """
    frames: list[AudioFrame] = list(islice(DecodedFrames(container, index), 8))
    if not frames:
        return None
    first, rest = frames[0], {frame.samples for frame in frames[1:7]}
    zero = clock_zero(container)
    tick = container.streams[index].time_base or Fraction(1, first.sample_rate)
    return SoundOrigin(
        start=Fraction(0) if first.pts is None else first.pts * tick - zero,
        zero=zero,
        tick=tick,
        rate=first.sample_rate,
        first_samples=first.samples,
        frame_samples=rest.pop() if len(rest) == 1 else None,
        end=duration,
    )


def seek_sound(
    container: InputContainer, index: int, origin: SoundOrigin, moment: Fraction
) -> None:
    """Go to just before a moment, given in seconds on the container's clock."""
    stream = container.streams[index]
    container.seek(max(0, math.floor((moment + origin.zero) / origin.tick)), stream=stream)


def _period(rate: int, grid: int) -> int:
    """Count the samples after which the two rates' samples coincide again."""
    return rate // math.gcd(rate, grid)
