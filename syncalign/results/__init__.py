"""Answers, and how they are written."""

from syncalign.results.conversion import SubtitleConversion
from syncalign.results.extraction import SubtitleExtraction
from syncalign.results.schema import load_schema
from syncalign.results.signal_alignment import SignalAlignment
from syncalign.results.subtitle_sync import SubtitleSync

__all__ = [
    "SignalAlignment",
    "SubtitleConversion",
    "SubtitleExtraction",
    "SubtitleSync",
    "load_schema",
]
