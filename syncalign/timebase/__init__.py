"""The words for time: segments, cues, timelines, grids, features and time maps."""

from syncalign.timebase.cue import Cue
from syncalign.timebase.features import Features
from syncalign.timebase.grid import Grid
from syncalign.timebase.segment import Segment
from syncalign.timebase.timecode import exact_rate, format_timecode, parse_timecode
from syncalign.timebase.timeline import Timeline
from syncalign.timebase.timemap import Piece, TimeMap

__all__ = [
    "Cue",
    "Features",
    "Grid",
    "Piece",
    "Segment",
    "TimeMap",
    "Timeline",
    "exact_rate",
    "format_timecode",
    "parse_timecode",
]
