"""Tell which of some classes somebody says, by voice and mouth: judge a model, ask it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from syncalign.cache import Cache
from syncalign.errors import FormatError, MediaError, ParameterError, printable
from syncalign.models.fusion.clip import NO_POINTS, Clip, read_clip
from syncalign.models.fusion.front_end import as_samples
from syncalign.models.fusion.model import BUILT_IN, FusionModel, read_fusion_model
from syncalign.models.fusion.window import (
    FRAMES_PER_ROW,
    MARGIN,
    WindowShape,
    cut_mouth,
    cut_sound,
    empty_mouth,
)
from syncalign.progress import Progress
from syncalign.results.fusion import FusionEvaluation, FusionPrediction, FusionRow
from syncalign.timebase import Segment
from syncalign.training.dataset import read_collection
from syncalign.training.dataset.windows import Windows, read_windows

if TYPE_CHECKING:
    from syncalign.models.fusion.networks import Heard
    from syncalign.training.fusion.judging import Judged
    from syncalign.training.fusion.prepared import Prepared

SNRS = (np.inf, 10.0, 5.0, 0.0, -5.0)
_MOST_SKIPPED = 5  # that are told one by one
_SLACK = 0.1  # seconds that a word may end behind its recording


def evaluate_fusion(
    model: str | os.PathLike[str],
    data: str | os.PathLike[str],
    *,
    snrs: Sequence[float] = SNRS,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> FusionEvaluation:
    """Measure how often the systems of a model are right on a data set.

    Recordings that the model has learned from, told by their content, are left out.

    Parameters
    ----------
    model : path-like
        What ``syncalign train fusion`` wrote, or ``builtin``: letters and digits.
    data : path-like
        A folder of GRID or LRW, a folder a class, or a CSV table.
    snrs : sequence of float
        Levels of the voice over babble of the data's other recordings, in decibels; inf is clean.
    cache : Cache or None
        Where sound and mouths of recordings are kept.
    progress : Progress or None
        Told about recordings.

    Returns
    -------
    FusionEvaluation

    Raises
    ------
    FormatError
        The model or the data cannot be used, or the model has learned from all of the data.
    ParameterError
        There is no level of noise.
    DependencyError
        PyTorch or OpenCV is not installed.
    """
    if not len(snrs) or any(np.isnan(snrs)):
        raise ParameterError("name at least one level of noise, such as clean or 0")
    held = read_fusion_model(model)
    windows = read_windows(read_collection(data), held.shape, cache=cache, progress=progress)
    examples = windows.collection.examples
    is_new = ~np.isin(windows.recordings, held.learned)
    is_known = np.array([example.label in held.classes for example in examples])
    judged = np.flatnonzero(is_new & is_known)
    if not len(judged):
        raise FormatError(
            os.fspath(data),
            "holds nothing to judge the model by: it has learned from all of it"
            if not is_new.any()
            else "holds none of the classes that the model knows",
        )
    reasons = [*skipped_told(windows)]
    if not is_new.all():
        reasons.append(f"{(~is_new).sum()} words are left out: the model has learned from them")
    if not is_known.all():
        unknown = sorted({e.label for e in examples} - set(held.classes))
        reasons.append(f"classes that the model does not know are left out: {', '.join(unknown)}")
    return judged_on(held, windows.chosen(judged), snrs, tuple(reasons))


def judged_on(
    model: FusionModel, windows: Windows, snrs: Sequence[float], reasons: tuple[str, ...]
) -> FusionEvaluation:
    """Measure a model on windows that it has not learned from."""
    from syncalign.training.fusion.judging import judged
    from syncalign.training.fusion.prepared import prepared_to_judge

    prepared = prepared_to_judge(windows, model.classes, model.front_end, model.facts, snrs)
    found = judged(model.members, prepared, len(model.classes), model.fusion)
    return evaluation(found, prepared, model.classes, snrs, reasons)


def evaluation(
    found: Sequence[Judged],
    prepared: Prepared,
    classes: tuple[str, ...],
    snrs: Sequence[float],
    reasons: tuple[str, ...],
) -> FusionEvaluation:
    """Put what the systems said into rows and a matrix."""
    rows = [
        FusionRow(
            system=one.system,
            snr=float(snr),
            missing=one.missing,
            accuracies=tuple(float(share) for share in shares),
            classes=len(classes),
            clips=len(prepared),
        )
        for one in found
        for snr, shares in zip(snrs, one.accuracies(prepared.labels).T, strict=True)
    ]
    model = next(one for one in reversed(found) if one.missing is None)
    confusion = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(confusion, (prepared.labels, model.said[0, 0]), 1)
    return FusionEvaluation(rows=tuple(rows), classes=classes, confusion=confusion, reasons=reasons)


def skipped_told(windows: Windows) -> tuple[str, ...]:
    """Say what of a data set was skipped, and why, and whether lips are without their shapes."""
    skipped = windows.collection.skipped
    folder = Path(windows.collection.name)
    told = [
        printable(f"skipped {_within(folder, one.path)}: {one.reason}")
        for one in skipped[:_MOST_SKIPPED]
    ]
    rest = len(skipped) - len(told)
    if rest > 0:
        told.append(f"and {rest} more were skipped")
    if np.isnan(windows.lips).all(axis=(1, 2)).any():
        told.append(NO_POINTS)
    return tuple(told)


def _within(folder: Path, path: str) -> str:
    """Return a path as seen from the folder of the data, if it lies in it."""
    return str(Path(path).relative_to(folder)) if Path(path).is_relative_to(folder) else path


def predict_fusion(
    video: str | os.PathLike[str],
    *,
    model: str | os.PathLike[str] = BUILT_IN,
    start: float | None = None,
    end: float | None = None,
    top: int = 5,
    cache: Cache | None = None,
) -> FusionPrediction:
    """Tell which of its classes a model finds likeliest in a stretch of a video.

    Parameters
    ----------
    video : path-like
        A recording; without a face or without sound, what is there decides.
    model : path-like
        What ``syncalign train fusion`` wrote, or ``builtin``: letters and digits.
    start, end : float or None
        From when to when it is said, in seconds of the file's clock; the whole file by default.
        What is judged is the model's window about the middle.
    top : int
        How many classes to tell.
    cache : Cache or None
        Where sound and mouths of recordings are kept.

    Returns
    -------
    FusionPrediction

    Raises
    ------
    MediaError
        The video cannot be read, ends before the stretch, or has neither sound nor a face there.
    ParameterError
        The end lies before the start, or fewer than one class is asked for.
    DependencyError
        PyTorch or OpenCV is not installed.
    """
    if top < 1:
        raise ParameterError(f"{top} classes are asked for; it must be at least 1")
    held = read_fusion_model(model)
    clip = read_clip(video, cache=cache)
    begins, ends = start or 0.0, clip.duration if end is None else end
    if not 0 <= begins < ends:
        raise ParameterError(f"nothing lies between {begins:g} and {ends:g} s")
    if begins >= clip.duration or ends > clip.duration + _SLACK:
        outside = begins if begins >= clip.duration else ends
        raise MediaError(os.fspath(video), f"ends at {clip.duration:.2f} s, before {outside:g} s")
    heard = _heard(held, clip, Segment(begins, ends))
    takes = {name: name in held.systems for name in ("audio", "video")}
    has = {
        "audio": takes["audio"] and bool(heard.has_sound[0]),
        "video": takes["video"] and bool(heard.has_mouth[0]),
    }
    if not any(has.values()):
        lacking = "neither sound nor a face" if takes["audio"] else "no face for a lip reader"
        raise MediaError(os.fspath(video), f"has {lacking} in this stretch")
    likely = {
        system: np.mean(
            [member.probabilities(system, heard, len(held.classes)) for member in held.members],
            axis=0,
        )[0]
        for system in (held.fusion, *(name for name, is_there in has.items() if is_there))
    }
    missing = {"audio": "there is no sound: the mouth alone decides"}
    missing["video"] = "no face is seen: the voice alone decides"
    reasons = [missing[name] for name, is_there in has.items() if takes[name] and not is_there]
    if has["video"] and all(np.isnan(mouth.shapes).all() for mouth in clip.mouths):
        reasons.append(NO_POINTS)
    middle = (begins + ends) / 2
    return FusionPrediction(
        top=_likeliest(held, likely[held.fusion], top),
        evidence={
            name: _likeliest(held, likely[name], top) if is_there else None
            for name, is_there in has.items()
        },
        start=max(0.0, middle - held.shape.seconds / 2),
        end=middle + held.shape.seconds / 2,
        reasons=tuple(reasons),
    )


def _heard(model: FusionModel, clip: Clip, segment: Segment) -> Heard:
    import torch

    from syncalign.models.fusion.networks import Heard

    sound = cut_sound(clip, segment, model.shape)
    mouth = cut_mouth(clip, segment, model.shape)
    lips, pictures = mouth or empty_mouth(model.shape)
    samples = np.zeros(model.shape.samples, np.float32) if sound is None else sound
    # As the data sets are kept: in sixteen bits.
    samples = as_samples(np.rint(samples * 32767).astype(np.int16))
    levels = model.front_end.levels(samples[None])
    mouths = model.front_end.mouths(lips[None], pictures[None])
    return Heard(
        torch.from_numpy(levels[:, MARGIN * FRAMES_PER_ROW : -MARGIN * FRAMES_PER_ROW]),
        torch.from_numpy(mouths[:, MARGIN:-MARGIN]),
        torch.from_numpy(model.facts.coded([{}])),
        torch.tensor([sound is not None]),
        torch.tensor([mouth is not None]),
    )


def _likeliest(
    model: FusionModel, likely: npt.NDArray[np.float64], count: int
) -> tuple[tuple[str, float], ...]:
    order = np.argsort(-likely, kind="stable")[:count]
    return tuple((model.classes[n], float(likely[n])) for n in order)


def read_to_learn(
    data: str | os.PathLike[str],
    *,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Windows:
    """Read a data set into windows that hold nearly every word of it, with a margin about them."""
    from syncalign.training.dataset.windows import window_rows

    collection = read_collection(data)
    shape = WindowShape(window_rows(collection), MARGIN)
    return read_windows(collection, shape, cache=cache, progress=progress)
