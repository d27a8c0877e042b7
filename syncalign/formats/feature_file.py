"""Feature files: rows of numbers at a regular rate, from numpy's files or from a table of text."""

from __future__ import annotations

import os
import tokenize
import zlib
from fractions import Fraction
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from syncalign.errors import FormatError, ParameterError
from syncalign.memory import memory_to_fill
from syncalign.timebase import Features, Grid

FEATURE_SUFFIXES = (".npy", ".npz", ".csv", ".tsv")
_LARGEST = 1e100
#: Times are told apart to this share of the distance of two frames.
_TIME_SHARE = 1e-3
#: What numpy and the archive below it raise where a file is not theirs or is damaged.
_UNREADABLE = (
    *(ValueError, TypeError, OverflowError, SyntaxError, tokenize.TokenError),
    *(EOFError, MemoryError, NotImplementedError, BadZipFile, zlib.error),
)
_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_NAMES = (
    "an .npz holds `values` (time first), `rate` (frames a second) and perhaps `start` (seconds)"
)


def is_feature_file(path: str | os.PathLike[str]) -> bool:
    """Return whether a name is that of a feature file: .npy, .npz, .csv or .tsv."""
    return Path(path).suffix.lower() in FEATURE_SUFFIXES


def read_features(path: str | os.PathLike[str], *, rate: float | None = None) -> Features:
    """Read a feature file.

    - ``.npy``: an array, time first; its rate has to be given.
    - ``.npz``: arrays ``values`` (time first), ``rate`` (frames a second) and, if the first frame
      is not at 0:00, ``start`` (seconds).
    - ``.csv``, ``.tsv``: rows of numbers of which the first is a time in seconds, with or without a
      line of names. Times rise; they are brought to their median distance by interpolation.

    Parameters
    ----------
    path : path-like
        The file.
    rate : float, optional
        Frames a second, for a file that does not say.

    Returns
    -------
    Features [shape=(N, D)]
        Values of float64.

    Raises
    ------
    FormatError
        The file cannot be read as what its name says, or holds something that is no finite number.
    ParameterError
        The rate is missing, not positive, or given for a file that has its own.
    """
    suffix = Path(path).suffix.lower()
    if rate is not None and not (np.isfinite(rate) and rate > 0):
        raise ParameterError(f"a rate is a positive number of frames a second, not {rate}")
    if rate is not None and suffix != ".npy":
        raise ParameterError(f"{os.fspath(path)} has its own rate; only an .npy needs one")
    try:
        return _read(path, suffix, rate)
    except FileNotFoundError as exc:
        raise FormatError(path, "no such file") from exc
    except OSError as exc:
        raise FormatError(path, f"cannot be read: {exc.strerror or exc}") from exc


def _read(path: str | os.PathLike[str], suffix: str, rate: float | None) -> Features:
    if suffix in _DELIMITERS:
        return _read_table(path, _DELIMITERS[suffix])
    if suffix == ".npz":
        return _read_archive(path)
    try:
        # Mapped, an array that claims to be larger than its file is not made room for.
        loaded = np.load(path, mmap_mode="r", allow_pickle=False)
    except _UNREADABLE as exc:
        raise _no_array(path, exc) from exc
    if rate is None:
        raise ParameterError(f"{os.fspath(path)} does not say its rate: give it (--rate)")
    return _features(path, loaded, rate, 0.0)


def _read_archive(path: str | os.PathLike[str]) -> Features:
    # Opened here: numpy leaves a broken archive open.
    with Path(path).open("rb") as file:
        try:
            loaded = np.load(file, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                raise FormatError(path, f"is a single array, not an archive; {_NAMES}")
            with loaded as archive:
                files = archive.files
                _check_size(path, archive)
                parts = {
                    name: archive[name] for name in ("values", "rate", "start") if name in files
                }
        except _UNREADABLE as exc:
            raise _no_array(path, exc) from exc
    if "values" not in parts or "rate" not in parts:
        raise FormatError(path, f"holds {', '.join(files) or 'nothing'}; {_NAMES}")
    numbers = []
    for name in ("rate", "start"):
        value = parts.get(name, np.zeros(()))
        if value.size != 1 or value.dtype.kind not in "iuf" or not np.all(np.isfinite(value)):
            raise FormatError(path, f"its {name} is no number; {_NAMES}")
        numbers.append(float(value.reshape(())))
    if numbers[0] <= 0:
        raise FormatError(path, f"its rate is {numbers[0]:g}; it has to be positive")
    return _features(path, parts["values"], *numbers)


def _check_size(path: str | os.PathLike[str], archive: np.lib.npyio.NpzFile) -> None:
    """Refuse an archive that unpacks to more than there is room for."""
    members = archive.zip.infolist() if archive.zip else []
    needed = sum(member.file_size for member in members)
    if needed > memory_to_fill():
        raise FormatError(
            path,
            f"unpacks to {needed / 2**30:.1f} GiB, more than the {memory_to_fill() / 2**30:.1f} "
            "GiB that may be filled here",
        )


def _no_array(path: str | os.PathLike[str], exc: Exception) -> FormatError:
    return FormatError(path, f"is not a whole numpy file of plain numbers: {_first_line(exc)}")


def _read_table(path: str | os.PathLike[str], delimiter: str) -> Features:
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise FormatError(path, "is no text") from exc
    rows = _rows(path, text, delimiter)
    if len(rows) < 2:
        raise FormatError(path, f"has {len(rows)} rows of numbers; two are needed to tell the rate")
    table = np.array(rows)
    times, values = table[:, 0], table[:, 1:]
    steps = np.diff(times)
    if not np.all(np.isfinite(times)) or np.any(steps <= 0):
        raise FormatError(path, "has times in its first column that do not rise")
    step = float(np.median(steps))
    count = int(np.floor((times[-1] - times[0]) / step + 0.5)) + 1
    if count > 100 * len(rows):
        raise FormatError(path, f"has a gap of {steps.max():g} s between rows {step:g} s apart")
    at = times[0] + np.arange(count) * step
    even = np.column_stack([np.interp(at, times, column) for column in values.T])
    return _features(path, even, 1 / step, float(times[0]))


def _rows(path: str | os.PathLike[str], text: str, delimiter: str) -> list[list[float]]:
    rows: list[list[float]] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.split(delimiter)]
        if not any(cells):
            continue
        try:
            rows.append([float(cell) for cell in cells])
        except ValueError as exc:
            if number == 1:  # names of the columns
                continue
            raise FormatError(path, "holds something that is no number", line=number) from exc
        if len(rows[-1]) != len(rows[0]) or len(cells) < 2:
            message = f"has {len(cells)} values where {max(len(rows[0]), 2)} are needed"
            raise FormatError(path, message, line=number)
    return rows


def _features(
    path: str | os.PathLike[str], values: npt.NDArray[np.generic], rate: float, start: float
) -> Features:
    if values.dtype.kind not in "biuf":
        raise FormatError(path, f"holds {values.dtype}, not real numbers")
    if values.ndim == 1:
        values = values[:, np.newaxis]
    if values.ndim != 2 or 0 in values.shape:
        raise FormatError(path, f"holds values of the shape {values.shape}, not (frames, values)")
    numbers = values.astype(np.float64)
    wrong = ~(np.abs(numbers) <= _LARGEST)
    if wrong.any():
        frame = int(np.flatnonzero(wrong.any(axis=1))[0])
        raise FormatError(path, f"holds {numbers[wrong][0]:g} in frame {frame}")
    exact = Fraction(rate).limit_denominator(1_000_000)
    if exact <= 0:
        raise FormatError(path, f"its rate of {rate:g} frames a second is too low")
    if np.spacing(abs(start) + len(numbers) / rate) > _TIME_SHARE / rate:
        raise FormatError(
            path,
            f"begins at {start:g} s: its frames, {1 / rate:g} s apart, are not told apart there",
        )
    return Features(numbers, Grid(exact, start, len(numbers)))


def _first_line(exc: Exception) -> str:
    return str(exc).splitlines()[0] if str(exc) else type(exc).__name__
