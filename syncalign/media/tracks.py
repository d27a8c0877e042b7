"""Choose the sound track to listen to, the picture to look at, or the text tracks to read."""

from __future__ import annotations

from syncalign.errors import MediaError
from syncalign.media.info import MediaInfo, StreamInfo
from syncalign.media.languages import normalise_language


def choose_audio(
    info: MediaInfo, *, track: int | None = None, language: str | None = None
) -> StreamInfo:
    """Choose the sound track of a medium.

    Without a wish it is the one that a viewer would hear: never a commentary or an audio
    description unless there is nothing else, then the one flagged as default, then the one with
    more channels, then the first.

    Parameters
    ----------
    info : MediaInfo
        The medium, from :func:`syncalign.media.container.probe`.
    track : int or None
        Take this one, counting the sound tracks from 0, whatever it is.
    language : str or None
        ISO 639-1, 639-2 or English name. A track without a declared language is taken if none
        declares this one.

    Returns
    -------
    StreamInfo

    Raises
    ------
    MediaError
        There is no sound, or no such track or language; the message lists those that exist.
    """
    tracks = info.audio
    if not tracks:
        found = ", ".join(sorted({stream.kind for stream in info.streams})) or "nothing"
        raise MediaError(info.path, f"has no sound; it holds: {found}")
    if track is not None:
        if not 0 <= track < len(tracks):
            raise MediaError(info.path, f"has no sound track {track}; it has {_listed(tracks)}")
        return tracks[track]
    candidates = [stream for stream in tracks if not stream.commentary] or list(tracks)
    if language is not None:
        candidates = _in_language(candidates, language)
        if not candidates:
            message = f"has no sound in {language!r}; choose with --track: {_listed(tracks)}"
            raise MediaError(info.path, message)
    return max(candidates, key=lambda s: (s.default, s.channels or 0, -s.index))


def choose_video(info: MediaInfo, *, track: int | None = None) -> StreamInfo:
    """Choose the moving picture of a medium.

    Parameters
    ----------
    info : MediaInfo
        The medium.
    track : int or None
        Take this one, counting the moving pictures from 0; without a wish it is the one flagged
        as default, then the first. Cover art is never taken.

    Returns
    -------
    StreamInfo

    Raises
    ------
    MediaError
        There is no moving picture, or no such track.
    """
    tracks = info.video
    if not tracks:
        found = ", ".join(sorted({stream.kind for stream in info.streams})) or "nothing"
        raise MediaError(info.path, f"has no moving picture; it holds: {found}")
    if track is None:
        return max(tracks, key=lambda stream: (stream.default, -stream.index))
    if not 0 <= track < len(tracks):
        listed = "; ".join(f"{n}: {_summary(stream)}" for n, stream in enumerate(tracks))
        raise MediaError(info.path, f"has no picture track {track}; it has {listed}")
    return tracks[track]


def choose_texts(
    info: MediaInfo, *, track: int | None = None, language: str | None = None
) -> list[int]:
    """Choose subtitle tracks of a medium, text or pictures: all of them without a wish.

    Parameters
    ----------
    info : MediaInfo
        The medium.
    track : int or None
        Only this one, counting the subtitle tracks from 0.
    language : str or None
        Only those that declare this language.

    Returns
    -------
    list of int
        Their numbers among the subtitle tracks.

    Raises
    ------
    MediaError
        There is no subtitle track, or none like this; the message lists those that exist.
    """
    tracks = dict(enumerate(info.subtitles))
    if not tracks:
        raise MediaError(info.path, "has no subtitle tracks")
    listed = ", ".join(
        f"{n}: {stream.language or 'unknown language'} {stream.codec}"
        for n, stream in tracks.items()
    )
    if track is not None and track not in tracks:
        raise MediaError(info.path, f"has no subtitle track {track}; it has {listed}")
    numbers = list(tracks) if track is None else [track]
    if language is not None:
        wanted = normalise_language(language)
        declared = {n: tracks[n].language for n in numbers}
        numbers = [n for n, own in declared.items() if own and normalise_language(own) == wanted]
        if not numbers:
            message = f"has no such subtitle track in {language!r}; it has {listed}"
            raise MediaError(info.path, message)
    return numbers


def _in_language(candidates: list[StreamInfo], language: str) -> list[StreamInfo]:
    wanted = normalise_language(language)
    matching = [s for s in candidates if s.language and normalise_language(s.language) == wanted]
    return matching or [stream for stream in candidates if not stream.language]


def _listed(tracks: tuple[StreamInfo, ...]) -> str:
    return "; ".join(f"{n}: {_summary(stream)}" for n, stream in enumerate(tracks))


def _summary(stream: StreamInfo) -> str:
    parts = [stream.language or "unknown language", stream.codec, stream.layout or ""]
    if stream.title:
        parts.append(f'"{stream.title}"')
    if stream.commentary:
        parts.append("commentary")
    return " ".join(part for part in parts if part)
