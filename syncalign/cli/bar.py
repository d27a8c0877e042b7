"""A progress bar on standard error."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class ProgressBar:
    """Draws the progress of one task after the other."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        self._bars = Progress(*columns, console=Console(stderr=True), transient=True)
        self._tasks: list[TaskID] = []

    def start(self, task: str, total: float | None) -> None:
        """Begin a bar."""
        if not self._tasks:
            self._bars.start()
        self._tasks.append(self._bars.add_task(task, total=total))

    def advance(self, amount: float) -> None:
        """Move the bar that was begun last."""
        self._bars.advance(self._tasks[-1], amount)

    def finish(self) -> None:
        """Take the bar away."""
        self._bars.remove_task(self._tasks.pop())
        if not self._tasks:
            self._bars.stop()
