"""Decode pictures: upright frames that know when a player shows them."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from syncalign.errors import MediaError, ParameterError, printable
from syncalign.media.ahead import work_ahead
from syncalign.media.clock import RESETTING
from syncalign.media.container import clock_zero, describe, open_container
from syncalign.media.decoded import DecodedFrames
from syncalign.media.info import MediaInfo, StreamInfo
from syncalign.media.picture_clock import PictureClock
from syncalign.media.tracks import choose_video
from syncalign.progress import NoProgress, Progress

if TYPE_CHECKING:
    from av import VideoFrame as DecodedFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

_LOG = logging.getLogger(__name__)
_AHEAD = 8  # frames that are decoded before they are asked for
# FFmpeg's names of formats that hold frames one after the other, without times of showing.
_UNSTAMPED = frozenset({"avi", "h264", "hevc", "m4v", "mpegvideo", "vc1", "vvc"})
_FALLBACK_RATE = Fraction(25)  # of a stream that tells neither rate nor time stamps

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture of a moving picture.

    Attributes
    ----------
    picture : ndarray of uint8 [shape=(height, width, 3)]
        Red, green and blue, upright as a player shows it.
    time, end : float
        Seconds on the container's clock between which it is shown.
    """

    picture: Picture
    time: float
    end: float


class FrameReader(Iterator[Frame]):
    """The frames of a video stream, in the order in which they are shown.

    The file is opened when the first frame is asked for.

    Attributes
    ----------
    stream : StreamInfo
        The stream that is read.
    displayed : tuple of int
        Width and height of the picture as a player shows it: upright, with square pixels.
    size : tuple of int
        Width and height of the pictures given out.
    duration : float or None
        Seconds from the container's zero to its end, where known.
    damaged : int
        How many packets and frames could not be decoded so far; they are left out, and the frame
        before is shown longer.
    misplaced : int
        How many frames so far lay before 0:00 or not after the frame before; they are left out.
    """

    def __init__(self, plan: _Plan, progress: Progress) -> None:
        self.stream = plan.stream
        self.displayed = plan.displayed
        self.size = plan.size
        self.duration = plan.info.duration
        self.damaged = 0
        self.misplaced = 0
        self._plan = plan
        self._progress = progress
        self._frames: Generator[Frame] | None = None

    def __next__(self) -> Frame:
        """Decode the next frame."""
        if self._frames is None:
            self._frames = self._read()
        return next(self._frames)

    def close(self) -> None:
        """Close the file before its end is reached."""
        if self._frames is not None:
            self._frames.close()

    def _read(self) -> Generator[Frame]:
        self._progress.start("decode", self.duration)
        try:
            with open_container(self._plan.path) as container:
                source = self._decoded(container)
                with contextlib.closing(work_ahead(source, items=_AHEAD)) as ahead:
                    for frame in ahead:
                        yield frame
                        self._progress.advance(frame.end - frame.time)
        finally:
            self._progress.finish()
        if self.damaged:
            _LOG.warning(
                "%s: %d damaged pictures were skipped", printable(self._plan.path), self.damaged
            )

    def _decoded(self, container: InputContainer) -> Generator[Frame]:
        frames: DecodedFrames[DecodedFrame] = DecodedFrames(container, self.stream.index)
        zero, resets = clock_zero(container), container.format.name in RESETTING
        clock = PictureClock(zero, self._plan.tick, self._plan.rate, resets=resets)
        stamp = _counted_stamps() if container.format.name in _UNSTAMPED else _own_stamp
        painter = _Painter(self._plan.stored_size, self._plan.quarter_turns)
        held: tuple[Picture, float, float] | None = None
        spoilt = 0
        for frame in frames:
            time = clock.place(stamp(frame), frame.duration)
            picture = None if time is None or frame.is_corrupt else painter.paint(frame)
            spoilt += time is not None and picture is None
            self.damaged = frames.damaged_packets + spoilt
            self.misplaced = clock.misplaced
            if time is None or picture is None:
                continue
            if held is not None:
                yield Frame(held[0], held[1], time)
            held = (picture, time, clock.end)
        self.damaged = frames.damaged_packets + spoilt
        if held is not None:
            yield Frame(*held)


def _own_stamp(frame: DecodedFrame) -> int | None:
    return frame.pts


def _counted_stamps() -> Callable[[DecodedFrame], int | None]:
    """Return what stamps frames by the packets that were read when they came out of the decoder.

    Its delay is that of the first frame. Presentation stamps that are guessed for such files are
    out of order where there are B-frames.
    """
    delay: int | None = None

    def stamp(frame: DecodedFrame) -> int | None:
        nonlocal delay
        if frame.dts is None:  # one that the decoder held back to the end
            return None
        delay = frame.dts if delay is None else delay
        return frame.dts - delay

    return stamp


@dataclass(frozen=True, slots=True)
class _Plan:
    path: str
    info: MediaInfo
    stream: StreamInfo
    tick: Fraction
    rate: Fraction
    quarter_turns: int  # counter-clockwise, from as stored to upright
    displayed: tuple[int, int]
    size: tuple[int, int]

    @property
    def stored_size(self) -> tuple[int, int]:
        """Width and height to scale to before turning."""
        width, height = self.size
        return (height, width) if self.quarter_turns % 2 else (width, height)


class _Painter:
    """Turns decoded frames into upright pictures of one size."""

    def __init__(self, size: tuple[int, int], quarter_turns: int) -> None:
        from av.video.reformatter import Interpolation, VideoReformatter

        self._reformatter = VideoReformatter()
        self._interpolation = Interpolation
        self._width, self._height = size
        self._quarter_turns = quarter_turns

    def paint(self, frame: DecodedFrame) -> Picture | None:
        from av import FFmpegError

        shrinks = frame.width > self._width or frame.height > self._height
        try:
            scaled = self._reformatter.reformat(
                frame,
                self._width,
                self._height,
                "rgb24",
                interpolation=self._interpolation.AREA if shrinks else self._interpolation.BILINEAR,
            )
        except (FFmpegError, ValueError):  # a pixel format that cannot be converted
            return None
        pixels = scaled.to_ndarray().astype(np.uint8, copy=False)
        return np.ascontiguousarray(np.rot90(pixels, self._quarter_turns))


def read_frames(
    path: str | os.PathLike[str],
    *,
    longest_side: int | None = None,
    track: int | StreamInfo | None = None,
    progress: Progress | None = None,
) -> FrameReader:
    """Decode a moving picture to upright frames with the exact times at which they are shown.

    Times are the presentation time stamps: edit lists count, B-frames come in the order of
    showing, a variable frame rate stays one. Each frame is shown until the next one. Rotation
    and pixels that are not square are put right. Damaged frames are skipped and counted; frames
    before 0:00 and such as don't come after the last one are left out. Memory does not depend on
    the length.

    Parameters
    ----------
    path : path-like
        A local video file.
    longest_side : int or None
        Pictures that are larger are scaled down to this many pixels.
    track : int or StreamInfo or None
        Which stream: counted from 0 among the moving pictures, or as chosen by
        :func:`syncalign.media.tracks.choose_video`; None chooses.
    progress : Progress or None
        Told about seconds of video.

    Returns
    -------
    FrameReader
        An iterator of :class:`Frame`.

    Raises
    ------
    MediaError
        The file cannot be used, has no moving picture, or nothing of it can be decoded.
    ParameterError
        The longest side is not positive.
    """
    if longest_side is not None and longest_side < 1:
        raise ParameterError(f"the longest side is {longest_side}; it must be positive")
    with open_container(path) as container:
        info = describe(path, container)
        stream = track if isinstance(track, StreamInfo) else choose_video(info, track=track)
        source = cast("VideoStream", container.streams[stream.index])
        if source.codec_context is None:
            raise MediaError(path, f"its picture ({stream.codec}) cannot be decoded here")
        first = _first_sound_frame(DecodedFrames(container, stream.index))
        if first is None:
            raise MediaError(path, "nothing of its picture can be decoded; it is empty or damaged")
        turns = round(first.rotation / 90) % 4
        displayed = _displayed_size(first, source.sample_aspect_ratio, turns)
        plan = _Plan(
            path=os.fspath(path),
            info=info,
            stream=stream,
            tick=source.time_base or Fraction(1, 1000),
            rate=stream.rate or _FALLBACK_RATE,
            quarter_turns=turns,
            displayed=displayed,
            size=_fitted(displayed, longest_side),
        )
    return FrameReader(plan, progress or NoProgress())


def _first_sound_frame(frames: Iterable[DecodedFrame]) -> DecodedFrame | None:
    return next((frame for frame in frames if not frame.is_corrupt), None)


def _displayed_size(
    frame: DecodedFrame, pixel_shape: Fraction | None, turns: int
) -> tuple[int, int]:
    width, height = frame.width, frame.height
    if pixel_shape:
        width = max(1, round(width * pixel_shape))
    return (height, width) if turns % 2 else (width, height)


def _fitted(size: tuple[int, int], longest_side: int | None) -> tuple[int, int]:
    width, height = size
    if longest_side is None or max(size) <= longest_side:
        return size
    scale = Fraction(longest_side, max(size))
    return max(1, round(width * scale)), max(1, round(height * scale))
