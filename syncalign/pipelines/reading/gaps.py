"""Gaps: speech in a recording that no unit of the text accounts for."""

from __future__ import annotations

import numpy as np

from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.moved import HEARD_SHARE, Ranges, find
from syncalign.pipelines.reading.saying import Saying
from syncalign.results import AudioGap

#: Frames around a gap in which the words beside it may begin or end.
_AROUND_FRAMES = 15
#: Words on either side of a gap that a retake would repeat.
_AROUND_WORDS = 60


def named_gaps(
    following: Following, hearing: Hearing, saying: Saying, gaps: Ranges
) -> tuple[AudioGap, ...]:
    """Say of each gap what it is.

    Returns
    -------
    tuple of AudioGap
        ``intro`` before the first word that was found, ``outro`` behind the last one, ``retake``
        where text beside it is read once more, else ``speech``.
    """
    begin = np.nanmin(following.starts, initial=np.inf) * 100
    end = np.nanmax(following.ends, initial=-np.inf) * 100

    def kind(gap: tuple[int, int]) -> str:
        if _is_retake(following, hearing, saying, gap):
            return "retake"
        return "intro" if gap[1] <= begin else "outro" if gap[0] >= end else "speech"

    return tuple(AudioGap(gap[0] / 100, gap[1] / 100, kind(gap)) for gap in gaps)


def _is_retake(
    following: Following,
    hearing: Hearing,
    saying: Saying,
    gap: tuple[int, int],
) -> bool:
    """Whether most of a gap is text that has its place beside it."""
    least = HEARD_SHARE * following.rule
    with np.errstate(invalid="ignore"):
        after = np.flatnonzero(following.starts * 100 >= gap[1] - _AROUND_FRAMES)
        before = np.flatnonzero(following.ends * 100 <= gap[0] + _AROUND_FRAMES)
    for near in (after[:_AROUND_WORDS], before[-_AROUND_WORDS:]):
        if len(near) == 0:
            continue
        found = find(following, hearing, saying, (int(near[0]), int(near[-1]) + 1), gap)
        if found is None:
            continue
        heard = found.is_found & (found.nats >= least * found.phones)
        seconds = (found.ends - found.starts)[heard].sum()
        if seconds * 100 >= 0.5 * (hearing.odds[slice(*gap)] > 0).sum():
            return True
    return False
