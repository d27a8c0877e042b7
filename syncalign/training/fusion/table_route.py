"""The table route: frozen embeddings and further columns into a classifier of tables."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.errors import DependencyError, ParameterError
from syncalign.models.fusion.answers import Member, without
from syncalign.models.fusion.table_head import KINDS, TableHead
from syncalign.training.fusion.prepared import Prepared

Singles = npt.NDArray[np.float32]
_STATES = 3  # of noise of each window that are learned from, beside one without each modality
_FOLDS = 3
_STRENGTHS = (0.002, 0.01, 0.05)  # of logistic regression: scikit-learn's C
_TREES: tuple[dict[str, Any], ...] = (
    {"num_leaves": 5, "n_estimators": 40},
    {"num_leaves": 7, "n_estimators": 80},
)


def learned_table(
    member: Member,
    prepared: Prepared,
    kind: str = "logistic",
    *,
    seed: int = 0,
) -> TableHead:
    """Fit logistic regression or boosted trees to a table; its setting by inner cross-validation.

    Parameters
    ----------
    member : Member
        Its encoders of one modality make the table; they stay as they are.
    prepared : Prepared
        What the encoders learned from. The folds of the cross-validation keep its recordings
        together.
    kind : {"logistic", "trees"}
        scikit-learn's logistic regression, or LightGBM.
    seed : int
        Of folds and trees.

    Raises
    ------
    DependencyError
        scikit-learn or LightGBM is not installed.
    ParameterError
        There is no such kind.
    """
    makers = _makers(kind, seed)
    table, labels, rows = _table(member, prepared)
    mean, deviation = np.nanmean(table, axis=0), np.nanstd(table, axis=0) + np.float32(1e-3)
    standard = np.nan_to_num((table - mean) / deviation)
    folds = _folds(prepared.recordings, seed)[rows]
    scores = [_score(make, standard, labels, folds) for make in makers]
    best = makers[int(np.argmax(scores))]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the solver could go on: it stops early on purpose
        best.fit(standard, labels)
    known = np.asarray(best.classes_, np.int64)
    if kind == "trees":
        text = np.frombuffer(best.booster_.model_to_string().encode(), np.uint8)
        return TableHead(kind, known, mean, deviation, {"text": text})
    coefficients, intercepts = best.coef_, best.intercept_
    if len(coefficients) == 1:  # of two classes: the second against the first
        coefficients = np.concatenate([0 * coefficients, coefficients])
        intercepts = np.concatenate([0 * intercepts, intercepts])
    arrays = {
        "coefficients": coefficients.astype(np.float32),
        "intercepts": intercepts.astype(np.float32),
    }
    return TableHead(kind, known, mean, deviation, arrays)


def ensure_installed(kind: str) -> None:
    """Refuse a table route whose package is missing, before anything is trained.

    Raises
    ------
    DependencyError
        scikit-learn or LightGBM is not installed.
    """
    _makers(kind, 0)


def _makers(kind: str, seed: int) -> list[Callable[[], Any]]:
    if kind not in KINDS:
        raise ParameterError(f"the table route is one of {', '.join(KINDS)}, not {kind!r}")
    return _trees(seed) if kind == "trees" else _regressions()


def _table(
    member: Member, prepared: Prepared
) -> tuple[Singles, npt.NDArray[np.int64], npt.NDArray[np.intp]]:
    """Return the rows to learn from, their labels, and the windows that they are of."""
    everything = np.arange(len(prepared))
    states = [prepared.plain(everything, n) for n in range(min(_STATES, prepared.sounds.shape[1]))]
    given = [*states, without(states[0], "audio"), without(states[0], "video")]
    rows = np.tile(everything, len(given))
    table = np.concatenate([member.columns(heard) for heard in given])
    return table, prepared.labels[rows], rows


def _folds(recordings: npt.NDArray[np.uint64], seed: int) -> npt.NDArray[np.intp]:
    known, which = np.unique(recordings, return_inverse=True)
    return (np.random.default_rng(seed).permutation(len(known)) % _FOLDS)[which]


def _score(
    make: Callable[[], Any],
    table: Singles,
    labels: npt.NDArray[np.int64],
    folds: npt.NDArray[np.intp],
) -> float:
    """Return the share of windows that a classifier gets right which it has not learned from."""
    right = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for fold in np.unique(folds):
            learned = folds != fold
            if len(np.unique(labels[learned])) < 2:
                continue
            fitted = make().fit(table[learned], labels[learned])
            right += int((fitted.predict(table[~learned]) == labels[~learned]).sum())
    return right / len(labels)


def _regressions() -> list[Callable[[], Any]]:
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as exc:
        raise _missing("scikit-learn") from exc
    return [partial(LogisticRegression, C=strength, max_iter=60) for strength in _STRENGTHS]


def _trees(seed: int) -> list[Callable[[], Any]]:
    try:
        from lightgbm import LGBMClassifier
    except ImportError as exc:
        raise _missing("LightGBM") from exc
    fixed: dict[str, Any] = {"learning_rate": 0.15, "colsample_bytree": 0.3}
    fixed |= {"subsample": 0.8, "subsample_freq": 1}
    fixed |= {"min_child_samples": 5, "verbose": -1, "n_jobs": 1, "random_state": seed}
    return [partial(LGBMClassifier, **fixed, **chosen) for chosen in _TREES]


def _missing(what: str) -> DependencyError:
    return DependencyError(
        f"the table route needs {what}, which is not installed", "pip install 'syncalign[learn]'"
    )
