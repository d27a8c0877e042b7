"""A short reading in two files, with all that can happen to a line."""

from __future__ import annotations

from syncalign.results import AlignedUnit, AlignedWord, AudioGap, SoundFile, TextAlignment


def words(*timed: tuple[str, float | None, float | None]) -> tuple[AlignedWord, ...]:
    return tuple(
        AlignedWord(text, start, end, 0.0 if start is None else 0.875) for text, start, end in timed
    )


def unit(id_: str, text: str, start: float | None, end: float | None, **fields) -> AlignedUnit:
    given = {"level": "line", "status": "ok", "confidence": 0.98765, "words": ()}
    return AlignedUnit(id=id_, text=text, start=start, end=end, **{**given, **fields})


READING = TextAlignment(
    status="aligned",
    confidence=0.99,
    reasons=("4 of 5 lines are read.",),
    language="en",
    backend="synth",
    level="line",
    sound=(SoundFile("parts/part 1.mp3", 0.0, 6.5), SoundFile("parts/part 2.mp3", 6.5, 12.0)),
    units=(
        unit(
            "l1",
            "The old “harbour” sleeps.",
            1.00051,
            3.2,
            words=words(
                ("The", 1.00051, 1.2), ("old", 1.2, 1.6), ("“harbour”", 1.75, 2.4),
                ("sleeps.", 2.4, 3.2),
            ),
        ),
        unit(
            "l2",
            'He said "go" -- & <left>\n{now}.',
            3.2,
            6.4996,
            status="low",
            confidence=0.4,
            words=words(
                ("He", 3.5, 3.7), ("said", 3.7, 4.0), ('"go"', 4.0, 4.5), ("--", None, None),
                ("&", 4.6, 4.8), ("<left>", 4.8, 5.5), ("{now}.", 5.9, 6.4996),
            ),
        ),
        unit("l3", "Nobody reads this.", None, None, status="not_spoken"),
        unit("l4", "Ночь.", 6.4999, 7.0, words=words(("Ночь.", 6.4999, 7.0))),
        unit("l5", "The end.", 9.0, 10.5, status="interpolated", confidence=0.6),
    ),
    audio_gaps=(AudioGap(0.0, 1.00051, "intro"), AudioGap(7.25, 8.75, "music")),
    coverage=0.88,
)  # fmt: skip
