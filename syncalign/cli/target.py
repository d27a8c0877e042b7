"""Where the answer of a command goes that writes one file, and in which format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from syncalign.storage import ensure_distinct, ensure_writable


class Saved(Protocol):
    """An answer that can be written in several formats."""

    def save(self, path: str, format: str | None = None, *, overwrite: bool = False) -> None:
        """Write it."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an answer goes and in which format; no path is standard output."""

    path: str | None
    format: str
    force: bool

    def check(self, *inputs: str) -> None:
        """Fail before the long work where the writing would fail after it."""
        if self.path is not None:
            ensure_distinct(self.path, *inputs)
            ensure_writable(self.path, overwrite=self.force)

    def write(self, result: Saved) -> str | None:
        """Write the file, if it is one, and say where."""
        if self.path is not None:
            result.save(self.path, self.format, overwrite=self.force)
        return self.path


def chosen_target(
    source: str, output: str | None, format_: str | None, force: bool, *, default: str, suffix: str
) -> Target:
    """Find out where an answer goes: where it was told to, else beside its source.

    Parameters
    ----------
    source : str
        What the answer is about.
    output : str or None
        As given; ``-`` is standard output.
    format_ : str or None
        As given.
    force : bool
        Whether an existing file may be replaced.
    default : str
        Format where nothing says one.
    suffix : str
        What stands between the source's stem and the ending.

    Raises
    ------
    ParameterError
        There is no such format, or the ending says none.
    """
    from syncalign.formats.transcript_formats import ending_of_format, format_of_name

    if output is not None and output != "-":
        chosen = format_ or format_of_name(output)
        ending_of_format(chosen)
        return Target(output, chosen, force)
    chosen = format_ or default
    ending = ending_of_format(chosen)
    if output == "-":
        return Target(None, chosen, force)
    beside = Path(source)
    return Target(str(beside.with_name(f"{beside.stem}.{suffix}{ending}")), chosen, force)
