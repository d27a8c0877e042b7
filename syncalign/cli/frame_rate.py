"""The option ``--fps``: a frame rate as people write it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import click


class _FrameRate(click.ParamType):  # type: ignore[type-arg]
    name = "R"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        from syncalign.errors import ParameterError
        from syncalign.timebase import exact_rate

        try:
            return exact_rate(Fraction(str(value)))
        except (ValueError, ZeroDivisionError, OverflowError, ParameterError):
            self.fail(f"{value!r} is no frame rate; write 25, 23.976 or 24000/1001", param, ctx)


def fps_option(more: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option ``--fps``, which arrives as ``frame_rate``: a Fraction or None.

    Parameters
    ----------
    more : str
        What else its help says.
    """
    return click.option(
        "--fps",
        "frame_rate",
        type=_FrameRate(),
        metavar="R",
        help="Frames a second of a subtitle that counts frames (MicroDVD); 23.976 is 24000/1001. "
        + more,
    )
