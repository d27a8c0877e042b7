"""Answers, and how they are written."""

from syncalign.results.schema import load_schema
from syncalign.results.subtitle_sync import SubtitleSync

__all__ = ["SubtitleSync", "load_schema"]
