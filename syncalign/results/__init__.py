"""Answers, and how they are written."""

from syncalign.results.subtitle_sync import SubtitleSync

__all__ = ["SubtitleSync"]
