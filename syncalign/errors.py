"""Every error that syncalign raises on purpose.

::

    SyncalignError
    ├── InputError                 an input or output cannot be used          (exit 3)
    │   ├── MediaError             a medium: missing, not media, no such stream
    │   ├── FormatError            a text file: not what it claims, times that cannot be parsed
    │   └── OutputError            a file that cannot be written: exists, read-only, disk full
    ├── DependencyError            a package, program, model or device is missing (exit 5)
    └── ParameterError             a wrong argument value (also a ValueError)  (exit 2)

Errors carry their data as attributes and survive pickling, so they may cross a process pool: all
fields go to ``Exception.__init__`` and the sentence is built in ``__str__``. A low confidence is an
answer, never an error.
"""

from __future__ import annotations

import os


class SyncalignError(Exception):
    """Root of the tree: catch this to catch everything that syncalign raises on purpose."""


class InputError(SyncalignError):
    """An input or output cannot be used.

    Parameters
    ----------
    path : str or path-like or None
        The file concerned.
    message : str
        What was wrong and what to do, as a sentence without the path.
    line : int or None
        Line in a text file, from 1, where known.
    """

    def __init__(
        self, path: str | os.PathLike[str] | None, message: str, line: int | None = None
    ) -> None:
        self.path = None if path is None else os.fspath(path)
        self.message = message
        self.line = line
        super().__init__(self.path, message, line)

    def __str__(self) -> str:
        """Say where and what: ``film.srt, line 12: ...``."""
        if self.path is None:
            return self.message
        place = f", line {self.line}" if self.line is not None else ""
        return f"{printable(self.path)}{place}: {self.message}"


class MediaError(InputError):
    """A medium cannot be used: missing, not media, or without the stream asked for."""


class FormatError(InputError):
    """A text file cannot be used: not what it claims to be, or with times that cannot be parsed."""


class OutputError(InputError):
    """A file cannot be written: it exists, the folder is read-only, or the disk is full."""


class DependencyError(SyncalignError):
    """A package, program, model or device is missing.

    Parameters
    ----------
    what : str
        The missing thing and what needs it.
    remedy : str
        The one command that adds it.
    """

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(what, remedy)

    def __str__(self) -> str:
        """Name the missing thing and the command that adds it."""
        return f"{self.what}. To add it: {self.remedy}"


class ParameterError(SyncalignError, ValueError):
    """An argument has a value that makes no sense."""


def printable(path: str) -> str:
    r"""Show a path on one line: control characters and lone surrogates become escapes.

    Examples
    --------
    >>> printable("a film\n.mkv")
    'a film\\n.mkv'
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in path
    )
