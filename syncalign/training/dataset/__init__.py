"""Data sets of spoken classes: who says what, when, in which file; read, checked, split."""

from syncalign.training.dataset.collection import Collection, Example, Skipped
from syncalign.training.dataset.reading import read_collection

__all__ = ["Collection", "Example", "Skipped", "read_collection"]
