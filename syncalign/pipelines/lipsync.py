"""Lip-sync: whether a sound fits the lips that are seen; the flow from a file to its answer."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import replace

from syncalign.cache import Cache
from syncalign.errors import ParameterError
from syncalign.media import choose_audio, choose_video, probe, read_audio
from syncalign.models.faces import find_faces
from syncalign.models.lipsync.band import OFFSET_STEP, REACH
from syncalign.models.lipsync.belonging import ENOUGH_SECONDS, FOREIGN
from syncalign.models.lipsync.builtin import LandmarkModel
from syncalign.models.lipsync.course import Course, course_of, straightened
from syncalign.models.lipsync.faces_heard import (
    Evidence,
    Flags,
    face_of,
    gathered,
    spoken_segments,
    who_speaks,
)
from syncalign.models.lipsync.judge import Estimate, Judge
from syncalign.models.lipsync.opening import LipSyncModel, open_model
from syncalign.models.lipsync.sound import SpokenSound, listen
from syncalign.models.lipsync.syncnet import PublishedScore, SyncNetModel
from syncalign.models.lipsync.windows import ANSWERED, Face, Window, why_silent, windows_of
from syncalign.progress import Progress
from syncalign.results.lipsync import LipSync, LipSyncStatus, TrackScore, WindowScore
from syncalign.streams.faces import FacesFound, FaceTrack
from syncalign.timebase import Segment

#: EBU R 37 (2007): at the end of a broadcast chain sound is at most so much early, and late.
MOST_EARLY, MOST_LATE = 0.04, 0.06
LONGEST_LAG = 5.0
_LEAST_SPEECH = 0.3  # seconds
#: Steps of 20 ms that are compared beyond what is believed.
_EDGE = 2
_ROUNDING = 1e-9


def score_lipsync(
    path: str | os.PathLike[str],
    *,
    audio: str | os.PathLike[str] | None = None,
    window: float = 2.0,
    max_lag: float = 0.6,
    model: str = "builtin",
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> LipSync:
    """Find by how much the sound of a video is early or late against the lips that are seen.

    Sign: the picture is the reference; with a positive offset the sound is early and must be moved
    later.

    Parameters
    ----------
    path : path-like
        A video.
    audio : path-like, optional
        A file whose sound is judged in place of the video's own; both clocks begin at 0.
    window : float
        Seconds of the windows that are judged one by one.
    max_lag : float
        Largest offset that is looked for, in seconds either way; at most 5.
    model : str
        ``builtin``, ``envelope`` (no weights), ``syncnet:FILE`` (the published SyncNet's weights),
        or the path of a trained model.
    cache : Cache, optional
        Keeps the faces that were found.
    progress : Progress, optional
        Told about decoding.

    Returns
    -------
    LipSync

    Raises
    ------
    InputError
        A file cannot be used, or lacks picture or sound.
    ParameterError
        A wrong window or lag.
    DependencyError
        The extra ``vision`` is not installed.

    Examples
    --------
    >>> score = score_lipsync("samples/media/talking-face.mp4", model="envelope")
    >>> score.status
    'out_of_sync'
    """
    if not (math.isfinite(window) and window > 0):
        raise ParameterError(f"the window is {window} s; it must be positive")
    if not OFFSET_STEP <= max_lag <= LONGEST_LAG:
        raise ParameterError(f"the largest lag is {max_lag} s; it lies between 0.02 and 5")
    choose_video(probe(path))
    heard = path if audio is None else audio
    choose_audio(probe(heard))
    scorer, judge = open_model(model, path, heard)
    found = find_faces(path, cache=cache, progress=progress)
    tracks = [track for track in found.tracks if len(track) > 1]
    if isinstance(scorer, LandmarkModel) and any(track.points is None for track in tracks):
        model = "envelope"
        scorer, judge = open_model(model, path, heard)
    sound = listen(read_audio(heard, progress=progress))
    judge = replace(judge, limit=max_lag)
    reach = max(REACH, math.floor(max_lag / OFFSET_STEP + _ROUNDING)) + _EDGE
    return _Scoring(found, tracks, sound, scorer, judge, reach, window, model).answer()


class _Scoring:
    """The tracks of a video against a sound."""

    def __init__(
        self,
        found: FacesFound,
        tracks: Sequence[FaceTrack],
        sound: SpokenSound,
        scorer: LipSyncModel,
        judge: Judge,
        reach: int,
        window: float,
        model: str,
    ) -> None:
        self._found, self._tracks, self._sound = found, tracks, sound
        self._judge, self._window, self._model = judge, window, model
        self._scorer = scorer
        self._published = [
            scorer.published_score(t, sound) if isinstance(scorer, SyncNetModel) else None
            for t in tracks
        ]
        self._faces = [face_of(t, scorer.band(t, sound, reach), sound) for t in tracks]
        self._speaking = who_speaks(self._faces, judge)

    def answer(self) -> LipSync:
        """Judge the whole."""
        if not self._tracks:
            return self._unjudged("no_face", "No face was found in the picture.")
        if self._sound.spoken.sum() / 100 < _LEAST_SPEECH:
            return self._unjudged("no_speech", "Nobody speaks in the sound.")
        evidence = gathered(self._faces, self._speaking)
        reason = self._why_nothing()
        if reason is not None or not evidence.frames:
            return self._unjudged("unsure", reason or "No face speaks while there is sound.")
        course = course_of(evidence, self._judge)
        rows = straightened(evidence, course) if course.changes else evidence.rows
        estimate = self._judge.estimate(rows.sum(axis=0), evidence.frames)
        return self._judged(estimate, evidence, course)

    def _judged(self, estimate: Estimate, evidence: Evidence, course: Course) -> LipSync:
        status, reasons = _verdict(estimate, evidence, course, self._judge)
        if isinstance(self._scorer, SyncNetModel) and not self._scorer.is_published:
            reasons.append("These are not the published weights of SyncNet.")
        return LipSync(
            status=status,
            confidence=_calibrated(estimate),
            reasons=(*reasons, *self._found.reasons),
            offset=estimate.offset,
            interval=estimate.interval,
            steps=course.steps if course.changes and not course.drift else (),
            drift=course.drift,
            starts_apart=self._starts_apart,
            model=self._model,
            tracks=self._scores(),
        )

    def _unjudged(self, status: LipSyncStatus, reason: str) -> LipSync:
        return LipSync(
            status=status,
            confidence=0.0 if status == "unsure" else None,
            reasons=(reason, *self._found.reasons),
            starts_apart=self._starts_apart,
            model=self._model,
            tracks=self._scores(),
        )

    @property
    def _starts_apart(self) -> float | None:
        return self._sound.start - self._found.start if self._found.frames else None

    def _why_nothing(self) -> str | None:
        """Tell why no face says anything, or None where one does."""
        whys = [why_silent(face) for face in self._faces]
        if None in whys:
            return None
        return {
            "too_short": "Every face is seen too briefly to judge it.",
            "face_lost": "The faces are lost most of the time.",
            "silent": "Hardly anything is said while a face is seen.",
            "not_speaking": "The lips that are seen do not move.",
        }[max((why for why in whys if why is not None), key=whys.count)]

    def _scores(self) -> tuple[TrackScore, ...]:
        return tuple(
            self._track_score(*of_track)
            for of_track in zip(
                self._tracks, self._faces, self._speaking, self._published, strict=True
            )
        )

    def _track_score(
        self, track: FaceTrack, face: Face, speaking: Flags, published: PublishedScore | None
    ) -> TrackScore:
        estimate = None
        if why_silent(face) is None:
            estimate = self._judge.estimate(face.band.curve(), face.frames())
        return TrackScore(
            id=track.id,
            segment=Segment(track.start, track.end),
            offset=None if estimate is None else estimate.offset,
            interval=None if estimate is None else estimate.interval,
            confidence=None if estimate is None else _calibrated(estimate),
            distance=None if estimate is None else face.band.distance_at(estimate.offset),
            lse_d=None if published is None else published.lse_d,
            lse_c=None if published is None else published.lse_c,
            speaking=spoken_segments(face, speaking),
            windows=tuple(_window(one) for one in windows_of(face, self._judge, self._window)),
        )


def _calibrated(estimate: Estimate) -> float | None:
    return None if math.isnan(estimate.confidence) else estimate.confidence


def _verdict(
    estimate: Estimate, evidence: Evidence, course: Course, judge: Judge
) -> tuple[LipSyncStatus, list[str]]:
    """Say what an estimate comes to, in a word and in sentences."""
    if math.isnan(estimate.confidence):
        return "unsure", ["What this model says is not calibrated: its offset is a bare measure."]
    if judge.is_beyond(estimate.offset):
        return "unsure", [
            f"It may be further off than the {judge.limit:g} s that were looked for: look"
            " further (--max-lag)."
        ]
    if estimate.confidence < ANSWERED:
        seconds = evidence.frames / 25
        if estimate.confidence < FOREIGN and seconds >= ENOUGH_SECONDS:
            reason = (
                "The sound fits the lips at no offset: it may be a dub, another take, somebody who"
                " is not seen, or further off than was looked for."
            )
        else:
            reason = "Too little is said to tell one offset from another."
        return "unsure", [reason]
    if course.drift:
        return "out_of_sync", [
            f"The offset drifts by {course.drift * 1000:+.2f} ms a second: at another rate."
        ]
    if len(course.steps) > 1:
        told = ", ".join(f"{offset:+.2f} s from {one.start:.1f} s" for one, offset in course.steps)
        return "out_of_sync", [f"The offset changes on the way: {told}."]
    status: LipSyncStatus = "in_sync" if is_in_sync(estimate.offset) else "out_of_sync"
    return status, [told_in_words(estimate.offset)]


def is_in_sync(offset: float) -> bool:
    """Tell whether a sound that must be moved later by this is in sync by EBU R 37."""
    return -MOST_LATE - _ROUNDING <= offset <= MOST_EARLY + _ROUNDING


def told_in_words(offset: float) -> str:
    """Say an offset without a sign."""
    milliseconds = round(abs(offset) * 1000)
    if not milliseconds:
        return "Sound and picture are together."
    early, later = ("early", "later") if offset > 0 else ("late", "earlier")
    return (
        f"The sound is {milliseconds} ms {early}: it would have to come {milliseconds} ms {later}."
    )


def _window(window: Window) -> WindowScore:
    estimate = window.estimate
    return WindowScore(
        segment=Segment(window.start, window.end),
        offset=None if estimate is None else estimate.offset,
        confidence=None if estimate is None else _calibrated(estimate),
        distance=window.distance,
        status=window.status,
    )
