"""Marks: taking tags and codes out of a text in time that grows only with its length."""

from __future__ import annotations

import re


def without_marks(pattern: re.Pattern[str], text: str, closing: str) -> str:
    """Return a text without the marks that a pattern matches.

    Parameters
    ----------
    pattern : Pattern
        Marks that reach to the next ``closing`` character, whatever stands between.
    text : str
        The text.
    closing : str
        The character that ends a mark.
    """
    # After the last closing character every opening one would be searched in vain to the end.
    end = text.rfind(closing) + 1
    return pattern.sub("", text[:end]) + text[end:] if end else text
