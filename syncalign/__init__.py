"""Align time-based media: subtitles to the sound, or an honest refusal.

>>> import syncalign
>>> moved = syncalign.TimeMap.linear(syncalign.Segment(0, 10), offset=2.5)
>>> moved(4)
6.5

Names are loaded when they are first used: importing syncalign costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syncalign.errors import SyncalignError
    from syncalign.formats import SubtitleFile, read_subtitles
    from syncalign.media import MediaInfo, probe
    from syncalign.pipelines.convert import convert_subtitles
    from syncalign.pipelines.distillation import distill
    from syncalign.pipelines.extract import extract_subtitles
    from syncalign.pipelines.fusion import evaluate_fusion, predict_fusion
    from syncalign.pipelines.fusion_training import train_fusion
    from syncalign.pipelines.lip_reading import train_lip_reader
    from syncalign.pipelines.lipsync import score_lipsync
    from syncalign.pipelines.lipsync_fix import fix_lipsync
    from syncalign.pipelines.lipsync_training import train_lipsync
    from syncalign.pipelines.read_aloud import make_read_aloud
    from syncalign.pipelines.signals import align_signals
    from syncalign.pipelines.subtitles import sync_subtitles
    from syncalign.pipelines.text import align_text
    from syncalign.pipelines.transcribe import transcribe
    from syncalign.results import (
        FusionEvaluation,
        FusionPrediction,
        LipSync,
        SignalAlignment,
        SubtitleConversion,
        SubtitleExtraction,
        SubtitleSync,
        TextAlignment,
        Transcription,
    )
    from syncalign.timebase import Cue, Features, Grid, Piece, Segment, Timeline, TimeMap
    from syncalign.training.distillation.recipe import DistillationRecipe
    from syncalign.training.fusion.recipe import FusionRecipe

_HOMES = {
    "Cue": "syncalign.timebase",
    "DistillationRecipe": "syncalign.training.distillation.recipe",
    "Features": "syncalign.timebase",
    "FusionEvaluation": "syncalign.results",
    "FusionPrediction": "syncalign.results",
    "FusionRecipe": "syncalign.training.fusion.recipe",
    "Grid": "syncalign.timebase",
    "LipSync": "syncalign.results",
    "MediaInfo": "syncalign.media",
    "Piece": "syncalign.timebase",
    "Segment": "syncalign.timebase",
    "SignalAlignment": "syncalign.results",
    "SubtitleConversion": "syncalign.results",
    "SubtitleExtraction": "syncalign.results",
    "SubtitleFile": "syncalign.formats",
    "SubtitleSync": "syncalign.results",
    "SyncalignError": "syncalign.errors",
    "TextAlignment": "syncalign.results",
    "TimeMap": "syncalign.timebase",
    "Timeline": "syncalign.timebase",
    "Transcription": "syncalign.results",
    "align_signals": "syncalign.pipelines.signals",
    "align_text": "syncalign.pipelines.text",
    "convert_subtitles": "syncalign.pipelines.convert",
    "distill": "syncalign.pipelines.distillation",
    "evaluate_fusion": "syncalign.pipelines.fusion",
    "extract_subtitles": "syncalign.pipelines.extract",
    "fix_lipsync": "syncalign.pipelines.lipsync_fix",
    "make_read_aloud": "syncalign.pipelines.read_aloud",
    "predict_fusion": "syncalign.pipelines.fusion",
    "probe": "syncalign.media",
    "read_subtitles": "syncalign.formats",
    "score_lipsync": "syncalign.pipelines.lipsync",
    "sync_subtitles": "syncalign.pipelines.subtitles",
    "train_fusion": "syncalign.pipelines.fusion_training",
    "train_lip_reader": "syncalign.pipelines.lip_reading",
    "train_lipsync": "syncalign.pipelines.lipsync_training",
    "transcribe": "syncalign.pipelines.transcribe",
}

__all__ = [
    "Cue",
    "DistillationRecipe",
    "Features",
    "FusionEvaluation",
    "FusionPrediction",
    "FusionRecipe",
    "Grid",
    "LipSync",
    "MediaInfo",
    "Piece",
    "Segment",
    "SignalAlignment",
    "SubtitleConversion",
    "SubtitleExtraction",
    "SubtitleFile",
    "SubtitleSync",
    "SyncalignError",
    "TextAlignment",
    "TimeMap",
    "Timeline",
    "Transcription",
    "align_signals",
    "align_text",
    "convert_subtitles",
    "distill",
    "evaluate_fusion",
    "extract_subtitles",
    "fix_lipsync",
    "make_read_aloud",
    "predict_fusion",
    "probe",
    "read_subtitles",
    "score_lipsync",
    "sync_subtitles",
    "train_fusion",
    "train_lip_reader",
    "train_lipsync",
    "transcribe",
]


def __getattr__(name: str) -> Any:
    """Load a public name, or the version, when it is first asked for."""
    if name == "__version__":
        from syncalign.version import VERSION

        return VERSION
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'syncalign' has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
