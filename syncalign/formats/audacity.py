"""Labels of Audacity: start, end and text of each unit, one a line, between tabs.

Source: https://manual.audacityteam.org/man/importing_and_exporting_labels.html
"""

from __future__ import annotations

from syncalign.formats.snapping import snapped
from syncalign.formats.transcript import Transcript, on_one_line


def write(transcript: Transcript) -> str:
    """Return a label for each unit."""
    lines = [
        f"{cue.start:.4f}\t{cue.end:.4f}\t{on_one_line(cue.text)}"
        for cue in snapped(transcript.units, 10_000)
    ]
    return "\n".join([*lines, ""])
