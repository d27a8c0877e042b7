"""Progress as a parameter: what long work reports to, and the listener that does nothing."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Someone who wants to know how far a long piece of work has come."""

    def start(self, task: str, total: float | None) -> None:
        """Begin a task of ``total`` units (seconds of media, files, ...); None if unknown."""

    def advance(self, amount: float) -> None:
        """Report that ``amount`` more units are done."""

    def finish(self) -> None:
        """End the task that was started last."""


class NoProgress:
    """The listener that does not listen."""

    def start(self, task: str, total: float | None) -> None:
        """Ignore the start."""

    def advance(self, amount: float) -> None:
        """Ignore the step."""

    def finish(self) -> None:
        """Ignore the end."""
