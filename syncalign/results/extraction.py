"""The answer of taking text tracks out of a medium."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from syncalign.storage import ensure_writable, write_atomically


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedTrack:
    """One subtitle track.

    Parameters
    ----------
    index : int
        Of the stream in the container, as ``syncalign probe`` shows it.
    track : int
        Its number among the subtitle tracks, from 0.
    codec : str
        FFmpeg's name, such as ``subrip``.
    language : str or None
        As the file says.
    forced : bool
        Whether it holds only what every viewer needs (signs, foreign speech).
    is_stub : bool
        Whether it has so few cues, beside the fullest one of its medium, that it must be forced,
        whatever the medium says.
    cues : int
        Texts in it.
    name : str or None
        Name of its file; None if it is skipped.
    data : bytes
        The file.
    reason : str or None
        Why it is skipped, or what is special.
    output : str or None
        Where it was written.
    """

    index: int
    track: int
    codec: str
    language: str | None = None
    forced: bool = False
    is_stub: bool = False
    cues: int = 0
    name: str | None = None
    data: bytes = field(default=b"", repr=False)
    reason: str | None = None
    output: str | None = None

    def as_dict(self) -> dict[str, object]:
        """Show the keys of the JSON contract."""
        return {
            "index": self.index,
            "track": self.track,
            "codec": self.codec,
            "language": self.language,
            "forced": self.forced,
            "cues": self.cues,
            # Bytes of a name that are no text become escapes, which every parser accepts.
            "output": self.output
            and self.output.encode("utf-8", "backslashreplace").decode("utf-8"),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class SubtitleExtraction:
    """The subtitle tracks of a medium.

    Parameters
    ----------
    tracks : tuple of ExtractedTrack
        In the container's order.
    reasons : tuple of str
        What a user should know, as sentences.
    is_whole : bool
        False where the medium is damaged and the rest could not be read.
    """

    tracks: tuple[ExtractedTrack, ...]
    reasons: tuple[str, ...] = ()
    is_whole: bool = True

    def save(self, folder: str | Path, *, overwrite: bool = False) -> SubtitleExtraction:
        """Write each text track to its file and return the answer with their paths.

        The folder is made if it does not exist. Nothing is written unless all can be.

        Raises
        ------
        OutputError
            A file exists, or the folder takes none.
        """
        from syncalign.errors import OutputError

        try:
            Path(folder).mkdir(exist_ok=True)
        except FileExistsError as exc:
            raise OutputError(str(folder), "is a file; name a folder") from exc
        except (OSError, ValueError) as exc:
            reason = getattr(exc, "strerror", None) or exc
            raise OutputError(str(folder), f"cannot be made: {reason}") from exc
        paths = {t.index: Path(folder) / t.name for t in self.tracks if t.name is not None}
        for path in paths.values():
            ensure_writable(path, overwrite=overwrite)
        saved = []
        for track in self.tracks:
            path_of_track = paths.get(track.index)
            if path_of_track is not None:
                write_atomically(path_of_track, track.data, overwrite=overwrite)
                track = replace(track, output=str(path_of_track))
            saved.append(track)
        return replace(self, tracks=tuple(saved))

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract, without schema and timing."""
        return {
            "status": "ok",
            "confidence": None,
            "reasons": list(self.reasons),
            "tracks": [track.as_dict() for track in self.tracks],
        }
