"""A classifier of tables, as it is kept: a few arrays, or the text of boosted trees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.errors import DependencyError

Arrays = dict[str, npt.NDArray[np.generic]]
Doubles = npt.NDArray[np.float64]
KINDS = ("logistic", "trees")


@dataclass(frozen=True, slots=True, eq=False)
class TableHead:
    """Logistic regression on standardised columns, or gradient boosted trees.

    Attributes
    ----------
    kind : {"logistic", "trees"}
    known : ndarray of int64 [shape=(C,)]
        Numbers of the classes that it tells apart.
    mean, deviation : ndarray of float32 [shape=(D,)]
        Of the columns, over what was learned from; what is missing is at the mean.
    arrays : dict
        ``coefficients`` (C, D) and ``intercepts`` (C,), or ``text``: the bytes of the trees.
    """

    kind: str
    known: npt.NDArray[np.int64]
    mean: npt.NDArray[np.float32]
    deviation: npt.NDArray[np.float32]
    arrays: Arrays

    def probabilities(self, columns: npt.NDArray[np.float32], classes: int) -> Doubles:
        """Return how likely each of all classes is [shape=(N, classes)]; NaN columns are missing.

        Raises
        ------
        DependencyError
            The trees need LightGBM, which is not installed.
        """
        standard = np.nan_to_num((columns - self.mean) / self.deviation)
        found = np.zeros((len(columns), classes))
        if self.kind == "trees":
            found[:, self.known] = _by_trees(bytes(self.arrays["text"].tobytes()), standard)
            return found
        logits = standard @ self.arrays["coefficients"].T + self.arrays["intercepts"]
        logits = np.exp(logits - logits.max(axis=1, keepdims=True))
        found[:, self.known] = logits / logits.sum(axis=1, keepdims=True)
        return found

    def as_arrays(self) -> Arrays:
        """Return what a file keeps."""
        return {"known": self.known, "mean": self.mean, "deviation": self.deviation, **self.arrays}

    @classmethod
    def from_arrays(cls, kind: str, given: Arrays) -> TableHead:
        """Return the head of what :meth:`as_arrays` returned."""
        rest = dict(given)
        known, mean, deviation = (rest.pop(name) for name in ("known", "mean", "deviation"))
        return cls(
            kind,
            known.astype(np.int64),
            mean.astype(np.float32),
            deviation.astype(np.float32),
            rest,
        )


def _by_trees(text: bytes, columns: npt.NDArray[np.float32]) -> Doubles:
    try:
        import lightgbm
    except ImportError as exc:
        raise DependencyError(
            "this model's table route needs LightGBM, which is not installed",
            "pip install 'syncalign[learn]'",
        ) from exc
    booster = lightgbm.Booster(model_str=text.decode())
    found = np.asarray(booster.predict(columns, num_threads=1), np.float64)
    return found if found.ndim == 2 else np.stack([1 - found, found], axis=1)
