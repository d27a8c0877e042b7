"""How levels of noise are written on the command line: ``clean,10,0,-5``."""

from __future__ import annotations

import math

import click

_MOST = 100  # dB either way: beyond is nothing but the voice, or nothing but babble


def _levels(ctx: click.Context, option: click.Parameter, value: str) -> tuple[float, ...]:
    """Turn the text into decibels; clean is infinity."""
    return tuple(dict.fromkeys(_level(part.strip()) for part in value.split(",")))


def _level(part: str) -> float:
    if part == "clean":
        return math.inf
    try:
        level = float(part)
    except ValueError:
        level = math.nan
    if not abs(level) <= _MOST:
        raise click.BadParameter(
            f"{part!r} is neither clean nor a number of up to {_MOST} decibels"
        )
    return level


#: Where words are judged.
noise_option = click.option(
    "--snr",
    "snrs",
    callback=_levels,
    metavar="LEVELS",
    default="clean,10,5,0,-5",
    show_default=True,
    help="Voice over babble in decibels, with commas between the levels.",
)
