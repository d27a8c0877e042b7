"""Options that commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from syncalign.cli.frame_rate import fps_option
from syncalign.cli.text_track import text_track_option

#: A file name. Whether it can be read is found out where it is read, and told as JSON as well.
PATH = click.Path(readable=False)


@dataclass(frozen=True, slots=True)
class CommonOptions:
    """What every command understands.

    Parameters
    ----------
    as_json : bool
        One JSON object on standard output instead of text.
    device : {"auto", "cpu", "cuda"}
        Where to compute.
    seed : int
        For commands that use random numbers.
    progress : bool or None
        Whether to show progress; None shows it on a terminal.
    quiet : bool
        Nothing on standard error but errors.
    verbose : int
        1: log of what is done, tracebacks of bugs; 2: details.
    """

    as_json: bool
    device: str
    seed: int
    progress: bool | None
    quiet: bool
    verbose: int


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the shared options to a command; they arrive as one argument, ``common``."""

    @functools.wraps(command)
    def collected(
        *arguments: Any,
        as_json: bool,
        device: str,
        seed: int,
        progress: bool | None,
        quiet: bool,
        verbose: int,
        **options: Any,
    ) -> Any:
        common = CommonOptions(as_json, device, seed, progress, quiet, verbose)
        return command(*arguments, common=common, **options)

    return _decorated(
        collected,
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.option(
            "--device",
            type=click.Choice(["auto", "cpu", "cuda"]),
            default="auto",
            help="Where to compute; this command always runs on the CPU.",
        ),
        click.option(
            "--seed",
            type=click.IntRange(min=0),
            default=0,
            metavar="N",
            help="Seed of random numbers; this command uses none.",
        ),
        click.option(
            "--progress/--no-progress",
            default=None,
            help="Show progress on standard error (default: on a terminal).",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Only errors on standard error."),
        click.option("-v", "--verbose", count=True, help="Tell more; twice: much more."),
    )


def search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what ``sync`` and ``check`` share."""
    return _decorated(
        command,
        click.option(
            "--max-offset",
            type=click.FloatRange(min=0),
            metavar="S",
            help="Refuse a result that moves a cue by more than S seconds.",
        ),
        click.option(
            "--points",
            type=PATH,
            metavar="FILE",
            help="Places set by hand, one 'SUBTITLE_TIME REFERENCE_TIME' a line; the map passes"
            " through them.",
        ),
        click.option(
            "--retime",
            is_flag=True,
            help="Move single lines too, by up to 1 s, onto the speech that is surely theirs.",
        ),
        click.option("--explain", is_flag=True, help="Tell what was tried and its evidence."),
        click.option(
            "--track",
            type=click.IntRange(min=0),
            metavar="N",
            help="Sound track to listen to, from 0 (default: the one a viewer would hear).",
        ),
        click.option("--language", metavar="xx", help="Language of the sound track, such as en."),
        text_track_option,
        click.option("--encoding", metavar="E", help="Encoding of the subtitle (default: found)."),
        fps_option,
        click.option(
            "--cache/--no-cache",
            "use_cache",
            default=True,
            help="Keep the speech found in the medium for the next run (see: syncalign cache).",
        ),
    )


def _decorated(
    command: Callable[..., Any], *decorators: Callable[[Callable[..., Any]], Callable[..., Any]]
) -> Callable[..., Any]:
    """Apply decorators so that the help shows the options in this order."""
    for decorator in reversed(decorators):
        command = decorator(command)
    return command
