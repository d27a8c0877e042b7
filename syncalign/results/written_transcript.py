"""WrittenTranscript: an answer that can be written in every format of transcripts."""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from typing import Any

from syncalign.formats.transcript_formats import JSON, format_of_name
from syncalign.storage import write_atomically
from syncalign.version import VERSION


class WrittenTranscript(ABC):
    """An answer that a file holds, in the format that is asked for."""

    __slots__ = ()

    @abstractmethod
    def to_bytes(self, format: str = JSON) -> bytes:
        """Return the answer as a file.

        Parameters
        ----------
        format : str
            ``json``, which holds everything, or another that the answer has.

        Raises
        ------
        ParameterError
            There is no such format, it cannot hold this, or the answer was refused.
        """

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract, without schema, timing and output."""

    def save(
        self, path: str | os.PathLike[str], format: str | None = None, *, overwrite: bool = False
    ) -> None:
        """Write the answer, wholly or not at all.

        Parameters
        ----------
        path : path-like
            The file to write.
        format : str, optional
            As for :meth:`to_bytes`; by default what the ending of ``path`` says.
        overwrite : bool
            Whether an existing file may be replaced.

        Raises
        ------
        ParameterError
            As for :meth:`to_bytes`, or the ending says nothing.
        OutputError
            The file exists or cannot be written.
        """
        data = self.to_bytes(format or format_of_name(path))
        write_atomically(path, data, overwrite=overwrite)

    def _json_file(self, schema: str) -> bytes:
        """Return the JSON file that holds everything."""
        fields = {"schema": schema, "version": VERSION, **self.to_json()}
        text = json.dumps(fields, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        return text.encode("utf-8", "backslashreplace")
