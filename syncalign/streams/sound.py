"""The sound of several files as one: a single clock, counted in samples."""

from __future__ import annotations

import bisect
import itertools
import math
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from syncalign.errors import MediaError, ParameterError
from syncalign.media import AudioBlock, AudioReader, Chapter, choose_audio, probe, read_audio
from syncalign.progress import NoProgress, Progress

#: Samples a second.
RATE = 16000

Samples = npt.NDArray[np.float32]
_Path = str | os.PathLike[str]
#: Reading goes on up to this far instead of opening the file anew: as fast, and exact for all.
_REACH = 60 * RATE
#: What a folder's sound files are called; a file that is named itself may be called anything.
_NAMES = re.compile(
    r"\.(aac|ac3|aiff?|amr|au|avi|caf|flac|m4[abv]|mk[av]|mov|mp[234c]|og[ag]|opus|ts|wav|webm|wma|wv)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SoundPart:
    """One file's place on the joined clock: samples ``start <= i < end``."""

    path: str
    start: int
    end: int


class Sound:
    """Sound files, one after the other.

    Each file begins at the very sample after the last one of the file before, and keeps its own
    clock within: a stream that begins late is preceded by silence, what the file declares as
    priming is cut, damaged packets are silence. How long a file is, is how much of it could be
    decoded: containers tell it too roughly, or wrongly. So `parts`, `size`, `chapters`, `locate`
    and `read` decode what :meth:`blocks` was not asked for yet; after one pass they know.

    Memory does not depend on the length. Not for several threads at once.

    Parameters
    ----------
    paths : path-like or sequence of path-like
        Sound or video files, in the order of the clock. A folder stands for its sound files in
        natural order (2 before 10), without those in folders below.
    track : int or None
        Take this one of each file's sound tracks, counted from 0; None chooses.
    language : str or None
        What is spoken on the track to choose.

    Raises
    ------
    MediaError
        A file cannot be used or has no such sound; a folder has no sound files.
    ParameterError
        There is no path.
    """

    rate = RATE

    def __init__(
        self,
        paths: _Path | Sequence[_Path],
        track: int | None = None,
        *,
        language: str | None = None,
    ) -> None:
        named = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
        if not named:
            raise ParameterError("no sound file was given")
        self.paths = tuple(file for path in named for file in _files(path))
        self.track = track
        self._wish = (track, language)
        self._chapters, durations = [], []
        for path in self.paths:
            info = probe(path)
            choose_audio(info, track=track, language=language)
            self._chapters.append(info.chapters)
            durations.append(info.duration)
        known = [seconds for seconds in durations if seconds is not None]
        self._expected = sum(known) if len(known) == len(durations) else None
        self._sizes: list[int] = []  # of the files that were decoded to their end
        self._damage: dict[int, int] = {}
        self._stretch: _Stretch | None = None

    def blocks(self, progress: Progress | None = None) -> Iterator[AudioBlock]:
        """Decode everything.

        Parameters
        ----------
        progress : Progress or None
            Told about seconds of sound.

        Yields
        ------
        AudioBlock
            Mono, 10 s at most, contiguous from 0; times are those of the joined clock.

        Raises
        ------
        MediaError
            Nothing of a file can be decoded, or it changed since it was decoded before.
        """
        progress = progress or NoProgress()
        progress.start("decode", self._expected)
        start = 0
        try:
            for number in range(len(self.paths)):
                for samples in self._decode(number):
                    yield AudioBlock(samples, start / RATE)
                    start += len(samples)
                    progress.advance(len(samples) / RATE)
        finally:
            progress.finish()

    @property
    def parts(self) -> tuple[SoundPart, ...]:
        """Where on the joined clock each file lies."""
        while len(self._sizes) < len(self.paths):
            for _ in self._decode(len(self._sizes)):
                pass
        ends = itertools.accumulate(self._sizes, initial=0)
        return tuple(map(SoundPart, self.paths, *zip(*itertools.pairwise(ends), strict=True)))

    def recall(self, sizes: Sequence[int]) -> None:
        """Take over what an earlier pass over the same files learned: how long each is, in samples.

        Raises
        ------
        ParameterError
            They are not as many as the files.
        """
        if len(sizes) != len(self.paths):
            raise ParameterError(f"{len(sizes)} sizes are not those of {len(self.paths)} files")
        self._sizes = list(sizes)

    @property
    def size(self) -> int:
        """Samples in all."""
        return self.parts[-1].end

    @property
    def damaged_packets(self) -> int:
        """How many packets could not be decoded so far; their time is silence."""
        return sum(self._damage.values())

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """Chapters of all files, in seconds of the joined clock."""
        return tuple(
            replace(
                chapter,
                start=chapter.start + part.start / RATE,
                end=chapter.end + part.start / RATE,
            )
            for part, chapters in zip(self.parts, self._chapters, strict=True)
            for chapter in chapters
        )

    def locate(self, seconds: float) -> tuple[str, float]:
        """Tell which file, and which moment of it, a moment of the joined clock is.

        Where two files meet it is the beginning of the second one; a moment before the first file
        or behind the last one counts on their clocks.
        """
        parts = self.parts
        index = bisect.bisect_right(parts, seconds * RATE, key=lambda part: part.start) - 1
        part = parts[max(index, 0)]
        return part.path, seconds - part.start / RATE

    def read(self, start: int, end: int) -> Samples:
        """Decode a stretch.

        Quickest in the order of time: a file stays open and is read on.

        Parameters
        ----------
        start, end : int
            Samples of the joined clock, half-open; what lies outside of the sound is left out.

        Returns
        -------
        np.ndarray of float32 [shape=(end - start,)]
            The samples that :meth:`blocks` gives there.

        Raises
        ------
        ParameterError
            The end is before the start.
        MediaError
            A file cannot be read any more.
        """
        if end < start:
            raise ParameterError(f"the end (sample {end}) is before the start (sample {start})")
        pieces = [np.zeros(0, np.float32)]
        for number, part in enumerate(self.parts):
            first, last = max(start, part.start), min(end, part.end)
            if first < last:
                pieces.append(self._read_part(number, first - part.start, last - part.start))
        return np.concatenate(pieces)

    def _read_part(self, number: int, first: int, last: int) -> Samples:
        stretch = self._stretch
        if stretch is None or stretch.number != number or not stretch.reaches(first):
            if stretch is not None:
                stretch.reader.close()
            # A sample early: which one a moment names depends on where the stream begins.
            seconds = max(0, first - 1) / RATE
            stretch = self._stretch = _Stretch(number, self._open(number, seconds))
        return stretch.read(first, last)

    def _open(self, number: int, start: float) -> AudioReader:
        track, language = self._wish
        return read_audio(
            self.paths[number], rate=RATE, track=track, language=language, start=start
        )

    def _decode(self, number: int) -> Iterator[Samples]:
        """Decode a file from its 0:00 on, in contiguous blocks; learn how long it is."""
        reader, size = self._open(number, 0.0), 0
        try:
            for block in reader:
                late = _index(block) - size
                while late > 0:  # silence before a stream that begins late
                    step = min(late, 10 * RATE)
                    yield np.zeros(step, np.float32)
                    size, late = size + step, late - step
                yield block.samples
                size += len(block.samples)
        finally:
            reader.close()
            self._damage[number] = reader.damaged_packets
        if not size:
            raise MediaError(self.paths[number], "nothing of its sound can be decoded")
        if number == len(self._sizes):
            self._sizes.append(size)
        elif number < len(self._sizes) and self._sizes[number] != size:
            raise MediaError(self.paths[number], "has changed while it was being read")


class _Stretch:
    """A file that is read forwards."""

    def __init__(self, number: int, reader: AudioReader) -> None:
        self.number = number
        self.reader = reader
        self._begin = -1  # of the block that was decoded last
        self._samples = np.zeros(0, np.float32)

    def reaches(self, first: int) -> bool:
        return self._begin <= first <= self._begin + len(self._samples) + _REACH

    def read(self, first: int, last: int) -> Samples:
        found = np.zeros(last - first, np.float32)
        while True:
            end = self._begin + len(self._samples)
            low, high = max(first, self._begin), min(last, end)
            if low < high:
                found[low - first : high - first] = self._samples[
                    low - self._begin : high - self._begin
                ]
            block = None if end >= last else next(self.reader, None)
            if block is None:
                return found
            self._begin, self._samples = _index(block), block.samples


def _index(block: AudioBlock) -> int:
    """Return the sample of the file's clock nearest to a block's first one."""
    # Always up at the middle between two, where a float of ten hours may lie on either side: a
    # stream half a sample late must not change its mind from block to block.
    return math.floor(block.start * RATE + 0.5 + 2**-10)


def _files(path: _Path) -> list[str]:
    """List a folder's sound files, or the file itself."""
    name = os.fspath(path)
    try:
        if not Path(name).is_dir():
            return [name]
        entries = [entry for entry in Path(name).iterdir() if not entry.name.startswith(".")]
    except (OSError, ValueError) as exc:
        raise MediaError(name, "cannot be read") from exc
    files = [str(entry) for entry in entries if _NAMES.fullmatch(entry.suffix)]
    if not files:
        raise MediaError(name, "is a folder without sound files")
    return sorted(files, key=_natural)


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Order names as people do: 2 before 10, whatever the case."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], name
