"""Text tracks of a medium: raw packets with their exact times; what they say is not read here."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from syncalign.errors import MediaError
from syncalign.media.container import clock_zero, open_container

if TYPE_CHECKING:
    from av.container import InputContainer

MOST_BYTES = 64 * 2**20  # of all text packets together; the longest film has a few hundred KiB
_BESIDE_A_CUE = ("identifier", "settings")  # FFmpeg's names, after "webvtt_"
_READ_FAILURES = 10  # in a row, before the rest of a damaged file is given up


@dataclass(frozen=True, slots=True)
class TextPacket:
    """One packet of a text track.

    Parameters
    ----------
    start : Fraction
        Seconds on the container's clock.
    duration : Fraction or None
        Seconds; None where the container does not say.
    data : bytes
        The packet as stored.
    name, settings : bytes
        What a WebVTT cue is called and where it stands on the screen: beside its text in Matroska.
    """

    start: Fraction
    duration: Fraction | None
    data: bytes = field(repr=False)
    name: bytes = b""
    settings: bytes = b""


@dataclass(frozen=True, slots=True)
class TextPackets:
    """The packets of one text track and its codec's header.

    Parameters
    ----------
    index : int
        Of the stream in the container.
    header : bytes
        What stands once for the track, as the styles of ASS; often empty.
    packets : tuple of TextPacket
        In the container's order.
    is_whole : bool
        False where the container is damaged and the rest could not be read.
    """

    index: int
    header: bytes = field(repr=False)
    packets: tuple[TextPacket, ...] = field(repr=False)
    is_whole: bool = True


def read_text_packets(
    path: str | os.PathLike[str], indices: Collection[int]
) -> dict[int, TextPackets]:
    """Read the packets of some subtitle streams, in one pass and without decoding.

    Parameters
    ----------
    path : path-like
        The medium.
    indices : collection of int
        Streams, as :func:`syncalign.media.container.probe` counts them.

    Returns
    -------
    dict of int to TextPackets
        One entry for each stream asked for.

    Raises
    ------
    MediaError
        The medium cannot be read, has no such stream, or holds more text than any film.
    """
    from av.stream import Discard

    with open_container(path) as container:
        streams = {stream.index: stream for stream in container.streams}
        if missing := set(indices) - set(streams):
            raise MediaError(path, f"has no stream {min(missing)}")
        for stream in container.streams:
            stream.discard = Discard.default if stream.index in indices else Discard.all
        packets, is_whole = _gather(path, container, [streams[index] for index in indices])
        return {
            index: TextPackets(index, _header(streams[index]), tuple(packets[index]), is_whole)
            for index in indices
        }


def _gather(
    path: str | os.PathLike[str], container: InputContainer, streams: list[Any]
) -> tuple[dict[int, list[TextPacket]], bool]:
    from av import FFmpegError

    zero = clock_zero(container)
    packets: dict[int, list[TextPacket]] = {stream.index: [] for stream in streams}
    held = failures = 0
    while streams and failures < _READ_FAILURES:
        try:
            for packet in container.demux(streams):
                failures = 0
                if packet.pts is None or not packet.size or packet.stream_index not in packets:
                    continue
                beside = {str(one.data_type): bytes(one) for one in packet.iter_sidedata()}
                name, settings = (beside.get(f"webvtt_{kind}", b"") for kind in _BESIDE_A_CUE)
                held += packet.size + len(name) + len(settings)
                if held > MOST_BYTES:
                    raise MediaError(path, f"holds more than {MOST_BYTES // 2**20} MiB of text")
                base = packet.time_base
                start = packet.pts * base - zero
                duration = packet.duration * base if packet.duration else None
                found = TextPacket(start, duration, bytes(packet), name, settings)
                packets[packet.stream_index].append(found)
            return packets, True
        except FFmpegError:
            failures += 1
    return packets, not streams


def _header(stream: Any) -> bytes:  # PyAV's streams share no type
    context = stream.codec_context
    return bytes(context.extradata or b"") if context is not None else b""
