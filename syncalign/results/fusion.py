"""The answers of fusion: how often systems are right, and what somebody says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.results.accuracies import Accuracies


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionRow(Accuracies):
    """How often a system is right at a level of noise.

    Parameters
    ----------
    system : str
        ``audio`` and ``video`` are networks of one modality; ``early``, ``mid``, ``late`` and
        ``attention`` fuse; ``table`` is the table route; ``model`` is all members together.
    snr : float
        Level of the voice over babble in decibels; inf is clean.
    missing : {None, "audio", "video"}
        What a fusion had to do without.
    classes, clips : int
        How many classes there are, and how many words were judged.
    """

    system: str
    snr: float
    missing: str | None
    classes: int
    clips: int

    def as_dict(self) -> dict[str, Any]:
        """Show the keys of the JSON contract."""
        return {
            "system": self.system,
            "snr": snr_name(self.snr),
            "missing": self.missing,
            **self.shares(),
            "classes": self.classes,
            "clips": self.clips,
        }


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FusionEvaluation:
    """How often every system of a model is right on words that it has not learned from.

    Parameters
    ----------
    rows : tuple of FusionRow
        System by system, noise by noise.
    classes : tuple of str
        What is told apart.
    confusion : ndarray of int64 [shape=(K, K)]
        How often the model takes the class of the row for that of the column, at the first level
        of noise.
    reasons : tuple of str
        What the data are, how they were split, and what was left out.
    """

    rows: tuple[FusionRow, ...]
    classes: tuple[str, ...]
    confusion: npt.NDArray[np.int64]
    reasons: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Show the keys of the JSON contract."""
        return {
            "status": "ok",
            "confidence": None,
            "reasons": list(self.reasons),
            "rows": [row.as_dict() for row in self.rows],
            "classes": list(self.classes),
            "confusion": self.confusion.tolist(),
        }

    def table(self) -> str:
        """Return the rows as a table for people: systems down, levels of noise across."""
        snrs = list(dict.fromkeys(row.snr for row in self.rows))
        lines = ["% right".ljust(24) + "".join(_heading(snr).rjust(13) for snr in snrs)]
        for system, missing in dict.fromkeys((row.system, row.missing) for row in self.rows):
            name = system if missing is None else f"{system} without {missing}"
            cells = [
                row.percent() for row in self.rows if (row.system, row.missing) == (system, missing)
            ]
            lines.append(name.ljust(24) + "".join(cell.rjust(13) for cell in cells))
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionPrediction:
    """What somebody says, by all that is heard and seen, and by each alone.

    Parameters
    ----------
    top : tuple of (str, float)
        The likeliest classes with their probabilities, the likeliest first.
    evidence : mapping of str to tuple or None
        The same by the voice alone (``audio``) and the mouth alone (``video``); None where it is
        not there.
    start, end : float
        The window that was judged, in seconds of the file's clock.
    reasons : tuple of str
        What is not there.
    """

    top: tuple[tuple[str, float], ...]
    evidence: Mapping[str, tuple[tuple[str, float], ...] | None]
    start: float
    end: float
    reasons: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Show the keys of the JSON contract."""
        return {
            "status": "ok",
            "confidence": None,
            "reasons": list(self.reasons),
            "top": _shown(self.top),
            "evidence": {
                name: None if found is None else _shown(found)
                for name, found in self.evidence.items()
            },
            "start": round(self.start, 3),
            "end": round(self.end, 3),
        }


def snr_name(snr: float) -> str:
    """Return how a level of noise is written: ``clean``, ``10``, ``-5``."""
    return f"{snr:g}" if np.isfinite(snr) else "clean"


def _heading(snr: float) -> str:
    return f"{snr_name(snr)} dB" if np.isfinite(snr) else "clean"


def _shown(found: tuple[tuple[str, float], ...]) -> list[dict[str, Any]]:
    return [{"label": label, "probability": round(likely, 5)} for label, likely in found]
