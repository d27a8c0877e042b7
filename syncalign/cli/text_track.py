"""The option ``--text-track``: a number, or "auto"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import click


class _TextTrack(click.ParamType):  # type: ignore[type-arg]
    name = "N|auto"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | Literal["auto"]:
        if value == "auto":
            return "auto"
        if not (str(value).isascii() and str(value).isdigit()):
            self.fail(f"{value!r} is no text track; write its number, from 0, or auto", param, ctx)
        return int(value)


def text_track_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--text-track``, which arrives as ``text_track``: an int, "auto" or None."""
    return click.option(
        "--text-track",
        type=_TextTrack(),
        metavar="N|auto",
        help="Let an embedded text track stand for the sound: the Nth subtitle track, from 0, as"
        " probe and extract count them, or auto for the first that decides.",
    )(command)
