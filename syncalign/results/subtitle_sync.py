"""SubtitleSync: the answer of ``sync`` and ``check``."""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError
from syncalign.formats import SubtitleFile
from syncalign.formats.notation import LATEST
from syncalign.results.written_answer import WrittenAnswer
from syncalign.timebase import Segment, TimeMap

Status = Literal["synced", "in_sync", "unsure", "refused"]
Kind = Literal["identity", "offset", "rate", "pieces"]


@dataclass(frozen=True, slots=True)
class Restart:
    """A place in a file where the times begin anew, as where two parts were joined.

    Parameters
    ----------
    cue : int
        The first cue of the new run, in the order of the file, from 0.
    shift : float
        Seconds to add to the times from here on (up to the next restart) so that they follow the
        ones before: the *unrolled* clock.
    """

    cue: int
    shift: float


def unrolled(
    times: npt.NDArray[np.float64], restarts: tuple[Restart, ...]
) -> npt.NDArray[np.float64]:
    """Return a time of each cue, in file order, on the unrolled clock [shape=(N,)]."""
    shifts = np.zeros(len(times))
    for restart in restarts:
        shifts[restart.cue :] = restart.shift
    return times + shifts


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleSync(WrittenAnswer):
    """Where a subtitle's cues belong in a reference, and how sure that is.

    Sign: ``t_reference = rate * t_query + offset``; a positive offset moves the subtitle later.

    Parameters
    ----------
    subtitles : SubtitleFile
        The file that was looked at, unchanged.
    status : {"synced", "in_sync", "unsure", "refused"}
        ``synced``: the time map can be trusted. ``in_sync``: there is nothing to correct.
        ``unsure``: this is a guess. ``refused``: the evidence is not there.
    confidence : float
        Calibrated probability that the time map puts at least 95 % of the cues that are present
        in the reference within 250 ms.
    reasons : tuple of str
        Why, in sentences.
    time_map : TimeMap
        From subtitle time to reference time; empty where none was found. Where there are
        ``restarts`` it is from the unrolled clock.
    piece_confidence : tuple of float
        The same probability for the cues of each piece.
    kind : {"identity", "offset", "rate", "pieces"} or None
        The simplest description of the map; None where there is no map.
    offset, rate : float or None
        The line, in seconds and seconds a second; None for pieces and without a map.
    restarts : tuple of Restart
        Where the file's times begin anew and each part has its own place; mostly empty.
    unmatched : tuple of int
        Cues that have no place in the reference: their places in the file, from 0.
    moves : tuple of float
        How far each cue moves beyond the time map onto the speech found for it, in seconds and in
        file order, positive to later; empty where no line moves alone.
    explanation : tuple of str
        What was tried and its evidence, a line each.
    """

    subtitles: SubtitleFile = field(repr=False)
    status: Status
    confidence: float
    reasons: tuple[str, ...]
    time_map: TimeMap = field(default_factory=lambda: TimeMap(()))
    piece_confidence: tuple[float, ...] = ()
    kind: Kind | None = None
    offset: float | None = None
    rate: float | None = None
    restarts: tuple[Restart, ...] = ()
    unmatched: tuple[int, ...] = ()
    moves: tuple[float, ...] = ()
    explanation: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_trusted(self) -> bool:
        """Whether the answer may be acted on: ``synced`` or ``in_sync``."""
        return self.status in ("synced", "in_sync")

    @property
    def is_unchanged(self) -> bool:
        """Whether the corrected file is the file that was looked at, byte for byte."""
        return self.kind == "identity" and not self.moves

    def with_reasons(self, *more: str) -> SubtitleSync:
        """Return the same answer with more to say."""
        return replace(self, reasons=(*self.reasons, *more))

    @property
    def starts(self) -> npt.NDArray[np.float64]:
        """Corrected start of each cue in file order, in seconds [shape=(N,)]."""
        return self._times()[0]

    @property
    def ends(self) -> npt.NDArray[np.float64]:
        """Corrected end of each cue in file order, in seconds [shape=(N,)].

        A cue that ends before it starts keeps its negative duration.
        """
        return self._times()[1]

    def _times(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        starts, ends = self._mapped_times()
        if not self.moves:
            return starts, ends
        moved = np.maximum(starts + np.array(self.moves), 0.0)
        return moved, np.maximum(moved + ends - starts, 0.0)

    def _mapped_times(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        starts, ends = self.subtitles.starts, self.subtitles.ends
        if self.kind in (None, "identity"):
            return starts, ends
        clock = unrolled(starts, self.restarts)
        moved, stretch = self.time_map.extrapolate(clock), self.time_map.rates(clock)
        # A cue without a place that would fall before the reference begins stays where it was.
        lost = np.isin(np.arange(len(starts)), self.unmatched) & (moved < 0)
        lost |= moved > LATEST  # later than a time can be written
        moved = np.maximum(np.where(lost, starts, moved), 0.0)
        return moved, np.maximum(moved + (ends - starts) * np.where(lost, 1.0, stretch), 0.0)

    def pieces(self) -> list[tuple[Segment, Segment, float]]:
        """Return the pieces of the map in the file's own times: source, target, confidence.

        Where there are ``restarts`` the sources of different runs may overlap.
        """
        clock = unrolled(self.subtitles.starts, self.restarts)
        bounds = [float(clock[restart.cue :].min()) for restart in self.restarts]
        shifts = [0.0, *(restart.shift for restart in self.restarts)]
        found = []
        for piece, confidence in zip(self.time_map.pieces, self.piece_confidence, strict=True):
            start, end = piece.source.start, piece.source.end
            for low, high in itertools.pairwise(
                [start, *(bound for bound in bounds if start < bound < end), end]
            ):
                shift = shifts[bisect.bisect(bounds, low + 1e-6)]
                source, target = Segment(low, high), Segment(piece(low), piece(high))
                found.append((source.shift(-shift), target, confidence))
        return found

    def to_bytes(self) -> bytes:
        """Return the subtitle file with its times corrected and nothing else changed.

        Raises
        ------
        ParameterError
            The answer was refused.
        """
        if self.status == "refused":
            raise ParameterError("a refused alignment is not written: " + self.reasons[0])
        if self.is_unchanged:
            return self.subtitles.data
        return self.subtitles.retimed(*self._times())

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract, without schema, timing and output."""
        return {
            "status": self.status,
            "confidence": round(self.confidence, 4),
            "reasons": list(self.reasons),
            "kind": self.kind,
            "offset": _rounded(self.offset, 4),
            "rate": _rounded(self.rate, 9),
            "time_map": [
                {
                    "source": [round(source.start, 4), round(source.end, 4)],
                    "target": [round(target.start, 4), round(target.end, 4)],
                    "confidence": round(confidence, 4),
                }
                for source, target, confidence in self.pieces()
            ],
            "restarts": [restart.cue for restart in self.restarts],
            "unmatched": list(self.unmatched),
            "retimed": [
                {"cue": cue, "move": round(move, 4)} for cue, move in enumerate(self.moves) if move
            ],
        }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
