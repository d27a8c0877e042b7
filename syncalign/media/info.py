"""What a medium contains: its streams and chapters, as plain immutable facts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

StreamKind = Literal["audio", "video", "subtitle", "data", "attachment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamInfo:
    """One stream of a medium.

    Attributes
    ----------
    index : int
        Position among all streams of the container, from 0.
    kind : str
        ``audio``, ``video``, ``subtitle``, ``data`` or ``attachment``. A cover picture is an
        attachment: it has no time.
    codec : str
        FFmpeg's name of the codec, such as ``aac``; ``unknown`` if it has none.
    language : str or None
        As written in the file, usually ISO 639-2 (``eng``); None if undeclared.
    start : float
        Seconds on the container's clock (0 is what a player shows at 0:00), as declared: a late
        sound in MP4 may be told early by its priming (21 ms). Decoding tells the exact time.
    duration : float or None
        Seconds, where declared.
    rate : Fraction or None
        Samples per second of a sound, exact frames per second of a picture.
    channels, layout : int or None, str or None
        Of a sound: how many channels and how they are arranged, such as ``5.1(side)``.
    default, forced : bool
        The container's flags.
    commentary : bool
        Whether this is a commentary or an audio description by its flags or its title.
    title : str or None
        As written in the file.
    """

    index: int
    kind: StreamKind
    codec: str
    language: str | None = None
    start: float = 0.0
    duration: float | None = None
    rate: Fraction | None = None
    channels: int | None = None
    layout: str | None = None
    default: bool = False
    forced: bool = False
    commentary: bool = False
    title: str | None = None

    def as_dict(self) -> dict[str, object]:
        """Show the keys that ``syncalign probe`` prints, as JSON types."""
        rate = self.rate
        number = rate if rate is None else int(rate) if rate.denominator == 1 else float(rate)
        return {
            "index": self.index,
            "kind": self.kind,
            "codec": self.codec,
            "language": self.language,
            "start": self.start,
            "duration": self.duration,
            "rate": number,
            "default": self.default,
            "title": self.title,
        }


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named part of a medium: start and end in seconds on the container's clock."""

    start: float
    end: float
    title: str = ""

    def as_dict(self) -> dict[str, object]:
        """Show the keys that ``syncalign probe`` prints."""
        return {"start": self.start, "end": self.end, "title": self.title}


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a medium contains.

    Attributes
    ----------
    path : str
        The file.
    container : str
        FFmpeg's name of the container format, such as ``matroska,webm``.
    duration : float or None
        Seconds from the container's zero to its end, where known.
    streams : tuple of StreamInfo
        In the container's order.
    chapters : tuple of Chapter
        In the order of time.
    """

    path: str
    container: str
    duration: float | None
    streams: tuple[StreamInfo, ...] = ()
    chapters: tuple[Chapter, ...] = ()

    @property
    def audio(self) -> tuple[StreamInfo, ...]:
        """The sound streams, in the container's order: track 0, track 1, ..."""
        return tuple(stream for stream in self.streams if stream.kind == "audio")

    @property
    def video(self) -> tuple[StreamInfo, ...]:
        """The moving pictures, without cover art."""
        return tuple(stream for stream in self.streams if stream.kind == "video")

    @property
    def subtitles(self) -> tuple[StreamInfo, ...]:
        """The subtitle streams, text or pictures: text track 0, text track 1, ..."""
        return tuple(stream for stream in self.streams if stream.kind == "subtitle")

    def as_dict(self) -> dict[str, object]:
        """Show the keys that ``syncalign probe`` prints, as JSON types."""
        return {
            "container": self.container,
            "duration": self.duration,
            "streams": [stream.as_dict() for stream in self.streams],
            "chapters": [chapter.as_dict() for chapter in self.chapters],
        }
