"""The streams and features of a recording as files of arrays or tables."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.errors import DependencyError, OutputError, ParameterError
from syncalign.storage import ensure_writable, write_atomically

FORMATS = ("npz", "parquet")


@dataclass(frozen=True, slots=True, eq=False)
class MouthTable:
    """The mouth of one face in one shot, 25 rows a second.

    Attributes
    ----------
    times : ndarray of float64 [shape=(T,)]
        The middle of each row, in seconds of the file's clock.
    seen : ndarray of bool [shape=(T,)]
        Whether the face is seen.
    lips : ndarray of float32 [shape=(T, 80)]
        Points of the lips in the frame of the head; NaN where they are unknown.
    pictures : ndarray of uint8 [shape=(T, 32, 48)]
        The mouth in grey.
    """

    times: npt.NDArray[np.float64]
    seen: npt.NDArray[np.bool_]
    lips: npt.NDArray[np.float32]
    pictures: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FeatureExtraction:
    """What models see and hear of a recording.

    Attributes
    ----------
    stem : str
        The recording's name without its ending.
    samples : ndarray of int16 [shape=(N,)]
        Mono at 16 kHz from 0:00 on; empty without sound.
    levels : ndarray of float32 [shape=(T, 40)]
        Mel levels in decibels of full scale; row k is of the 20 ms about ``(k + 1) / 100`` s.
    mouths : tuple of MouthTable
        One a face and shot.
    reasons : tuple of str
        What is not there.
    """

    stem: str
    samples: npt.NDArray[np.int16]
    levels: npt.NDArray[np.float32]
    mouths: tuple[MouthTable, ...]
    reasons: tuple[str, ...] = ()

    @property
    def level_times(self) -> npt.NDArray[np.float64]:
        """The middle of each row of the levels, in seconds of the file's clock."""
        return (np.arange(len(self.levels)) + 1) / 100

    def save(
        self, folder: str | os.PathLike[str], *, format: str = "npz", overwrite: bool = False
    ) -> tuple[str, ...]:
        """Write ``STEM.features.npz``, or ``STEM.sound.parquet`` and ``STEM.mouths.parquet``.

        The folder is made if it does not exist. Nothing is written unless all can be.

        Returns
        -------
        tuple of str
            The files.

        Raises
        ------
        ParameterError
            There is no such format.
        OutputError
            A file exists, or the folder takes none.
        DependencyError
            Parquet needs pyarrow, which is not installed.
        """
        if format not in FORMATS:
            raise ParameterError(f"features are written as {' or '.join(FORMATS)}, not {format!r}")
        files = self._npz() if format == "npz" else self._parquet()
        try:
            Path(folder).mkdir(exist_ok=True)
        except (OSError, ValueError) as exc:
            reason = getattr(exc, "strerror", None) or exc
            raise OutputError(os.fspath(folder), f"cannot be made: {reason}") from exc
        paths = {Path(folder) / f"{self.stem}.{name}": data for name, data in files.items()}
        for path in paths:
            ensure_writable(path, overwrite=overwrite)
        for path, data in paths.items():
            write_atomically(path, data, overwrite=overwrite)
        return tuple(map(str, paths))

    def to_json(self) -> dict[str, Any]:
        """Show the keys of the JSON contract."""
        return {
            "status": "ok",
            "confidence": None,
            "reasons": list(self.reasons),
            "features": {
                "samples": len(self.samples),
                "levels": len(self.levels),
                "mouths": [
                    {"start": round(float(mouth.times[0]), 3), "rows": len(mouth.times),
                     "seen": int(mouth.seen.sum())}
                    for mouth in self.mouths
                ],
            },
        }  # fmt: skip

    def _npz(self) -> dict[str, bytes]:
        arrays: dict[str, npt.NDArray[Any]] = {
            "samples": self.samples,
            "levels": self.levels,
            "level_times": self.level_times,
        }
        for number, mouth in enumerate(self.mouths):
            for name in ("times", "seen", "lips", "pictures"):
                arrays[f"mouth{number}_{name}"] = getattr(mouth, name)
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        return {"features.npz": file.getvalue()}

    def _parquet(self) -> dict[str, bytes]:
        sound = {"time": self.level_times, "levels": list(self.levels)}
        mouths: dict[str, list[Any]] = {}
        for number, mouth in enumerate(self.mouths):
            columns = {
                "mouth": [number] * len(mouth.times),
                "time": mouth.times.tolist(),
                "seen": mouth.seen.tolist(),
                "lips": list(mouth.lips),
                "picture": list(mouth.pictures.reshape(len(mouth.times), -1)),
            }
            for name, values in columns.items():
                mouths.setdefault(name, []).extend(values)
        return {
            name: _as_parquet(columns)
            for name, columns in (("sound.parquet", sound), ("mouths.parquet", mouths))
            if columns
        }


def _as_parquet(columns: dict[str, Any]) -> bytes:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as exc:
        raise DependencyError(
            "Parquet needs pyarrow, which is not installed", "pip install 'syncalign[learn]'"
        ) from exc
    file = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), file)
    return file.getvalue()
