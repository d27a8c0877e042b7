"""Decode sound: mono blocks that know their time on the container's clock."""

from __future__ import annotations

import contextlib
import logging
import math
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from syncalign.errors import MediaError, ParameterError, printable
from syncalign.media.ahead import work_ahead
from syncalign.media.clock import SoundOrigin
from syncalign.media.container import describe, open_container
from syncalign.media.info import MediaInfo, StreamInfo
from syncalign.media.runs import SoundRuns, locate_sound, mix_down, seek_sound
from syncalign.media.tracks import choose_audio
from syncalign.progress import NoProgress, Progress

_Samples = npt.NDArray[np.float32]
_LOG = logging.getLogger(__name__)
_BLOCK_SECONDS = 10
_AHEAD = 6  # stretches of some seconds that are decoded before they are asked for
# Formats whose seeking was found exact (tests/media): a part is decoded as from the start.
_SEEKABLE = frozenset(
    {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "flac", "wav", "w64", "mp3", "ogg"}
)
# Vorbis is not here: after a seek its time stamps are wrong by a block.
_EXACT_CODECS = frozenset({"aac", "ac3", "alac", "eac3", "flac", "mp2", "mp3", "mp3float", "opus"})
# How far before the moment asked for decoding begins, tried in this order: one second warms up
# every codec (Opus needs 80 ms, MP3's bit reservoir 9 frames), the others are for sparse indexes.
_LEADS = (1.0, 10.0, 60.0)
_WARM_UP = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """A stretch of mono sound.

    Attributes
    ----------
    samples : ndarray of float32 [shape=(N,)]
        Between -1 and 1.
    start : float
        Seconds on the container's clock of the first sample.
    """

    samples: npt.NDArray[np.float32]
    start: float


class AudioReader(Iterator[AudioBlock]):
    """The blocks of a sound track, one after the other.

    The file is opened when the first block is asked for; until then a reader can be pickled and
    sent to another process.

    Attributes
    ----------
    stream : StreamInfo
        The track that is read.
    rate : int
        Samples per second of the blocks.
    damaged_packets : int
        How many packets could not be decoded so far; their time is silence.
    """

    def __init__(self, plan: _Plan, first: int, last: int | None, progress: Progress) -> None:
        self.stream = plan.stream
        self.rate = plan.rate
        self.damaged_packets = 0
        self._plan = plan
        self._range = (first, last)
        self._progress = progress
        self._blocks: Generator[AudioBlock] | None = None

    def __next__(self) -> AudioBlock:
        """Decode the next block."""
        if self._blocks is None:
            self._blocks = self._read(*self._range, self._progress)
        return next(self._blocks)

    def close(self) -> None:
        """Close the file before its end is reached."""
        if self._blocks is not None:
            self._blocks.close()

    def _read(self, first: int, last: int | None, progress: Progress) -> Generator[AudioBlock]:
        plan = self._plan
        progress.start("decode", plan.seconds(first, last))
        try:
            for index, samples in _blocks(self._pieces(first), first, last, plan.block_samples):
                yield AudioBlock(samples, float(plan.origin.start + Fraction(index, plan.rate)))
                progress.advance(len(samples) / plan.rate)
        finally:
            progress.finish()
        if self.damaged_packets:
            _LOG.warning(
                "%s: %d damaged packets of sound were skipped",
                printable(plan.path),
                self.damaged_packets,
            )

    def _pieces(self, first: int) -> Generator[tuple[int, _Samples]]:
        plan = self._plan
        # Opened here, not in the other thread, whose memory would not be given back: the tables of
        # ten hours of MP4 are large while they are read.
        with open_container(plan.path) as container:
            runs = SoundRuns(container, plan.stream.index, plan.origin)
            lead = plan.leads.get(first)
            if lead is not None:
                moment = plan.origin.start + Fraction(first, plan.rate) - Fraction(lead)
                seek_sound(container, plan.stream.index, plan.origin, moment)
            joined = runs.joined(None if lead is None else plan.rate)
            # The codec takes as long as all that comes after it: each has a thread.
            with contextlib.closing(work_ahead(joined, items=_AHEAD)) as ahead:
                for piece in mix_down(ahead, plan.rate):
                    self.damaged_packets = runs.damaged_packets
                    yield piece
            self.damaged_packets = runs.damaged_packets


@dataclass(frozen=True, slots=True)
class _Plan:
    path: str
    info: MediaInfo
    stream: StreamInfo
    origin: SoundOrigin
    rate: int
    leads: dict[int, float]  # of the ranges that begin in mid-file: seconds to seek before

    @property
    def block_samples(self) -> int:
        return self.rate * _BLOCK_SECONDS

    @property
    def first(self) -> int:  # the sample at 0:00, or the stream's first if that is later
        return max(0, math.ceil(-self.origin.start * self.rate))

    @property
    def seeks_exactly(self) -> bool:
        """Whether decoding from the middle gives the samples of decoding from the start."""
        codec = self.stream.codec
        exact = codec in _EXACT_CODECS or codec.startswith("pcm_")
        known = self.info.container in _SEEKABLE
        return exact and known and self.origin.stamps_tell_samples

    def seconds(self, first: int, last: int | None) -> float | None:
        if last is not None:
            return (last - first) / self.rate
        if self.info.duration is None:
            return None
        return max(0.0, self.info.duration - float(self.origin.start) - first / self.rate)


def read_audio(
    path: str | os.PathLike[str],
    *,
    rate: int = 16000,
    track: int | StreamInfo | None = None,
    language: str | None = None,
    start: float | None = None,
    end: float | None = None,
    progress: Progress | None = None,
) -> AudioReader:
    """Decode a sound track to mono.

    The blocks are about 10 s long, contiguous, and counted in samples: their times never drift.
    They follow the time stamps: what the file declares as priming is cut, gaps and damaged packets
    become silence, overlaps are dropped, jitter below 5 ms is ignored. Nothing before 0:00 is
    given out. Memory does not depend on the length.

    Stereo becomes ``(L + R) / 2``; where there is a centre channel, it carries the dialogue:
    ``C / 2 + (L + R) / 4``.

    Where neither format nor codec declares the encoder's priming, the sound is as late as players
    play it. Measured with FFmpeg's encoders at 48 kHz: raw AAC, FLV and MPEG-TS with AAC 21 ms,
    MPEG-TS with MP2 10 ms, AVI with MP3 23 ms, WMA 43 ms, Ogg Vorbis 9 ms, raw AC-3 5 ms.

    Parameters
    ----------
    path : path-like
        A local sound or video file.
    rate : int
        Samples per second to give out.
    track : int or StreamInfo or None
        Which track: counted from 0 among the sound tracks, or as chosen by
        :func:`syncalign.media.tracks.choose_audio`; None chooses.
    language : str or None
        What is spoken on the track to choose.
    start, end : float or None
        Seconds on the container's clock between which to decode.
    progress : Progress or None
        Told about seconds of sound.

    Returns
    -------
    AudioReader
        An iterator of :class:`AudioBlock`.

    Raises
    ------
    MediaError
        The file cannot be used, has no such track, or nothing of it can be decoded.
    ParameterError
        The rate is not positive, or the end is before the start.
    """
    plan = _make_plan(path, rate, track, language)
    first, last = plan.first, None
    if start is not None:
        first = max(first, math.ceil((Fraction(start) - plan.origin.start) * rate))
    if end is not None:
        last = math.ceil((Fraction(end) - plan.origin.start) * rate)
        if start is not None and end < start:
            raise ParameterError(f"the end ({end} s) is before the start ({start} s)")
    if first > 2 * _LEADS[0] * rate and plan.seeks_exactly:
        lead = _find_lead(plan, first)
        if lead is not None:
            plan.leads[first] = lead
    return AudioReader(plan, first, last, progress or NoProgress())


def _make_plan(
    path: str | os.PathLike[str], rate: int, track: int | StreamInfo | None, language: str | None
) -> _Plan:
    if rate <= 0:
        raise ParameterError(f"the rate is {rate}; it must be positive")
    with open_container(path) as container:
        info = describe(path, container)
        stream = (
            track
            if isinstance(track, StreamInfo)
            else choose_audio(info, track=track, language=language)
        )
        if container.streams[stream.index].codec_context is None:
            raise MediaError(path, f"its sound ({stream.codec}) cannot be decoded here")
        origin = locate_sound(container, stream.index, info.duration)
    if origin is None:
        raise MediaError(path, "nothing of its sound can be decoded; it is empty or damaged")
    return _Plan(os.fspath(path), info, stream, origin, rate, {})


def _find_lead(plan: _Plan, first: int) -> float | None:
    # A sparse or missing index leads elsewhere: to the end, or back to the very beginning.
    moment = Fraction(first, plan.rate)
    for lead in _LEADS:
        with open_container(plan.path) as container:
            target = plan.origin.start + moment - Fraction(lead)
            seek_sound(container, plan.stream.index, plan.origin, target)
            found = SoundRuns(container, plan.stream.index, plan.origin).first_moment()
        if found is not None and moment - 2 * 60 < found <= moment - _WARM_UP:
            return lead
    return None


def _blocks(
    pieces: Generator[tuple[int, _Samples]], first: int, last: int | None, size: int
) -> Iterator[tuple[int, _Samples]]:
    """Lay pieces that know their index into contiguous blocks, with silence where none lies."""
    block = np.zeros(size, np.float32)
    begin, used = first, 0
    for index, samples in _clip(pieces, first, last):
        done = 0
        while True:
            gap = index + done - begin - used
            step = min(gap or len(samples) - done, size - used)
            if not step:
                break
            if not gap:
                block[used : used + step] = samples[done : done + step]
                done += step
            used += step
            if used == size:
                yield begin, block
                block = np.zeros(size, np.float32)
                begin, used = begin + size, 0
    if used:
        yield begin, block[:used]


def _clip(
    pieces: Generator[tuple[int, _Samples]], first: int, last: int | None
) -> Iterator[tuple[int, _Samples]]:
    """Drop what lies before ``first``, what overlaps and what lies after ``last``."""
    cursor = first
    with contextlib.closing(pieces):
        for index, samples in pieces:
            late = max(0, cursor - index)
            if late >= len(samples):
                continue
            if last is not None and index + len(samples) >= last:
                # The index goes along even without samples: a gap across the end is silence.
                yield min(index + late, last), samples[late : max(late, last - index)]
                return
            yield index + late, samples[late:]
            cursor = index + len(samples)
