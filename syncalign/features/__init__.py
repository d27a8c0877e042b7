"""Features of streams, without learning: levels and course of a sound, cues that are spoken."""

from syncalign.features.profile import sound_profile
from syncalign.features.spectral import above_floor, band_levels
from syncalign.features.spoken import SpokenCues, is_spoken, spoken_cues

__all__ = [
    "SpokenCues",
    "above_floor",
    "band_levels",
    "is_spoken",
    "sound_profile",
    "spoken_cues",
]
