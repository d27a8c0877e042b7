"""Spoken forms: what a reader may say for each word of a text."""

from __future__ import annotations

from collections.abc import Sequence


def spoken_forms(words: Sequence[str], language: str) -> list[tuple[str, ...]]:
    """Return for each word of a block what a reader may say, likeliest first."""
    return [_plain(word) for word in words]


def _plain(word: str) -> tuple[str, ...]:
    letters = "".join(c if c.isalnum() or c in "'\u2019" else " " for c in word)
    spoken = " ".join(letters.split())
    return (spoken,) if any(c.isalnum() for c in spoken) else ()
