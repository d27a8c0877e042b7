"""Judging: what is said of each unit of a text, and of the text as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from syncalign.models.reading_judge import built_in_judge
from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.passages import READ
from syncalign.pipelines.reading.script import Script
from syncalign.pipelines.reading.signs import text_signs, unit_signs, word_signs
from syncalign.results import AlignedUnit, AlignedWord
from syncalign.results.text_alignment import UnitStatus
from syncalign.streams.text import Token, Unit

Doubles = npt.NDArray[np.float64]

#: A unit is "ok" from this confidence on.
_OK = 0.95
#: A run of units that were not found themselves lies between its neighbours if there is so much
#: speech without a text, as a share of what they would take at the recording's pace.
_ROOM = (0.6, 1.8)
#: Confidence of a unit that was put between its neighbours.
_BETWEEN = 0.3
_LEAST_SECONDS = 0.02
#: Least confidence of a unit whose words a transcript has where they were found: where the sound
#: alone would have it lower, 16 of 18 were within 250 ms (development recordings).
_BORNE_OUT = 0.8


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit's or a word's place: seconds, and how sure its start is. NaN: it has none."""

    start: float
    end: float
    confidence: float
    status: UnitStatus


def text_confidence(following: Following) -> float:
    """Return the probability that a recording is a reading of a text."""
    if not following.is_found.any():
        return 0.0
    return float(built_in_judge().text.probability(text_signs(following))[0])


def judged_units(
    following: Following,
    script: Script,
    hearing: Hearing,
    borne_out: npt.NDArray[np.bool_] | None = None,
) -> tuple[AlignedUnit, ...]:
    """Decide for each unit whether it is read, where, and how sure that is.

    `borne_out` tells which words stand in a transcript where they were found.
    """
    sure = built_in_judge().word.probability(word_signs(following))
    if borne_out is None:
        borne_out = np.zeros(len(sure), bool)
    places = _placed(following, script, hearing, sure, borne_out)
    return tuple(
        _aligned(unit, place, script.tokens, following, sure)
        for unit, place in zip(script.units, places, strict=True)
    )


def _placed(
    following: Following,
    script: Script,
    hearing: Hearing,
    sure_words: Doubles,
    borne_out: npt.NDArray[np.bool_],
) -> list[Placed]:
    ranges = [(unit.first, unit.last) for unit in script.units]
    if script.units and script.units[0].level == "word":
        sure = sure_words
    else:
        sure = built_in_judge().unit.probability(unit_signs(following.heard, ranges, hearing.odds))
    found = following.heard.is_found
    has_words = [borne_out[a:b].any() and borne_out[a:b][found[a:b]].all() for a, b in ranges]
    sure = np.where(has_words, np.maximum(sure, _BORNE_OUT), sure)
    places = [
        _found(following, span, float(confidence))
        for span, confidence in zip(ranges, sure, strict=True)
    ]
    seconds = _expected(following, ranges)
    for run in _runs(places):
        between = _between(places, run, seconds, hearing)
        if between is not None:
            places[run.start : run.stop] = between
    return places


def _aligned(
    unit: Unit, place: Placed, tokens: Sequence[Token], following: Following, sure: Doubles
) -> AlignedUnit:
    """Put a unit together with the words that are in it."""
    words = []
    for k in range(unit.first, unit.last):
        start, end = following.starts[k], following.ends[k]
        has_place = place.status in ("ok", "low") and np.isfinite(start)
        words.append(
            AlignedWord(
                tokens[k].text,
                float(start) if has_place else None,
                float(end) if has_place else None,
                float(sure[k]) if has_place else 0.0,
            )
        )
    has_time = place.status != "not_spoken"
    return AlignedUnit(
        id=unit.id,
        level=unit.level,
        text=unit.text,
        start=place.start if has_time else None,
        end=place.end if has_time else None,
        status=place.status,
        confidence=place.confidence,
        words=tuple(words),
        place=unit.place,
    )


def _found(following: Following, span: tuple[int, int], confidence: float) -> Placed:
    starts, ends = following.starts[slice(*span)], following.ends[slice(*span)]
    found = np.isfinite(starts)
    if not found.any() or confidence < READ:
        return Placed(np.nan, np.nan, 1 - confidence if found.any() else 0.95, "not_spoken")
    status: UnitStatus = "ok" if confidence >= _OK else "low"
    # Its sentences may have been read in another order.
    return Placed(float(starts[found].min()), float(ends[found].max()), confidence, status)


def _runs(places: Sequence[Placed]) -> Iterator[range]:
    """Yield stretches of units without a place."""
    first = None
    for k, place in enumerate([*places, Placed(0, 0, 1, "ok")]):
        if place.status == "not_spoken":
            first = k if first is None else first
        elif first is not None:
            yield range(first, k)
            first = None


def _expected(following: Following, ranges: Sequence[tuple[int, int]]) -> Doubles:
    """Seconds that each unit would take at the recording's pace."""
    found = np.isfinite(following.starts)
    total = (following.ends - following.starts)[found].sum()
    pace = total / max(1, following.phones[found].sum())
    seconds: Doubles = np.array([following.phones[a:b].sum() for a, b in ranges]) * pace
    return seconds


def _between(
    places: Sequence[Placed], run: range, seconds: Doubles, hearing: Hearing
) -> list[Placed] | None:
    """Share out the speech between a run's neighbours, if there is as much as it takes."""
    begin = places[run.start - 1].end if run.start else 0.0
    end = places[run.stop].start if run.stop < len(places) else len(hearing) / 100
    wanted = seconds[run.start : run.stop]
    if end <= begin or wanted.sum() <= 0:
        return None
    frames = np.flatnonzero(hearing.odds[round(begin * 100) : round(end * 100)] > 0)
    if not _ROOM[0] <= len(frames) / 100 / wanted.sum() <= _ROOM[1]:
        return None
    edges = np.concatenate([[0.0], np.cumsum(wanted)]) / wanted.sum() * (len(frames) - 1)
    times = begin + frames[np.rint(edges).astype(np.int64)] / 100
    status: UnitStatus = "interpolated"
    return [
        replace(places[k], start=float(a), end=float(b), confidence=_BETWEEN, status=status)
        if b - a >= _LEAST_SECONDS
        else places[k]
        for k, a, b in zip(run, times[:-1], times[1:], strict=True)
    ]
