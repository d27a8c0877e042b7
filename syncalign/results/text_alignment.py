"""TextAlignment: the answer of ``align``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from syncalign.errors import ParameterError
from syncalign.formats.traced_text import Place
from syncalign.formats.transcript import Transcript
from syncalign.formats.transcript_formats import EPUB, JSON, write_transcript
from syncalign.results.written_transcript import WrittenTranscript
from syncalign.streams.text import Level
from syncalign.timebase import Cue, Segment, Timeline

AlignmentStatus = Literal["aligned", "unsure", "refused"]
UnitStatus = Literal["ok", "low", "interpolated", "not_spoken"]


@dataclass(frozen=True, slots=True)
class AlignedWord:
    """A word of a unit.

    Parameters
    ----------
    text : str
        As it stands in the text, with its punctuation.
    start, end : float or None
        On the joined clock, in seconds; None where the word has no time.
    confidence : float
        Calibrated probability that its start is within 100 ms.
    """

    text: str
    start: float | None
    end: float | None
    confidence: float


@dataclass(frozen=True, slots=True)
class AlignedUnit:
    """A unit of the text: a paragraph, a line, a sentence or a word.

    Parameters
    ----------
    id : str
        Unique in its text; where the text names its elements, their name.
    level : {"paragraph", "line", "sentence", "word"}
        What it is.
    text : str
        As it stands in the text.
    start, end : float or None
        On the joined clock, in seconds; None where it was not spoken.
    status : {"ok", "low", "interpolated", "not_spoken"}
        ``ok``: heard. ``low``: heard, but not surely there. ``interpolated``: not heard itself,
        put between neighbours that were. ``not_spoken``: nobody reads it.
    confidence : float
        Calibrated probability that its start is within 250 ms (a word's: 100 ms); where it was
        not spoken, that this is so.
    words : tuple of AlignedWord
        Its words in the order of the text.
    place : Place or None
        Where it stands: the file (in a book, the chapter) and the characters of its text.
    takes : tuple of Segment or None
        The other stretches in which it is read, by a transcript, to some tenths of a second; None
        where they were not asked for.
    """

    id: str
    level: Level
    text: str
    start: float | None
    end: float | None
    status: UnitStatus
    confidence: float
    words: tuple[AlignedWord, ...] = ()
    place: Place | None = None
    takes: tuple[Segment, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract."""
        return {
            "id": self.id,
            "level": self.level,
            "text": self.text,
            "start": _rounded(self.start),
            "end": _rounded(self.end),
            "status": self.status,
            "confidence": round(self.confidence, 4),
            "words": [
                {
                    "text": word.text,
                    "start": _rounded(word.start),
                    "end": _rounded(word.end),
                    "confidence": round(word.confidence, 4),
                }
                for word in self.words
            ],
            **self._other_takes(),
        }

    def _other_takes(self) -> dict[str, Any]:
        if self.takes is None:
            return {}
        return {"takes": [[_rounded(take.start), _rounded(take.end)] for take in self.takes]}


@dataclass(frozen=True, slots=True)
class AudioGap:
    """A stretch of the sound that has no text.

    Parameters
    ----------
    start, end : float
        On the joined clock, in seconds.
    kind : str
        What is heard there, such as ``speech``, ``intro``, ``outro``, ``retake``, ``music``.
    """

    start: float
    end: float
    kind: str


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A file of the sound and its place on the joined clock.

    Parameters
    ----------
    path : str
        The file.
    start, end : float
        Where it begins and ends, in seconds; a file begins where the one before it ends.
    """

    path: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAlignment(WrittenTranscript):
    """When each unit of a text is read in a recording, and how sure that is.

    The *joined clock* runs through all files of the sound, one after the other; with one file it is
    that file's own.

    Parameters
    ----------
    status : {"aligned", "unsure", "refused"}
        ``aligned``: the times can be trusted, each as far as its unit says. ``unsure``: this is a
        guess. ``refused``: the recording is not a reading of this text.
    confidence : float
        Calibrated probability that the recording is a reading of the text.
    reasons : tuple of str
        Why, in sentences.
    language : str
        Of the text, such as ``en``.
    backend : str
        What listened: ``synth``, ``phones`` or ``whisper``.
    level : {"paragraph", "line", "sentence", "word"}
        Of the units.
    sound : tuple of SoundFile
        The files, in their order.
    units : tuple of AlignedUnit
        One for each unit of the text, in the order of the text.
    audio_gaps : tuple of AudioGap
        Stretches of the sound without a text, in their order.
    coverage : float
        Share of the text's words that have a time, 0 to 1.
    """

    status: AlignmentStatus
    confidence: float
    reasons: tuple[str, ...]
    language: str
    backend: str
    level: Level
    sound: tuple[SoundFile, ...]
    units: tuple[AlignedUnit, ...] = field(default=(), repr=False)
    audio_gaps: tuple[AudioGap, ...] = ()
    coverage: float = 0.0

    @property
    def is_trusted(self) -> bool:
        """Whether the answer may be acted on: ``aligned``."""
        return self.status == "aligned"

    @property
    def counts(self) -> dict[UnitStatus, int]:
        """How many units have each status."""
        found = Counter(unit.status for unit in self.units)
        statuses: tuple[UnitStatus, ...] = ("ok", "low", "interpolated", "not_spoken")
        return {status: found[status] for status in statuses}

    def timeline(self) -> Timeline:
        """Return the units that have a time, with their words as parts, in the order of the text.

        Words without a time are no parts; their texts stand in the unit's.
        """
        return Timeline(tuple(cue for _, cue in self._timed()), name=self.level)

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract, without schema, timing and output."""
        return {
            "status": self.status,
            "confidence": round(self.confidence, 4),
            "reasons": list(self.reasons),
            "language": self.language,
            "backend": self.backend,
            "level": self.level,
            "units": [unit.to_json() for unit in self.units],
            "audio_gaps": [
                {"start": _rounded(gap.start), "end": _rounded(gap.end), "kind": gap.kind}
                for gap in self.audio_gaps
            ],
            "coverage": round(self.coverage, 4),
            "sound": [
                {
                    # Bytes of a name that are no text become escapes, which every parser accepts.
                    "path": file.path.encode("utf-8", "backslashreplace").decode("utf-8"),
                    "start": _rounded(file.start),
                    "end": _rounded(file.end),
                }
                for file in self.sound
            ],
        }

    def to_bytes(self, format: str = JSON) -> bytes:
        """Return the alignment as a file.

        Parameters
        ----------
        format : str
            ``json``, which holds everything, or a name from
            :data:`~syncalign.formats.transcript_formats.TRANSCRIPT_FORMATS`: the units that have
            a time, in the order of their starts.

        Raises
        ------
        ParameterError
            There is no such format, it does not hold times as late as these, or the answer was
            refused.
        """
        if self.status == "refused":
            raise ParameterError("a refused alignment is not written: " + self.reasons[0])
        if format == EPUB:
            raise ParameterError("a book is made of the book itself: use make_read_aloud")
        if format != JSON:
            return write_transcript(self._transcript(), format=format)
        return self._json_file("syncalign.text-alignment/1")

    def _timed(self) -> list[tuple[AlignedUnit, Cue]]:
        found = []
        for unit in self.units:
            if unit.start is None or unit.end is None:
                continue
            parts = tuple(
                Cue(Segment(word.start, word.end), word.text, word.confidence)
                for word in unit.words
                if word.start is not None and word.end is not None
            )
            segment = Segment(unit.start, unit.end)
            found.append((unit, Cue(segment, unit.text, unit.confidence, parts)))
        return found

    def _transcript(self) -> Transcript:
        timed = sorted(self._timed(), key=lambda pair: pair[1].segment)
        return Transcript(
            units=Timeline(tuple(cue for _, cue in timed), name=self.level),
            ids=tuple(unit.id for unit, _ in timed),
            language=self.language,
            sound=Timeline(
                tuple(Cue(Segment(file.start, file.end), file.path) for file in self.sound)
            ),
        )


def _rounded(time: float | None) -> float | None:
    return None if time is None else round(time, 4)
