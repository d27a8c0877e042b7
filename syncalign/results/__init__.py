"""Answers, and how they are written."""

from syncalign.results.conversion import SubtitleConversion
from syncalign.results.extraction import SubtitleExtraction
from syncalign.results.fusion import FusionEvaluation, FusionPrediction
from syncalign.results.lipsync import LipSync, LipSyncFix, TrackScore, WindowScore
from syncalign.results.schema import load_schema
from syncalign.results.signal_alignment import SignalAlignment
from syncalign.results.subtitle_sync import SubtitleSync
from syncalign.results.text_alignment import (
    AlignedUnit,
    AlignedWord,
    AudioGap,
    SoundFile,
    TextAlignment,
)
from syncalign.results.transcription import Transcription

__all__ = [
    "AlignedUnit",
    "AlignedWord",
    "AudioGap",
    "FusionEvaluation",
    "FusionPrediction",
    "LipSync",
    "LipSyncFix",
    "SignalAlignment",
    "SoundFile",
    "SubtitleConversion",
    "SubtitleExtraction",
    "SubtitleSync",
    "TextAlignment",
    "TrackScore",
    "Transcription",
    "WindowScore",
    "load_schema",
]
