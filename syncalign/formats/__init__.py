"""Files of timed text: opened without loss, written back with nothing changed but the times."""

from syncalign.formats.conversion import Conversion, convert
from syncalign.formats.encoding import Decoded, decode
from syncalign.formats.points import read_points
from syncalign.formats.registry import (
    FORMATS,
    Format,
    detect,
    is_timed_text,
    parse_subtitles,
    read_subtitles,
)
from syncalign.formats.stamp import InnerStamp, Stamp
from syncalign.formats.subtitle_file import SubtitleFile
from syncalign.formats.writing import write_timeline

__all__ = [
    "FORMATS",
    "Conversion",
    "Decoded",
    "Format",
    "InnerStamp",
    "Stamp",
    "SubtitleFile",
    "convert",
    "decode",
    "detect",
    "is_timed_text",
    "parse_subtitles",
    "read_points",
    "read_subtitles",
    "write_timeline",
]
