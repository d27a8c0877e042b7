"""Fit the verdict's probabilities, and print them for ``syncalign/alignment/verdict.py``.

On Italian prompts and GRID sentences; report the benchmark's figures on Spanish ones::

    SYNCALIGN_GRID=FOLDER python -m benchmarks.subtitles.calibrate
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.subtitles.material import build, draw_film_like_times
from benchmarks.subtitles.perturb import (
    SDH,
    dropped,
    jittered,
    with_extra,
    with_gaps,
    with_second_part,
)
from benchmarks.subtitles.script import SPOKEN, Script, in_order, moved, script_of, take
from benchmarks.subtitles.train_detector import levels_of
from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.search import align_cues
from syncalign.alignment.verdict import Signs, collect_signs
from syncalign.models.speech_detector import built_in_detector

RECORDINGS = tuple(
    (speaker, minutes, snr_db, density)
    for speaker in ("it", "grid")
    for minutes, snr_db, density in (
        (4, 10, None),
        (10, 25, None),
        (10, 6, None),
        (10, 3, None),
        (10, 0, None),
        (20, 3, None),
        (20, 12, None),
        (45, 6, None),
        (45, 10, 0.08),
        (45, 3, 0.08),
        (20, 10, 0.25),
        (45, 3, 0.25),
    )
)
RATES = (1.0, 1.0, 1.0, 25 * 1001 / 24000, 24000 / 25025, 1.001, 25 / 24, 1.003)


@dataclass(frozen=True, slots=True)
class Observation:
    """Signs of a file or a piece, and whether it was right."""

    signs: Signs
    is_right: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """One file: its signs, those of its pieces."""

    whole: Observation
    pieces: tuple[Observation, ...]
    is_wrong_file: bool


def scripts(script: Script, rng: np.random.Generator, count: int) -> Iterator[Script]:
    """Yield files from easy to hopeless: every freedom drawn at random."""
    for _ in range(count):
        file = script
        kind = rng.random()
        if kind < 0.35:
            breaks = int(rng.choice([1, 2, 3, 4, 6, 8, 12]))
            low, high = ((20, 90), (0.5, 5), (0.2, 1.5))[int(rng.integers(3))]
            file = with_gaps(file, rng, min(breaks, len(file) // 4), low, high)
        elif kind < 0.5:
            first = int(rng.integers(0, len(file) - 12))
            part = np.zeros(len(file), bool)
            part[first : first + int(rng.integers(12, 60))] = True
            file = take(file, part)
        elif kind < 0.6:
            first = int(len(file) * rng.uniform(0.3, 0.7))
            file = with_second_part(file, first, float(rng.choice([24000 / 25025, 25 / 24])))
        if rng.random() < 0.4:
            file = dropped(file, rng, float(rng.choice([0.1, 0.3, 0.6, 0.85])))
        if rng.random() < 0.3:
            file = jittered(file, rng, float(rng.choice([0.05, 0.1, 0.2, 0.3])))
        if rng.random() < 0.2:
            file = with_extra(file, rng, SDH, 0.2, 1.0)
        rate = float(rng.choice(RATES))
        yield in_order(moved(file, float(rng.uniform(-30, 60)) / rate, 1 / rate))


def observe(evidence: SpeechEvidence, script: Script) -> Trial | None:
    """Align a file and compare every cue with its truth; its own scatter is not the map's fault."""
    spoken = np.flatnonzero(script.roles == SPOKEN)
    starts, ends = script.starts[spoken], np.maximum(script.ends, script.starts)[spoken]
    alignment = align_cues(evidence, starts, ends)
    if alignment.fit is None or len(starts) < 8:
        return None
    error = np.abs(alignment.starts - script.truth[spoken] - script.scatter[spoken])
    right = error < 0.25  # nan (a wrong file) is never right
    whole, pieces = collect_signs(evidence, alignment, starts, ends)

    def seen(signs: Signs, cues: np.ndarray) -> Observation:
        return Observation(signs, bool(right[cues].mean() >= 0.95))

    return Trial(
        seen(whole, alignment.piece >= 0),
        tuple(seen(signs, alignment.piece == k) for k, signs in enumerate(pieces)),
        bool(np.isnan(script.truth).all()),
    )


def trials(files: int, wrong: int) -> Iterator[Trial]:
    """Yield the trials of every recording."""
    detector = built_in_detector()
    for number, (speaker, minutes, snr_db, density) in enumerate(RECORDINGS):
        recording = build(
            speaker, minutes=minutes, snr_db=snr_db, seed=3000 + number, density=density
        )
        evidence = SpeechEvidence(detector.log_odds(levels_of(recording)))
        rng = np.random.default_rng(number)
        script = script_of(recording, rng)
        right = list(scripts(script, rng, files))
        foreign = []
        for _ in range(wrong):
            starts, ends = draw_film_like_times(rng, int(len(script) * rng.uniform(0.1, 1.2)) + 8)
            nowhere = np.full(len(starts), np.nan)
            zeros = np.zeros(len(starts), int)
            texts = ("",) * len(starts)
            foreign.append(Script(starts, ends, nowhere, zeros, zeros, zeros * 0.0, texts))
        seen = [trial for file in (*right, *foreign) if (trial := observe(evidence, file))]
        print(f"{recording.name}: {len(seen)} trials", flush=True)
        yield from seen


def logistic_regression(inputs: np.ndarray, labels: np.ndarray, ridge: float = 0.3) -> np.ndarray:
    """Fit weights by Newton's method; the first input is the constant and goes unpenalised."""
    weights = np.zeros(inputs.shape[1])
    penalty = ridge * np.r_[1e-6, np.ones(len(weights) - 1)]
    for _ in range(100):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (chance - labels) + penalty * weights
        curvature = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + np.diag(penalty)
        weights = weights - np.linalg.solve(curvature, slope)
    return weights


def report(name: str, weights: np.ndarray, chance: np.ndarray, labels: np.ndarray) -> None:
    """Print weights and a reliability table."""
    print(f"{name}: {np.array2string(weights.round(2), separator=', ')}")
    loss = -np.mean(np.where(labels, np.log(chance + 1e-9), np.log(1 - chance + 1e-9)))
    print(f"  {len(labels)} trials, {labels.mean():.0%} right, log loss {loss:.3f}")
    for low in np.arange(0, 1, 0.1):
        chosen = (chance >= low) & (chance < low + 0.1)
        if chosen.any():
            print(f"  {low:.1f}: {chosen.sum():5d} trials, {labels[chosen].mean():.2f} right")


def main() -> None:
    """Collect, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--wrong", type=int, default=15)
    options = parser.parse_args()
    seen = list(trials(options.files, options.wrong))
    observations = [piece for trial in seen for piece in trial.pieces]
    inputs = np.array([piece.signs.piece_vector() for piece in observations])
    labels = np.array([piece.is_right for piece in observations])
    weights = logistic_regression(inputs, labels)
    chance = 1 / (1 + np.exp(-inputs @ weights))
    report("_PIECE_WEIGHTS", weights, chance, labels)
    shares, first = [], 0
    for trial in seen:
        sizes = [piece.signs.cues for piece in trial.pieces]
        shares.append(np.average(chance[first : first + len(sizes)], weights=sizes))
        first += len(sizes)
    inputs = np.array([t.whole.signs.file_vector(s) for t, s in zip(seen, shares, strict=True)])
    labels = np.array([trial.whole.is_right for trial in seen])
    weights = logistic_regression(inputs, labels)
    chance = 1 / (1 + np.exp(-inputs @ weights))
    report("_FILE_WEIGHTS", weights, chance, labels)
    wrong = np.array([trial.is_wrong_file for trial in seen])
    print(f"highest probability of a wrong file: {chance[wrong].max():.4f}")


if __name__ == "__main__":
    main()
