"""Fit the reading judge: python -m benchmarks.text.calibrate [--write].

Material: the Italian voice's prompts in every variant, recordings of half of its lines with right
and wrong texts, GRID's speaker s1 and a synthesizer's voice that no figure is reported of.
"""

import argparse
import dataclasses
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.subtitles.reliability import calibrate as reliability
from benchmarks.text import recordings
from benchmarks.text.cases import Case, case_of, half_cases
from benchmarks.text.score import auroc
from syncalign.pipelines.reading.filling import filled
from syncalign.pipelines.reading.following import Following, follow
from syncalign.pipelines.reading.hearing import Hearing, hear
from syncalign.pipelines.reading.saying import say
from syncalign.pipelines.reading.script import read_script
from syncalign.pipelines.reading.signs import text_signs, unit_signs, word_signs
from syncalign.pipelines.reading.strays import without_strays
from syncalign.pipelines.reading.voices import voice_of
from syncalign.streams.sound import Sound

SPEAKER = "it"
HALVES, LONG_SEEDS = 10, (21, 22)
#: With passages in another order: what one path places there is wrong among much that is right.
REORDERED_SEEDS = (21, 22, 23, 24, 25)
#: Readings of a few lines: how many, every how many lines of a half, and the sound around them.
EXCERPT_LINES, EXCERPT_STEP, AROUND_S = (3, 8), 10, 0.6
UNIT_RIGHT_S, WORD_RIGHT_S = 0.25, 0.1
#: Signs of texts of all lengths of which nothing is found.
NOTHING_FOUND = [[0.0, 0.0, 0.0, length] for length in np.linspace(1.2, 4.5, 20)]
#: Pulls the weights to zero: about as strong as one observation.
RIDGE = 1.0


@dataclass(frozen=True)
class Signs:
    """Signs of a case and whether what they speak for is right."""

    text: np.ndarray
    is_right: bool
    units: np.ndarray
    units_right: np.ndarray
    words: np.ndarray
    words_right: np.ndarray


def cases() -> Iterator[Case]:
    """Yield what the judge learns from."""
    for seed in LONG_SEEDS:
        for variant in recordings.VARIANTS:
            if variant != "reordered":
                yield case_of("dev", recordings.joined_recording(SPEAKER, 10, seed, variant))
    for seed in REORDERED_SEEDS:
        yield case_of("dev", recordings.joined_recording(SPEAKER, 10, seed, "reordered"))
    yield case_of("dev", recordings.grid_recording("s1", 10))
    yield case_of("dev", recordings.grid_recording("s1", 10, mixed=True))
    yield case_of("dev", recordings.spoken_recording("flite-slt", 5, 21))
    for number in range(HALVES):
        yield from half_cases(SPEAKER, 500 + number)


def signs_of(case: Case, heard: dict[Path, Hearing]) -> Iterator[Signs]:
    """Yield the signs of a case and, of a right text, of a few of its lines by themselves."""
    if case.sound not in heard:
        heard.clear()
        heard[case.sound] = hear(Sound(case.sound).blocks())
    hearing = heard[case.sound]
    yield _signs(case, case.text, hearing)
    if case.row == "short, right text":
        for first in range(0, len(case.truth.lines) - max(EXCERPT_LINES), EXCERPT_STEP):
            for count in EXCERPT_LINES:
                yield _excerpt(case, hearing, first, count)


def _excerpt(case: Case, hearing: Hearing, first: int, count: int) -> Signs:
    """Take some lines and the sound they are in as a recording of its own."""
    lines = case.truth.lines[first : first + count]
    begin, end = lines[0].start - AROUND_S, lines[-1].end + AROUND_S
    frames = max(0, round(begin * 100)), round(end * 100)
    moved = tuple(
        dataclasses.replace(line, start=line.start - frames[0] / 100, words=(), takes=())
        for line in lines
    )
    part = dataclasses.replace(case, truth=dataclasses.replace(case.truth, lines=moved))
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as text:
        text.write("".join(line.text + "\n" for line in lines))
        text.flush()
        return _signs(part, Path(text.name), hearing.between(*frames))


def _signs(case: Case, text: Path, hearing: Hearing) -> Signs:
    script = read_script(text, "line", language=case.language)
    saying = say(script.tokens, voice_of(case.language))
    following = follow(hearing, saying, script.phrase_numbers)
    following = without_strays(following, hearing, script.phrases)
    units = [(unit.first, unit.last) for unit in script.units]
    found = [k for k, (a, b) in enumerate(units) if following.is_found[a:b].any()]
    right = [is_unit_right(case, k, units[k], following) for k in found]
    placed = filled(following, saying.by_word(len(script.tokens)), hearing, script.phrases)
    word_right = words_right(case, units, placed)
    known = np.flatnonzero(placed.is_found & (word_right >= 0))
    return Signs(
        text_signs(following)[0],
        case.is_right,
        unit_signs(following, [units[k] for k in found], hearing.odds),
        np.array(right, bool),
        word_signs(placed)[known],
        word_right[known] > 0,
    )


def is_unit_right(case: Case, number: int, unit: tuple[int, int], following: Following) -> bool:
    """Whether a unit begins where it is read, or read again."""
    starts = following.starts[unit[0] : unit[1]]
    begin = starts[~np.isnan(starts)][0]
    line = case.truth.lines[number]
    takes = [] if line.start is None else [line.start, *(start for start, _ in line.takes)]
    return any(abs(begin - take) <= UNIT_RIGHT_S for take in takes)


def words_right(case: Case, units: list[tuple[int, int]], following: Following) -> np.ndarray:
    """1: right, 0: wrong, -1: not known."""
    result = np.full(len(following.starts), -1)
    for (first, last), line in zip(units, case.truth.lines, strict=True):
        if line.start is None:
            result[first:last] = 0
        elif len(line.words) == last - first and not line.takes:
            true = np.array([word.start for word in line.words])
            result[first:last] = np.abs(following.starts[first:last] - true) <= WORD_RIGHT_S
    return result


def fitted(signs: np.ndarray, right: np.ndarray) -> dict[str, object]:
    """Logistic regression by Newton's method."""
    design = np.column_stack([signs, np.ones(len(signs))])
    weights = np.zeros(design.shape[1])
    still = RIDGE * np.eye(len(weights))
    still[-1, -1] = 0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (right - chance) - still @ weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + still
        weights += np.linalg.solve(curve + 1e-9 * np.eye(len(weights)), slope)
    chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
    pairs = list(zip(chance.tolist(), right.tolist(), strict=True))
    order = reliability(pairs, draws=1)
    print(
        f"{len(signs)} rows, {right.mean():.3f} right, AUROC {auroc(pairs)}, "
        f"ECE {order.ece if order else None} (in sample)"
    )
    return {"weights": np.round(weights[:-1], 4).tolist(), "bias": round(float(weights[-1]), 4)}


def main() -> None:
    """Fit the judge, print how good it is, write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace the weights in the package")
    options = parser.parse_args()
    heard: dict[Path, Hearing] = {}
    signs = [each for case in cases() for each in signs_of(case, heard)]
    judge = {
        "text": fitted(
            # A text of which nothing is found is none, whatever the others are like.
            np.array([*(each.text for each in signs), *NOTHING_FOUND]),
            np.array([*(each.is_right for each in signs), *[False] * len(NOTHING_FOUND)]),
        ),
        "unit": fitted(
            np.concatenate([each.units for each in signs if each.is_right]),
            np.concatenate([each.units_right for each in signs if each.is_right]),
        ),
        "word": fitted(
            np.concatenate([each.words for each in signs if each.is_right]),
            np.concatenate([each.words_right for each in signs if each.is_right]),
        ),
    }
    text = np.array([each.text for each in signs])
    right = np.array([each.is_right for each in signs])
    odds = text @ np.array(judge["text"]["weights"]) + judge["text"]["bias"]
    print(f"text odds: right from {odds[right].min():.1f}, wrong up to {odds[~right].max():.1f}")
    if options.write:
        import syncalign.models

        file = Path(syncalign.models.__file__).parent / "reading_judge.json"
        file.write_text(json.dumps(judge, indent=1) + "\n")


if __name__ == "__main__":
    main()
