"""Options that commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import click

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


_ON_CPU = "Where to compute; this command always runs on the CPU."
#: What of a data set is held out.
split_option = click.option(
    "--split",
    type=click.Choice(["auto", "speaker", "recording", "given"]),
    default="auto",
    show_default=True,
    help="What is held out: auto is by speaker where there are several.",
)
_ON_DEVICE = "Where to compute; auto takes a CUDA device where there is one."


def common_options(
    command: Callable[..., Any] | None = None,
    *,
    uses_device: bool = False,
    uses_seed: bool = False,
) -> Callable[..., Any]:
    """Add the shared options to a command; they arrive as one argument, ``common``."""
    if command is None:
        return functools.partial(common_options, uses_device=uses_device, uses_seed=uses_seed)
    return gathered(
        command,
        "common",
        CommonOptions,
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.option(
            "--device",
            type=click.Choice(["auto", "cpu", "cuda"]),
            default="auto",
            help=_ON_DEVICE if uses_device else _ON_CPU,
        ),
        click.option(
            "--seed",
            type=click.IntRange(min=0),
            default=0,
            metavar="N",
            help=f"Seed of random numbers{'' if uses_seed else '; this command uses none'}.",
        ),
        click.option(
            "--progress/--no-progress",
            default=None,
            help="Show progress on standard error (default: on a terminal).",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Only errors on standard error."),
        click.option("-v", "--verbose", count=True, help="Tell more; twice: much more."),
    )


def gathered(
    command: Callable[..., Any],
    name: str,
    kind: type[Any],
    *options: Callable[[Callable[..., Any]], Callable[..., Any]],
) -> Callable[..., Any]:
    """Add options to a command, which arrive as one argument: a data class with a field for each.

    Parameters
    ----------
    command : callable
        The command.
    name : str
        The argument.
    kind : type
        The data class; its fields are named as the options arrive.
    *options : callable
        Decorators of click, in the order in which the help shows them.
    """

    @functools.wraps(command)
    def collected(*arguments: Any, **given: Any) -> Any:
        own = {field.name: given.pop(field.name) for field in fields(kind)}
        return command(*arguments, **given, **{name: kind(**own)})

    decorated: Callable[..., Any] = collected
    for option in reversed(options):
        decorated = option(decorated)
    return decorated
