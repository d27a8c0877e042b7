"""What goes wrong when files are written, and a look at what is left."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions, pipes and links")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def failing(code: int):
    def fail(*arguments, **options):
        raise OSError(code, os.strerror(code))

    return fail


class FullDisk:
    """A file that takes half of what it is given."""

    def __init__(self, descriptor, mode):
        self.descriptor = descriptor

    def __enter__(self):
        return self

    def __exit__(self, *error):
        os.close(self.descriptor)

    def write(self, data):
        os.write(self.descriptor, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
