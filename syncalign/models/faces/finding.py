"""Finding the faces of a file."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
from functools import partial

from syncalign.cache import Cache, remembered
from syncalign.errors import ParameterError
from syncalign.media import FrameReader, read_frames
from syncalign.models.faces.haar_finder import HaarFinder
from syncalign.models.faces.landmark_finder import LandmarkFinder
from syncalign.models.faces.litert import require_opencv
from syncalign.models.faces.packing import pack_faces, unpack_faces
from syncalign.models.faces.sighting import FaceFinder
from syncalign.models.faces.tracking import FaceTracker, scaled
from syncalign.models.weights import MODELS, is_at_hand, remedy
from syncalign.progress import Progress
from syncalign.streams.faces import FacesFound

DETECTORS = ("auto", "landmarks", "haar")
_LOG = logging.getLogger(__name__)
# Pixels of a picture's longer side: the mesh sees a face on 192, so larger pictures would only
# take longer.
_LONGEST_SIDE = 1280
_VERSION = 1  # of what is kept in the cache


def find_faces(
    path: str | os.PathLike[str],
    *,
    detector: str = "auto",
    track: int | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> FacesFound:
    """Find every face of a moving picture and follow it through each shot.

    Parameters
    ----------
    path : path-like
        A local video file.
    detector : {"auto", "landmarks", "haar"}
        ``landmarks`` needs the model ``face`` and gives the points of each face; ``haar`` needs
        no download, sees upright frontal faces, and gives a picture of the mouth only. ``auto``
        takes the first where it is at hand, and says so where it is not.
    track : int or None
        Which moving picture, from 0; None takes the default one.
    cache : Cache or None
        Where faces that were found before are kept.
    progress : Progress or None
        Told about seconds of video.

    Returns
    -------
    FacesFound

    Raises
    ------
    MediaError
        The file cannot be used, or has no moving picture.
    ParameterError
        There is no such detector.
    DependencyError
        OpenCV is not installed; or, for ``landmarks``, LiteRT is not, or the model is not at hand.
    """
    if detector not in DETECTORS:
        raise ParameterError(
            f"there is no detector named {detector!r}; known are {', '.join(DETECTORS)}"
        )
    require_opencv()
    missing = _missing() if detector == "auto" else None
    name = detector if detector != "auto" else "haar" if missing else "landmarks"
    settings = ("faces", _VERSION, name, missing, track)
    return unpack_faces(
        remembered(
            cache, path, *settings, make=partial(_find, path, name, missing, track, progress)
        )
    )


def _missing() -> str | None:
    """Tell why faces are found without their points."""
    if importlib.util.find_spec("ai_edge_litert") is None:
        return "LiteRT is not installed (pip install 'syncalign[vision]')"
    if not is_at_hand(MODELS["face"]):
        return f"the face model is not at hand ({remedy(MODELS['face'])})"
    return None


def _find(
    path: str | os.PathLike[str],
    name: str,
    missing: str | None,
    track: int | None,
    progress: Progress | None,
) -> tuple[bytes, bool]:
    reasons = []
    if missing:
        reasons.append(f"{missing}: only upright frontal faces are found, without their points")
        _LOG.warning("%s", reasons[0])
    finder: FaceFinder = LandmarkFinder() if name == "landmarks" else HaarFinder()
    tracker = FaceTracker(finder)
    count, start, end = 0, 0.0, 0.0
    reader = read_frames(path, longest_side=_LONGEST_SIDE, track=track, progress=progress)
    with contextlib.closing(reader) as frames:
        for frame in frames:
            start = start if count else frame.time
            count, end = count + 1, frame.end
            tracker.look(frame)
    scale = frames.displayed[0] / frames.size[0]
    found = FacesFound(
        tracks=tuple(scaled(one, scale) for one in tracker.tracks()),
        detector=name,
        displayed=frames.displayed,
        frames=count,
        start=start,
        end=end,
        cuts=tuple(tracker.cuts),
        reasons=(*reasons, *_limits(frames, count)),
    )
    return pack_faces(found), frames.damaged == 0


def _limits(frames: FrameReader, count: int) -> list[str]:
    reasons = []
    if frames.damaged:
        reasons.append(f"{frames.damaged} damaged pictures were skipped")
    if frames.misplaced:
        reasons.append(f"{frames.misplaced} pictures have no place in time and were left out")
    if count == 1:
        reasons.append("the picture is a single still")
    return reasons
