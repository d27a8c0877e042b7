"""Where trained models go: checked before the hours of work, not after them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from syncalign.errors import ParameterError
from syncalign.storage import ensure_apart, ensure_distinct


def ensure_model_output(
    output: str,
    *,
    inputs: Sequence[str],
    pictures: Sequence[str | None] = (),
    force: bool,
) -> None:
    """Refuse a model, its card or pictures beside it that could not be written.

    Raises
    ------
    ParameterError
        The model has no file's name, two of them are one file, or one is an input.
    OutputError
        One exists and may not be replaced, or its folder takes none.
    DependencyError
        Pictures need matplotlib, which is not installed.
    """
    from syncalign.models.model_file import ensure_model_writable
    from syncalign.report.picture import ensure_drawable

    if output in ("", "-"):
        raise ParameterError("a model has a card beside it: name a file")
    card = ensure_model_writable(output, overwrite=force)
    drawn = [picture for picture in pictures if picture is not None]
    for picture in drawn:
        ensure_drawable(picture, overwrite=force)
    written = [output, os.fspath(card), *drawn]
    for one in written:
        ensure_distinct(one, *inputs)
    ensure_apart(*written)
