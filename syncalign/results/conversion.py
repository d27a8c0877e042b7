"""The answer of a conversion between formats of timed text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from syncalign.results.written_answer import WrittenAnswer


@dataclass(frozen=True, slots=True)
class SubtitleConversion(WrittenAnswer):
    """A subtitle file in another format, and what was lost.

    Parameters
    ----------
    data : bytes
        The new file.
    input_format, output_format : str
        Names of formats, such as "srt".
    cues : int
        Cues that a viewer sees.
    reasons : tuple of str
        What was lost or changed, as sentences, and what is odd about the input.
    """

    data: bytes = field(repr=False)
    input_format: str
    output_format: str
    cues: int
    reasons: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the new file."""
        return self.data

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract, without schema, timing and output."""
        return {
            "status": "ok",
            "confidence": None,
            "reasons": list(self.reasons),
            "input_format": self.input_format,
            "output_format": self.output_format,
            "cues": self.cues,
        }
