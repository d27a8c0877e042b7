"""The cases of a suite: a recording, a text for it, and what is true of the two."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cache import cache_folder
from benchmarks.text import joined, recordings, synthetic
from benchmarks.text.reading import Line, Truth, Unwritten, read_truth

# Tools whose acoustic model is English.
ENGLISH_ALONE = ("phones", "pocketsphinx")
# Those with a dozen sentences or more fit to measure on, but for s1, which is for development.
GRID_SPEAKERS = ("s2", "s3", "s4")


@dataclass(frozen=True, slots=True)
class Case:
    """One job for every tool.

    Attributes
    ----------
    id, row : str
        Its name, and the row of the table it belongs to.
    sound, text : Path
        The inputs.
    language : str
        What the tools are told.
    truth : Truth
        Of a wrong text: its lines, none of them spoken.
    is_right : bool
        Whether the text belongs to the sound.
    """

    id: str
    row: str
    sound: Path
    text: Path
    language: str
    truth: Truth
    is_right: bool = True


def case_of(row: str, sound: Path) -> Case:
    """Return a recording with the text beside it."""
    truth = read_truth(sound)
    return Case(truth.name, row, sound, sound.with_suffix(".txt"), truth.language, truth)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a suite runs.

    Attributes
    ----------
    long : tuple of (minutes, seeds)
        Joined prompts in each of `variants`.
    halves : int
        Recordings of half the lines, each with four right and four wrong texts.
    voices : tuple of (voice, minutes)
        Synthetic readings.
    numbers : int
        Sentences with numbers and abbreviations.
    grid : float
        Minutes of GRID's speaker s1.
    """

    long: tuple[tuple[float, tuple[int, ...]], ...]
    variants: tuple[str, ...]
    halves: int
    voices: tuple[tuple[str, float], ...]
    numbers: int
    grid: float = 10


PLANS = {
    "quick": Plan(((10, (11,)),), ("clean", "mixed", "unread"), 2, (("flite-rms", 5),), 20, 5),
    "issue5": Plan(
        ((35, (11, 12)), (10, (13,))),
        recordings.VARIANTS,
        26,
        (
            ("flite-rms", 5), ("flite-awb", 5), ("festival-kal", 5), ("piper-joe", 5),
            ("flite-rms", 60), ("flite-kal16", 600),
        ),
        100,
    ),
}  # fmt: skip


def cases(suite: str, speakers: tuple[str, ...]) -> Iterator[Case]:
    """Yield the cases of a suite, building their recordings as they are asked for."""
    plan = PLANS[suite]
    for sound in recordings.sonnet_recordings():
        yield case_of("sonnets (silver)", sound)
    for speaker in speakers:
        for minutes, seeds in plan.long:
            for seed in seeds:
                for variant in plan.variants:
                    sound = recordings.joined_recording(speaker, minutes, seed, variant)
                    yield case_of(f"{minutes:g} min, {variant}", sound)
    for speaker in GRID_SPEAKERS:
        yield case_of("GRID, clean", recordings.grid_recording(speaker, 2))
        yield case_of("GRID, mixed", recordings.grid_recording(speaker, 2, mixed=True))
    yield case_of("GRID s1 (developed on)", recordings.grid_recording("s1", plan.grid))
    for voice, minutes in plan.voices:
        yield case_of(f"synthetic {minutes:g} min", recordings.spoken_recording(voice, minutes, 11))
    sound = recordings.numbers_recording("flite-rms", plan.numbers, 11)
    yield case_of("numbers, abbreviations (synthetic)", sound)
    for speaker in speakers:
        for number in range(plan.halves):
            yield from half_cases(speaker, 100 + number)


def half_cases(speaker: str, seed: int) -> Iterator[Case]:
    """Yield four right and four wrong texts for a recording of half of a speaker's lines."""
    sound = recordings.half_recording(speaker, 4, seed)
    truth = read_truth(sound)
    count = len(truth.lines)
    yield case_of("short, right text", sound)
    unread = [str(piece.text) for piece in joined.divide(speaker)[1]]
    yield _with_text("short, 10 % unread", sound, truth, _spread(truth, unread[: count // 10]))
    cut = count // 3
    yield _with_text("short, 4 missing", sound, truth, truth.lines[:cut] + truth.lines[cut + 4 :])
    yield _with_text("short, last fifth missing", sound, truth, truth.lines[: count - count // 5])
    wrong = [
        ("other half 0", truth.language, recordings.other_half(speaker, count, seed)),
        ("other half 1", truth.language, recordings.other_half(speaker, count, seed + 1000)),
        ("other language 0", *_foreign_lines(speaker, count, seed)),
        ("other language 1", "en", list(synthetic.verses()[seed % 1000])[:count]),
    ]
    for kind, language, texts in wrong:
        unspoken = tuple(Line(text, None, None) for text in texts)
        case = _with_text(f"wrong: {kind[:-2]}", sound, truth, unspoken, kind)
        yield dataclasses.replace(case, is_right=False, language=language)


def _foreign_lines(speaker: str, count: int, seed: int) -> tuple[str, list[str]]:
    """Return lines of the Italian script, or English verses where that is the speaker's own."""
    if speaker == "it":
        return "en", list(synthetic.verses()[1000 + seed % 100])[:count]
    lines = [str(piece.text) for piece in joined.spoken_lines("it")]
    start = 7 * seed % (len(lines) - count)
    return "it", lines[start : start + count]


def _spread(truth: Truth, unread: list[str]) -> tuple[Line, ...]:
    lines = list(truth.lines)
    for number, text in enumerate(unread):
        place = (number + 1) * len(truth.lines) // (len(unread) + 1) + number
        lines.insert(place, Line(text, None, None))
    return tuple(lines)


def _with_text(
    row: str, sound: Path, truth: Truth, lines: tuple[Line, ...], label: str = ""
) -> Case:
    """Return a case whose text is other lines than the recording's own."""
    kept = {line.start for line in lines}
    gone = [line for line in truth.lines if line.start not in kept]
    untold = [Unwritten(line.start, line.end, "speech") for line in gone]
    unwritten = sorted([*truth.unwritten, *untold], key=lambda each: each.start)
    changed = dataclasses.replace(truth, lines=tuple(lines), unwritten=tuple(unwritten))
    slug = "".join(c if c.isalnum() else "-" for c in label or row)
    text = cache_folder("text", "cases") / f"{truth.name}-{slug}.txt"
    text.write_text(changed.text, encoding="utf-8")
    return Case(f"{truth.name}/{slug}", row, sound, text, truth.language, changed)
