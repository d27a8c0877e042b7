"""The decoded frames of one stream, past packets that are damaged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from av.container import InputContainer

_READ_FAILURES = 10  # in a row, before the rest of a damaged file is given up
_Frame = TypeVar("_Frame")  # PyAV's AudioFrame or VideoFrame


class DecodedFrames(Iterator[_Frame], Generic[_Frame]):
    """The frames of one stream, past packets that are damaged."""

    def __init__(self, container: InputContainer, index: int) -> None:
        from av.stream import Discard

        for stream in container.streams:
            stream.discard = Discard.default if stream.index == index else Discard.all
        self.damaged_packets = 0
        self._frames = self._decode(container, container.streams[index])

    def __next__(self) -> _Frame:
        """Decode on to the next frame."""
        return next(self._frames)

    def _decode(self, container: InputContainer, stream: Any) -> Iterator[_Frame]:
        from av import FFmpegError

        failures = 0
        while failures < _READ_FAILURES:
            try:
                for packet in container.demux(stream):
                    failures = 0
                    try:
                        frames = packet.decode()
                    except FFmpegError:
                        # The last packet is empty: it only asks for what the decoder still holds.
                        self.damaged_packets += packet.size > 0
                        continue
                    yield from frames
                return
            except FFmpegError:
                failures += 1
