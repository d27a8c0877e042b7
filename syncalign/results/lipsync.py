"""LipSync: the answer of ``lipsync``."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from syncalign.timebase import Segment

if TYPE_CHECKING:
    from syncalign.models.lipsync.windows import WindowStatus

LipSyncStatus = Literal["in_sync", "out_of_sync", "unsure", "no_face", "no_speech"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowScore:
    """What a stretch of a face says.

    Parameters
    ----------
    segment : Segment
        Seconds on the picture's clock.
    offset, confidence, distance : float or None
        As for a track; None where nothing can be said.
    status : str
        ``ok``, or why the offset is not to be trusted: ``silent`` (nobody speaks), ``face_lost``,
        ``not_speaking`` (the lips rest), ``ambiguous``, ``too_short``.
    """

    segment: Segment
    offset: float | None
    confidence: float | None
    distance: float | None
    status: WindowStatus

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract."""
        return {
            **_ends(self.segment),
            "offset": _rounded(self.offset),
            "confidence": _rounded(self.confidence),
            "distance": _rounded(self.distance),
            "status": self.status,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackScore:
    """What a face says, from when it is seen until it is lost.

    Parameters
    ----------
    id : int
        Number of the face's track.
    segment : Segment
        When it is seen, in seconds on the picture's clock.
    offset : float or None
        Seconds by which the sound must be moved later to fit this face.
    interval : tuple of float or None
        Between which the offset lies with 95 %, if the sound is this face's.
    confidence : float or None
        Calibrated probability that the offset is right within 40 ms.
    distance : float or None
        Of lips and sound at the offset, in the model's own measure; lower is better.
    lse_d, lse_c : float or None
        SyncNet's distance and confidence as papers give them (LSE-D, LSE-C), where it compared.
    speaking : tuple of Segment
        When it is this face, of all that are seen, that speaks.
    windows : tuple of WindowScore
        Stretch by stretch.
    """

    id: int
    segment: Segment
    offset: float | None
    interval: tuple[float, float] | None
    confidence: float | None
    distance: float | None
    lse_d: float | None = None
    lse_c: float | None = None
    speaking: tuple[Segment, ...]
    windows: tuple[WindowScore, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract."""
        return {
            "id": self.id,
            **_ends(self.segment),
            "offset": _rounded(self.offset),
            "interval": _pair(self.interval),
            "confidence": _rounded(self.confidence),
            "distance": _rounded(self.distance),
            "lse_d": _rounded(self.lse_d),
            "lse_c": _rounded(self.lse_c),
            "speaking": [[_rounded(one.start), _rounded(one.end)] for one in self.speaking],
            "windows": [window.to_json() for window in self.windows],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LipSync:
    """Whether a sound fits the lips that are seen, and by how much it is early or late.

    Sign: the picture is the reference; with a positive offset the sound is early and must be moved
    later.

    Parameters
    ----------
    status : {"in_sync", "out_of_sync", "unsure", "no_face", "no_speech"}
        ``in_sync``: the sound is at most 40 ms early or 60 ms late (EBU R 37).
    confidence : float or None
        Calibrated probability that the offset is right within 40 ms; None where nothing is judged,
        or the model is not calibrated.
    reasons : tuple of str
        Why, in sentences.
    offset : float or None
        Seconds by which the sound must be moved later; None where nothing can be said. Where it
        changes on the way, that in the middle of the film.
    interval : tuple of float or None
        Between which the offset lies with 95 %, if sound and picture belong together.
    steps : tuple of (Segment, float)
        Stretches with an offset of their own; empty where it is the same all along.
    drift : float
        Seconds a second by which the offset changes steadily; else 0.
    starts_apart : float or None
        Seconds by which the sound begins after the picture in the file. It is no offset: a sound
        that begins late is silent until then.
    model : str
        What compared lips and sound.
    tracks : tuple of TrackScore
        Face by face.
    """

    status: LipSyncStatus
    confidence: float | None
    reasons: tuple[str, ...]
    offset: float | None = None
    interval: tuple[float, float] | None = None
    steps: tuple[tuple[Segment, float], ...] = ()
    drift: float = 0.0
    starts_apart: float | None = None
    model: str = "builtin"
    tracks: tuple[TrackScore, ...] = ()

    @property
    def is_trusted(self) -> bool:
        """Whether the offset may be acted on: ``in_sync`` or ``out_of_sync``."""
        return self.status in ("in_sync", "out_of_sync")

    @property
    def is_one_move(self) -> bool:
        """Whether moving the whole sound once puts it in sync."""
        return self.is_trusted and not self.steps and not self.drift

    def to_csv(self) -> bytes:
        """Return the windows of all faces as a table: UTF-8, a line a window."""
        lines = io.StringIO()
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(("face", "start", "end", "offset", "confidence", "distance", "status"))
        for track in self.tracks:
            for one in track.windows:
                table.writerow((track.id, *one.to_json().values()))
        return lines.getvalue().encode()

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract, without schema and timing."""
        return {
            "status": self.status,
            "confidence": _rounded(self.confidence),
            "reasons": list(self.reasons),
            "offset": _rounded(self.offset),
            "interval": _pair(self.interval),
            "steps": [{**_ends(one), "offset": _rounded(offset)} for one, offset in self.steps],
            "drift": round(self.drift, 7),
            "starts_apart": _rounded(self.starts_apart),
            "model": self.model,
            "tracks": [track.to_json() for track in self.tracks],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LipSyncFix:
    """What became of a file whose sound was moved.

    Parameters
    ----------
    moved : float
        Seconds by which the sound comes later.
    after : LipSync
        The written file measured anew.
    is_written : bool
        Whether it was kept: it was not where it did not measure as in sync.
    """

    moved: float
    after: LipSync
    is_written: bool

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract."""
        return {
            "moved": _rounded(self.moved),
            "status": self.after.status,
            "offset": _rounded(self.after.offset),
            "interval": _pair(self.after.interval),
            "confidence": _rounded(self.after.confidence),
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _pair(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else [round(end, 4) for end in interval]


def _ends(segment: Segment) -> dict[str, float]:
    return {"start": round(segment.start, 4), "end": round(segment.end, 4)}
