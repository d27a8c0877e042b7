"""From faces in single pictures to tracks: who is the same from frame to frame."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from syncalign.media import Frame
from syncalign.models.faces.detection import DetectedFace
from syncalign.models.faces.overlap import overlaps
from syncalign.models.faces.region import Picture, Region
from syncalign.models.faces.shots import CutDetector
from syncalign.models.faces.sighting import FaceFinder, Follower, Head
from syncalign.streams.faces import FaceTrack

#: Seconds for which a face may be out of sight and be taken up again.
LONGEST_GAP = 0.3
#: Seconds below which a track is dropped.
SHORTEST_TRACK = 0.2
_SAME_FACE = 0.3  # intersection over union of a track's box and a detection
_TWICE_FOLLOWED = 0.5  # of two tracks that have run onto one face
_MOUTH_SIZE = (48, 32)
_MOUTH_UNITS = 1.25  # width of a mouth's picture in distances between the eyes
_SETTLING = 1.0  # seconds over which the place of the mouth under the eyes is averaged


class FaceTracker:
    """Follows every face of a moving picture.

    Each track is continued from its last place in every frame. The detector runs at intervals,
    after a cut, and while a face is out of sight; what it finds on none of the tracks begins one.

    Parameters
    ----------
    finder : FaceFinder
        What finds and follows faces.

    Attributes
    ----------
    cuts : list of float
        When shots began so far, in seconds.
    """

    def __init__(self, finder: FaceFinder) -> None:
        self.cuts: list[float] = []
        self._finder = finder
        self._shots = CutDetector()
        self._live: list[_Growing] = []
        self._ended: list[_Growing] = []
        self._detected_at = -np.inf

    def look(self, frame: Frame) -> None:
        """Take the next frame."""
        if self._shots.cuts_before(frame.picture):
            self.cuts.append(frame.time)
            self._end(self._live)
            self._detected_at = -np.inf
        self._end([track for track in self._live if frame.time - track.end > LONGEST_GAP])
        unseen = [track for track in self._live if not track.follow(frame)]
        self._end(_followed_twice(self._live))
        if unseen or frame.time - self._detected_at >= self._finder.interval:
            self._detected_at = frame.time
            for face in self._finder.detect(frame.picture):
                self._take(frame, face, unseen)

    def tracks(self) -> tuple[FaceTrack, ...]:
        """Return the tracks so far that are not too short, in the order in which they begin."""
        long = [
            track
            for track in self._ended + self._live
            if track.end - track.times[0] >= SHORTEST_TRACK
        ]
        long.sort(key=lambda track: (track.times[0], float(track.boxes[0][0])))
        return tuple(track.finished(number) for number, track in enumerate(long))

    def _take(self, frame: Frame, face: DetectedFace, unseen: list[_Growing]) -> None:
        """Give a detected face to the track that it lies on, else begin a track."""
        known = None
        if self._live:
            shared = overlaps(face.box, np.array([track.boxes[-1] for track in self._live]))
            best = int(shared.argmax())
            known = self._live[best] if shared[best] > _SAME_FACE else None
        if known is None:
            begun = _Growing(self._finder.meet(frame.picture, face))
            if begun.follow(frame):
                self._live.append(begun)
                self._end(_followed_twice(self._live))
            return
        is_lost = known in unseen
        known.follower.correct(frame.picture, face, is_lost=is_lost)
        if is_lost and known.follow(frame):
            unseen.remove(known)

    def _end(self, tracks: list[_Growing]) -> None:
        self._ended += tracks
        self._live = [track for track in self._live if track not in tracks]


@dataclass(slots=True, eq=False)
class _Growing:
    """A track that may go on."""

    follower: Follower
    times: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    boxes: list[np.ndarray] = field(default_factory=list)
    points: list[np.ndarray] = field(default_factory=list)
    mouths: list[np.ndarray] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    mouth: tuple[float, float] | None = None

    @property
    def end(self) -> float:
        return self.ends[-1]

    def follow(self, frame: Frame) -> bool:
        """Find the face in the next frame, and remember it; False where it is not to be seen."""
        sighting = self.follower.follow(frame.picture)
        if sighting is None:
            return False
        self.mouth = self._steadied(sighting.mouth, frame.end - frame.time)
        self.times.append(frame.time)
        self.ends.append(frame.end)
        self.boxes.append(sighting.box)
        self.scores.append(sighting.score)
        if sighting.points is not None:
            self.points.append(sighting.points)
        self.mouths.append(_cut_mouth(frame.picture, sighting.head, self.mouth))
        return True

    def finished(self, number: int) -> FaceTrack:
        return FaceTrack(
            id=number,
            times=np.array(self.times),
            ends=np.array(self.ends),
            boxes=np.array(self.boxes, np.float32),
            points=np.array(self.points, np.float32) if self.points else None,
            mouths=np.array(self.mouths, np.uint8),
            scores=np.array(self.scores, np.float32),
        )

    def _steadied(self, mouth: tuple[float, float], seconds: float) -> tuple[float, float]:
        """Average the place of the mouth, so that its own motion does not move its picture."""
        if self.mouth is None:
            return mouth
        weight = max(1 / (len(self.times) + 1), min(1.0, seconds / _SETTLING))
        (x, y), (new_x, new_y) = self.mouth, mouth
        return x + weight * (new_x - x), y + weight * (new_y - y)


def _cut_mouth(picture: Picture, head: Head, mouth: tuple[float, float]) -> np.ndarray:
    import cv2

    right, down = mouth
    cos, sin = head.unit * np.cos(head.angle), head.unit * np.sin(head.angle)
    x, y = head.x + cos * right - sin * down, head.y + sin * right + cos * down
    region = Region(float(x), float(y), _MOUTH_UNITS * head.unit, head.angle)
    return cv2.cvtColor(region.cut(picture, *_MOUTH_SIZE), cv2.COLOR_RGB2GRAY)


def _followed_twice(tracks: list[_Growing]) -> list[_Growing]:
    """Return the tracks, of those on one face, that are not the oldest there."""
    if len(tracks) < 2:
        return []
    boxes = np.array([track.boxes[-1] for track in tracks])
    return [
        track
        for index, track in enumerate(tracks)
        if index and overlaps(boxes[index], boxes[:index]).max() > _TWICE_FOLLOWED
    ]


def scaled(track: FaceTrack, scale: float) -> FaceTrack:
    """Return a track with places in a larger picture.

    Parameters
    ----------
    track : FaceTrack
        Found in a picture that was scaled down.
    scale : float
        By how much larger the other picture is.
    """
    if scale == 1:
        return track
    points = None if track.points is None else track.points * np.float32(scale)
    return replace(track, boxes=track.boxes * np.float32(scale), points=points)
