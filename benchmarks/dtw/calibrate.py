"""Fit the verdict's probability, and report it on other speakers and other music.

    python -m benchmarks.dtw.calibrate --fit 300 --report 600

Fitting: Italian prompts, GRID speakers s1 s3 s31 s33, two pieces of music. Reporting: Spanish
prompts, GRID speakers s2 s4 s30 s32, three other pieces. As many related pairs as unrelated ones.
"""

import argparse
import contextlib
import json
from pathlib import Path

import numpy as np

from benchmarks.dtw.sounds import DAMAGES, Pair, related, unrelated
from benchmarks.subtitles.prompts import RATE
from syncalign.alignment.signal_verdict import WarpingVerdict, judge_relation
from syncalign.features import band_levels, sound_profile
from syncalign.media import AudioBlock
from syncalign.pipelines.signals import TRUSTED, WORTH_SHOWING


def trials(side: str, count: int, seconds: tuple[float, float]):
    """Yield pairs, related and unrelated in turn, lengths spread evenly on a log scale."""
    for number in range(count):
        rng = np.random.default_rng([5, side == "fit", number])
        length = float(np.exp(rng.uniform(*np.log(seconds))))
        yield unrelated(side, length, rng)
        yield related(side, length, DAMAGES[number % len(DAMAGES)], rng)


def profile(samples: np.ndarray) -> np.ndarray:
    """Return the frames that the pipeline compares."""
    block = AudioBlock(np.clip(samples, -1, 1).astype(np.float32), 0.0)
    return np.asarray(sound_profile(band_levels([block])).values, np.float64)


def judged(pair: Pair) -> WarpingVerdict:
    """Return the verdict on a pair."""
    return judge_relation(profile(pair.reference), profile(pair.query))


def fitted(signs: np.ndarray, is_related: np.ndarray, ridge: float = 1e-2) -> np.ndarray:
    """Fit a logistic regression by Newton's method."""
    weights = np.zeros(signs.shape[1])
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(signs @ weights, -30, 30)))
        gradient = signs.T @ (is_related - p) - ridge * weights
        curvature = (signs * (p * (1 - p))[:, None]).T @ signs + ridge * np.eye(len(weights))
        weights += np.linalg.solve(curvature, gradient)
    return weights


def run(side: str, count: int, seconds: tuple[float, float], keep: Path | None) -> list[dict]:
    """Judge the pairs of one side."""
    rows = []
    with contextlib.ExitStack() as files:
        file = keep and files.enter_context(keep.open("w", buffering=1))
        for pair in trials(side, count, seconds):
            verdict = judged(pair)
            minutes = [len(s) / RATE / 60 for s in (pair.reference, pair.query)]
            rows.append(
                {"name": pair.name, "related": pair.related, "unrelated": verdict.unrelated,
                 "signs": verdict.signs.tolist(), "gain": verdict.gain, "minutes": minutes}
            )  # fmt: skip
            if file:
                print(json.dumps(rows[-1]), file=file)
    return rows


def report(rows: list[dict]) -> None:
    """Print the shares refused and the calibration."""
    is_related = np.array([row["related"] for row in rows])
    p = 1 - np.array([row["unrelated"] for row in rows])
    print(f"unrelated pairs: {np.sum(~is_related)}, related pairs: {np.sum(is_related)}")
    print(f"unrelated refused (exit 4): {np.mean(p[~is_related] < TRUSTED):.2%}, "
          f"of these 'refused': {np.mean(p[~is_related] < WORTH_SHOWING):.2%}")  # fmt: skip
    print(f"related refused (exit 4): {np.mean(p[is_related] < TRUSTED):.2%}, "
          f"of these 'refused': {np.mean(p[is_related] < WORTH_SHOWING):.2%}")  # fmt: skip
    order = np.argsort(p)
    bins = np.array_split(order, 10)
    error = sum(len(b) * abs(p[b].mean() - is_related[b].mean()) for b in bins) / len(p)
    print(f"expected calibration error, 10 bins of equal mass: {error:.4f}")
    wrong = [r for r, q in zip(rows, p, strict=True) if (q >= TRUSTED) != r["related"]]
    for row in wrong:
        print("  wrong:", row["name"], [f"{m:.1f} min" for m in row["minutes"]], row["signs"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fit", type=int, default=300, help="pairs of either kind to fit on")
    parser.add_argument("--report", type=int, default=600, help="pairs of either kind to report on")
    parser.add_argument("--seconds", type=float, nargs=2, default=(20.0, 150.0))
    parser.add_argument("--keep", type=Path, help="folder for the rows, one JSON a line")
    given = parser.parse_args()
    if given.fit:
        rows = run("fit", given.fit, given.seconds, given.keep and given.keep / "fit.jsonl")
        signs = np.array([row["signs"] for row in rows])
        print("weights:", fitted(signs, np.array([row["related"] for row in rows])).round(2))
    if given.report:
        report(
            run("report", given.report, given.seconds, given.keep and given.keep / "report.jsonl")
        )
