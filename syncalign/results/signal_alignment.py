"""SignalAlignment: the answer of ``align-signals``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from syncalign.errors import ParameterError
from syncalign.results.written_answer import WrittenAnswer
from syncalign.timebase import Segment, TimeMap
from syncalign.version import VERSION

SignalStatus = Literal["aligned", "unsure", "refused"]
SignalKind = Literal["identity", "offset", "rate", "pieces", "warp"]


@dataclass(frozen=True, slots=True)
class Tie:
    """How closely a moment is tied to its place.

    Parameters
    ----------
    source : float
        Query time, in seconds.
    target : float
        Reference time, in seconds.
    interval : Segment
        Reference times between which the map could be moved around this moment without fitting
        clearly worse.
    """

    source: float
    target: float
    interval: Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalAlignment(WrittenAnswer):
    """How a query runs along a reference, and how sure that is.

    Sign: ``t_reference = rate * t_query + offset``; a positive offset moves the query later.

    Parameters
    ----------
    status : {"aligned", "unsure", "refused"}
        ``aligned``: the time map can be trusted. ``unsure``: this is a guess. ``refused``: the two
        have nothing in common, or too little to tell.
    confidence : float
        Calibrated probability that the two have something in common.
    reasons : tuple of str
        Why, in sentences.
    kind : {"identity", "offset", "rate", "pieces", "warp"} or None
        The simplest description of the map; None where there is no map.
    offset, rate : float or None
        The line, in seconds and seconds a second; None for pieces, warp, and without a map.
    time_map : TimeMap
        From query time to reference time.
    piece_confidence : tuple of float
        For each piece: that it is there, and not brought by chance.
    skipped_reference, skipped_query : tuple of Segment
        Stretches that have no place on the other side, in seconds.
    ties : tuple of Tie
        At regular distances: how closely the map is tied down there.
    """

    status: SignalStatus
    confidence: float
    reasons: tuple[str, ...]
    kind: SignalKind | None = None
    offset: float | None = None
    rate: float | None = None
    time_map: TimeMap = field(default_factory=lambda: TimeMap(()))
    piece_confidence: tuple[float, ...] = ()
    skipped_reference: tuple[Segment, ...] = ()
    skipped_query: tuple[Segment, ...] = ()
    ties: tuple[Tie, ...] = field(default=(), repr=False)

    @property
    def is_trusted(self) -> bool:
        """Whether the answer may be acted on: ``aligned``."""
        return self.status == "aligned"

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract, without schema, timing and output."""
        pieces = zip(self.time_map.pieces, self.piece_confidence, strict=True)
        return {
            "status": self.status,
            "confidence": round(self.confidence, 4),
            "reasons": list(self.reasons),
            "kind": self.kind,
            "offset": None if self.offset is None else round(self.offset, 4),
            "rate": None if self.rate is None else round(self.rate, 9),
            "time_map": [
                {
                    "source": _pair(piece.source),
                    "target": _pair(piece.target),
                    "confidence": round(confidence, 4),
                }
                for piece, confidence in pieces
            ],
            "skipped_reference": [_pair(segment) for segment in self.skipped_reference],
            "skipped_query": [_pair(segment) for segment in self.skipped_query],
            "ties": [
                {
                    "source": round(tie.source, 4),
                    "target": round(tie.target, 4),
                    "interval": _pair(tie.interval),
                }
                for tie in self.ties
            ],
        }

    def to_bytes(self) -> bytes:
        """Return the time map as a JSON file.

        Raises
        ------
        ParameterError
            The answer was refused.
        """
        if self.status == "refused":
            raise ParameterError("a refused alignment is not written: " + self.reasons[0])
        fields = {"schema": "syncalign.time-map/1", "version": VERSION, **self.to_json()}
        return (json.dumps(fields, indent=1, allow_nan=False) + "\n").encode("ascii")


def _pair(segment: Segment) -> list[float]:
    return [round(segment.start, 4), round(segment.end, 4)]
