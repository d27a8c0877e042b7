"""Features of streams, without learning: band levels of a sound, spoken cues of a timeline."""

from syncalign.features.spectral import above_floor, band_levels
from syncalign.features.spoken import SpokenCues, is_spoken, spoken_cues

__all__ = ["SpokenCues", "above_floor", "band_levels", "is_spoken", "spoken_cues"]
