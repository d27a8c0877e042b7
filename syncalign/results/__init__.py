"""Answers, and how they are written."""

from syncalign.results.conversion import SubtitleConversion
from syncalign.results.extraction import SubtitleExtraction
from syncalign.results.schema import load_schema
from syncalign.results.subtitle_sync import SubtitleSync

__all__ = ["SubtitleConversion", "SubtitleExtraction", "SubtitleSync", "load_schema"]
