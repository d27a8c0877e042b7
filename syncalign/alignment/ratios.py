"""The ratios between the frame rates that films and their subtitles come in."""

from __future__ import annotations

from fractions import Fraction

_FILM, _PAL, _NTSC_FILM = Fraction(24), Fraction(25), Fraction(24000, 1001)

#: Reference seconds for one query second. 30 to 30000/1001 is the same ratio as 24 to 24000/1001.
NAMED_RATIOS: tuple[Fraction, ...] = (
    Fraction(1),
    *(
        ratio
        for a, b in ((_PAL, _NTSC_FILM), (_PAL, _FILM), (_FILM, _NTSC_FILM))
        for ratio in (a / b, b / a)
    ),
)


def nearest_ratio(rate: float) -> float:
    """Return the named ratio nearest to a rate.

    Examples
    --------
    >>> nearest_ratio(1.04)
    1.0416666666666667
    """
    return min((float(ratio) for ratio in NAMED_RATIOS), key=lambda named: abs(named - rate))
