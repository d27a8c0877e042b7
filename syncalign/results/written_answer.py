"""WrittenAnswer: an answer that one file holds."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod

from syncalign.storage import write_atomically


class WrittenAnswer(ABC):
    """An answer that one file holds."""

    __slots__ = ()

    @abstractmethod
    def to_bytes(self) -> bytes:
        """Return the file.

        Raises
        ------
        ParameterError
            The answer was refused.
        """

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the file, wholly or not at all.

        Parameters
        ----------
        path : path-like
            The file to write.
        overwrite : bool
            Whether an existing file may be replaced.

        Raises
        ------
        ParameterError
            The answer was refused.
        OutputError
            The file exists or cannot be written.
        """
        write_atomically(path, self.to_bytes(), overwrite=overwrite)
