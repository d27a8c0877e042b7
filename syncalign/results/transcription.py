"""Transcription: the answer of ``transcribe``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from syncalign.formats.transcript import Transcript
from syncalign.formats.transcript_formats import JSON, write_transcript
from syncalign.results.written_transcript import WrittenTranscript
from syncalign.timebase import Cue, Segment, Timeline

TranscriptionStatus = Literal["transcribed", "no_speech"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcription(WrittenTranscript):
    """What is said in a recording, and when.

    Parameters
    ----------
    status : {"transcribed", "no_speech"}
        Whether anything is said. How right it is, nobody judges.
    reasons : tuple of str
        What a user should know, as sentences.
    path : str
        The medium.
    duration : float
        Of its sound, in seconds.
    language : str
        What is spoken, such as ``en``.
    language_probability : float or None
        The model's own, where it found the language.
    model, backend, device : str
        What listened, by what program, and where.
    lines : Timeline
        What is said in lines as for subtitles, their words as parts. Scores are the model's own
        probabilities, and not calibrated.
    """

    status: TranscriptionStatus
    reasons: tuple[str, ...]
    path: str
    duration: float
    language: str
    language_probability: float | None
    model: str
    backend: str
    device: str
    lines: Timeline = field(repr=False)

    @property
    def text(self) -> str:
        """All that is said."""
        return "\n".join(cue.text for cue in self.lines)

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract, without schema, timing and output."""
        return {
            "status": self.status,
            "confidence": None,
            "reasons": list(self.reasons),
            "language": self.language,
            "language_probability": _rounded(self.language_probability),
            "model": self.model.encode("utf-8", "backslashreplace").decode("utf-8"),
            "backend": self.backend,
            "device": self.device,
            "duration": _rounded(self.duration),
            "lines": [
                {**_fields(cue), "words": [_fields(word) for word in cue.parts]}
                for cue in self.lines
            ],
        }

    def to_bytes(self, format: str = JSON) -> bytes:
        """Return the transcript as a file.

        Parameters
        ----------
        format : str
            ``json``, which holds everything, or a name from
            :data:`~syncalign.formats.transcript_formats.TRANSCRIPT_FORMATS`.

        Raises
        ------
        ParameterError
            There is no such format, or it does not hold times as late as these.
        """
        if format != JSON:
            return write_transcript(self._transcript(), format=format)
        return self._json_file("syncalign.transcript/1")

    def _transcript(self) -> Transcript:
        width = len(str(len(self.lines)))
        return Transcript(
            units=Timeline(self.lines.cues, "line"),
            ids=tuple(f"line{number:0{width}d}" for number in range(1, len(self.lines) + 1)),
            language=self.language,
            sound=Timeline((Cue(Segment(0.0, self.duration), self.path),)),
        )


def _fields(cue: Cue) -> dict[str, Any]:
    return {
        "text": cue.text,
        "start": _rounded(cue.start),
        "end": _rounded(cue.end),
        "probability": _rounded(cue.score),
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
