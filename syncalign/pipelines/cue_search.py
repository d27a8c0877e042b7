"""Search and verdict for a subtitle's cues, on the clock by which they make sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from syncalign.alignment.anchors import Anchors
from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.search import CueAlignment, align_cues
from syncalign.alignment.verdict import Verdict, doubted, judge
from syncalign.errors import ParameterError
from syncalign.features import SpokenCues, spoken_cues
from syncalign.formats import SubtitleFile
from syncalign.pipelines.hand_set import HandSet
from syncalign.pipelines.restarts import find_runs, readings_of
from syncalign.results.subtitle_sync import Restart, unrolled

#: From this probability on a map is trusted.
TRUSTED = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One reading of a file's clock, and where the cues belong by it.

    Parameters
    ----------
    restarts : tuple of Restart
        Where the times begin anew, if they are read so; the rest is then on the unrolled clock.
    spoken : SpokenCues
        The cues that were looked for, by that clock.
    alignment : CueAlignment
        Where they belong.
    """

    restarts: tuple[Restart, ...]
    spoken: SpokenCues
    alignment: CueAlignment

    @classmethod
    def of(
        cls,
        evidence: SpeechEvidence,
        subtitles: SubtitleFile,
        restarts: tuple[Restart, ...],
        anchors: Anchors | None = None,
    ) -> Reading:
        """Look for the cues by the clock that these restarts make."""
        shifts = unrolled(np.zeros(len(subtitles)), restarts)
        spoken = spoken_cues(subtitles.timeline, visible=subtitles.visible, shifts=shifts)
        run = np.searchsorted([r.cue for r in restarts], spoken.indices, side="right")
        with _no_rule_broken():
            alignment = align_cues(evidence, spoken.starts, spoken.ends, anchors=anchors, run=run)
        return cls(restarts, spoken, alignment)

    def score(self, evidence: SpeechEvidence) -> float:
        """Nats for the cues that have a place."""
        found = self.alignment
        return float(evidence.cue_scores(found.starts, found.ends)[found.piece >= 0].sum())


def search_cues(
    evidence: SpeechEvidence, subtitles: SubtitleFile, points: HandSet | None = None
) -> tuple[Reading, Verdict]:
    """Find where cues belong: by the times as they stand, else as parts that each begin anew.

    Parameters
    ----------
    evidence : SpeechEvidence
        The sound.
    subtitles : SubtitleFile
        The cues.
    points : HandSet, optional
        Places that are known: only the readings in which they make sense are then tried.

    Returns
    -------
    Reading
        The one that explains the cues better.
    Verdict
        How far to trust its alignment.
    """
    told: Mapping[tuple[Restart, ...], Anchors | None] = (
        dict.fromkeys(readings_of(subtitles)) if points is None else points.anchors
    )
    readings = [Reading.of(evidence, subtitles, *reading) for reading in told.items()]
    best = max(readings, key=lambda reading: reading.score(evidence))
    spoken, alignment = best.spoken, best.alignment
    with _no_rule_broken():
        verdict = judge(evidence, alignment, spoken.starts, spoken.ends)
    verdict = doubted(verdict, evidence, alignment, find_runs(subtitles)[spoken.indices])
    return best, verdict


@contextmanager
def _no_rule_broken() -> Iterator[None]:
    """Call a broken rule our bug: nothing that the search is given is the caller's choice."""
    try:
        yield
    except ParameterError as exc:
        raise RuntimeError(f"the search broke a rule of its own: {exc}") from exc
