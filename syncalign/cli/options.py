"""Options that commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class CommonOptions:
    """What every command understands.

    Parameters
    ----------
    as_json : bool
        One JSON object on standard output instead of text.
    progress : bool or None
        Whether to show progress; None shows it on a terminal.
    quiet : bool
        Nothing on standard error but errors.
    verbose : int
        1: log of what is done, tracebacks of bugs; 2: details.
    """

    as_json: bool
    progress: bool | None
    quiet: bool
    verbose: int


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the shared options to a command; they arrive as one argument, ``common``."""

    @functools.wraps(command)
    def collected(
        *arguments: Any,
        as_json: bool,
        progress: bool | None,
        quiet: bool,
        verbose: int,
        **options: Any,
    ) -> Any:
        common = CommonOptions(as_json, progress, quiet, verbose)
        return command(*arguments, common=common, **options)

    decorators = [
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.option(
            "--progress/--no-progress",
            default=None,
            help="Show progress on standard error (default: on a terminal).",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Only errors on standard error."),
        click.option("-v", "--verbose", count=True, help="Tell more; twice: much more."),
    ]
    for decorator in reversed(decorators):
        collected = decorator(collected)
    return collected


def track_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--track``, ``--language`` and ``--encoding``."""
    decorators = [
        click.option(
            "--track",
            type=click.IntRange(min=0),
            metavar="N",
            help="Sound track to listen to, from 0 (default: the one a viewer would hear).",
        ),
        click.option("--language", metavar="xx", help="Language of the sound track, such as en."),
        click.option("--encoding", metavar="E", help="Encoding of the subtitle (default: found)."),
    ]
    for decorator in reversed(decorators):
        command = decorator(command)
    return command
