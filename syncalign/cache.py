"""The cache: what took long to work out about a file, kept under the file's content.

It lies in ``$SYNCALIGN_CACHE``, else in the platform's cache folder, is bounded in size, and may be
deleted at any time. Nothing in it is needed; a failure to read or write it is never an error.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from syncalign.errors import OutputError
from syncalign.storage import write_atomically
from syncalign.version import VERSION

_DEFAULT_LIMIT = 1 << 30
_SAMPLE_BYTES = 1 << 20
_SUFFIX = ".cached"
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of entries, the oldest of which are dropped where it grows too large.

    Parameters
    ----------
    folder : Path
        Where the entries lie; made when the first one is written.
    limit_bytes : int
        Largest total size.
    """

    folder: Path
    limit_bytes: int = _DEFAULT_LIMIT

    @classmethod
    def default(cls) -> Cache:
        """Return the user's cache: ``$SYNCALIGN_CACHE`` or the platform's cache folder."""
        given = os.environ.get("SYNCALIGN_CACHE")
        if given:
            return cls(Path(given))
        from platformdirs import user_cache_path

        return cls(user_cache_path("syncalign"))

    def get(self, key: str) -> bytes | None:
        """Return an entry, or None where there is no sound one; it becomes the youngest."""
        path = self._path(key)
        try:
            stored = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        digest, data = stored[:_DIGEST_BYTES], stored[_DIGEST_BYTES:]
        return data if digest == _digest(data) else None

    def put(self, key: str, data: bytes) -> None:
        """Keep an entry; where the folder does not take it, it is not kept."""
        with contextlib.suppress(OSError, OutputError):
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path(key), _digest(data) + data, overwrite=True)
            self._drop_oldest()

    def entries(self) -> int:
        """Count the entries."""
        return sum(1 for _ in self._files())

    def size_bytes(self) -> int:
        """Add up the sizes of the entries."""
        return sum(size for _, size, _ in self._files())

    def clear(self) -> int:
        """Delete every entry and return how many there were."""
        count = 0
        for path, _, _ in list(self._files()):
            with contextlib.suppress(OSError):
                path.unlink()
                count += 1
        return count

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"

    def _files(self) -> Iterator[tuple[Path, int, float]]:
        try:
            listed = list(self.folder.glob(f"*{_SUFFIX}"))
        except OSError:
            return
        for path in listed:
            with contextlib.suppress(OSError):
                facts = path.stat()
                yield path, facts.st_size, facts.st_mtime

    def _drop_oldest(self) -> None:
        files = sorted(self._files(), key=lambda file: file[2])
        total = sum(size for _, size, _ in files)
        for path, size, _ in files:
            if total <= self.limit_bytes:
                return
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size


def remembered(
    cache: Cache | None,
    path: str | os.PathLike[str],
    *settings: object,
    make: Callable[[], tuple[bytes, bool]],
) -> bytes:
    """Return what was worked out about a file: from a cache if it is there, else anew.

    Parameters
    ----------
    cache : Cache or None
        Where it is kept.
    path : path-like
        The file.
    settings : object
        As for :func:`content_key`.
    make : callable
        Works it out, and says whether the file is sound: what is found in a damaged one is not
        kept, so that the damage is told whenever it is met.
    """
    key = None if cache is None else content_key(path, *settings)
    if cache is None or key is None:
        return make()[0]
    stored = cache.get(key)
    if stored is None:
        stored, is_sound = make()
        if is_sound:
            cache.put(key, stored)
    return stored


@functools.cache
def code_digest() -> str:
    """Return a digest of this package's code: what another code found may be another answer.

    For what many modules had a part in; the version alone would not tell one checkout from another.
    """
    digest = hashlib.sha256(VERSION.encode())
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:_DIGEST_BYTES]


def content_key(path: str | os.PathLike[str], *settings: object) -> str | None:
    """Return a key that changes with a file's content, the settings and this package's version.

    The content is told by size, time of change, and the first and last MiB.

    Parameters
    ----------
    path : path-like
        The file.
    settings : object
        Whatever else the result depends on; told by ``repr``.

    Returns
    -------
    str or None
        None where the file cannot be read; whoever wants its content will say why.
    """
    if not Path(path).is_file():  # to open a pipe is to wait for who writes to it
        return None
    digest = hashlib.sha256(repr((VERSION, settings)).encode())
    try:
        with Path(path).open("rb") as file:
            facts = os.fstat(file.fileno())
            digest.update(repr((facts.st_size, facts.st_mtime_ns)).encode())
            digest.update(file.read(_SAMPLE_BYTES))
            file.seek(max(0, facts.st_size - _SAMPLE_BYTES))
            digest.update(file.read(_SAMPLE_BYTES))
    except (OSError, ValueError):
        return None
    return digest.hexdigest()
