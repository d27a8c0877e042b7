"""The same recording, damaged: how well its place is found and what is foreign kept out.

    python -m benchmarks.dtw.recordings --minutes 10 --seeds 3 --sides report

Real voices and music, synthetic mix (see `sounds`). Every query is the reference with noise of its
own at 20 dB, and damaged. An error is that of the time map at a frame of the query that has a place
in the reference; frames that the map leaves undefined are counted apart.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.dtw.sounds import (
    RATE,
    SIDES,
    clips_of,
    coded,
    music,
    noise,
    read_at,
    speech,
    warp,
    with_noise,
)
from syncalign.features import band_levels, sound_profile
from syncalign.media import AudioBlock
from syncalign.pipelines.signals import align_features
from syncalign.timebase import Features

STRETCH = 20 * RATE
Truth = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class Case:
    """A damaged recording and, for its every second, the second of the reference."""

    name: str
    query: np.ndarray
    truth: Truth
    kinds: tuple[str, ...]


def features_of(samples: np.ndarray) -> Features:
    """Return what the pipeline compares."""
    return sound_profile(band_levels([AudioBlock(np.clip(samples, -1, 1).astype(np.float32), 0.0)]))


def cases(samples: np.ndarray, foreign: np.ndarray, rng: np.random.Generator) -> list[Case]:
    """Damage a recording in the ways of the list."""
    size = len(samples)
    cut = int(rng.uniform(0.3, 0.6) * size)
    at, late = cut / RATE, float(rng.uniform(1, 10))
    place = warp(size, rng)
    rate = float(rng.choice([0.995, 1.005]))
    delayed = np.concatenate([noise(round(late * RATE), rng) / 8, samples])
    late = (len(delayed) - size) / RATE
    seconds = STRETCH / RATE

    def inserted(t: np.ndarray) -> np.ndarray:
        return np.where(t < at, t, np.where(t < at + seconds, np.nan, t - seconds))

    return [
        Case("encoded (Opus 16 kbit/s)", coded(samples), lambda t: t, ("identity",)),
        Case("noise at 5 dB", with_noise(samples, 5, rng), lambda t: t, ("identity",)),
        Case("delayed", delayed, lambda t: t - late, ("offset",)),
        Case("an excerpt", samples[cut : cut + size // 3], lambda t: t + at, ("offset",)),
        Case("resampled by 0.5 %", read_at(samples, np.arange(0, size - 1, rate)),
             lambda t: t * rate, ("rate",)),
        Case("20 s foreign inserted", np.insert(samples, cut, foreign), inserted, ("pieces",)),
        Case("20 s missing", np.delete(samples, slice(cut, cut + STRETCH)),
             lambda t: np.where(t < at, t, t + seconds), ("pieces",)),
        Case("pace varies by up to 4 %", read_at(samples, place),
             lambda t: np.interp(t, np.arange(len(place)) / RATE, place / RATE), ("warp",)),
    ]  # fmt: skip


def measured(reference: Features, case: Case, rng: np.random.Generator) -> dict:
    """Align and compare with the truth."""
    query = features_of(with_noise(case.query, 20, rng))
    began = time.process_time()
    result = align_features(reference, query)
    seconds = time.process_time() - began
    times = query.grid.times
    truth = case.truth(times)
    truth = np.where((truth < 0) | (truth > reference.grid.end), np.nan, truth)
    found = result.time_map.map_array(times)
    has_place = np.isfinite(truth)
    ties = [(tie.interval, float(case.truth(np.array([tie.source]))[0])) for tie in result.ties]
    held = [interval.start <= at <= interval.end for interval, at in ties if np.isfinite(at)]
    error = np.abs(found - truth)[has_place & np.isfinite(found)] * 1000
    return {
        "case": case.name,
        "right kind": result.kind in case.kinds and result.status == "aligned",
        "errors": error,
        "undefined": np.isnan(found[has_place]).mean(),
        "foreign mapped": np.isfinite(found[~has_place]).mean() if np.any(~has_place) else 0.0,
        "skipped": sum(s.duration for s in (*result.skipped_query, *result.skipped_reference)),
        "held": held,
        "widths": [interval.duration * 1000 for interval, _ in ties],
        "seconds": seconds,
    }


def recording(side: str, kind: str, seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Make a recording: prompts of one speaker, GRID clips of one, or music."""
    if kind == "music":
        parts = [music(piece, 240, rng) for piece in SIDES[side]["music"]]
        return np.concatenate(parts)[: round(seconds * RATE)]
    half = "train" if kind == "prompts" else str(rng.choice(SIDES[side]["voices"]))
    return speech(clips_of(side, kind, half), seconds, rng)


def table(rows: list[dict]) -> None:
    """Print one line a case."""
    print("| case | pairs | right kind | error median / 99 % / largest ms | beyond 40 ms "
          "| undefined | foreign mapped | skipped s | ties right | width, median ms | CPU s |"
    )  # fmt: skip
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for name in dict.fromkeys(row["case"] for row in rows):
        own = [row for row in rows if row["case"] == name]
        errors = np.concatenate([row["errors"] for row in own])
        if not len(errors):
            errors = np.array([np.nan])
        middle, most, largest = np.percentile(errors, [50, 99, 100])
        means = {
            k: np.mean([r[k] for r in own]) for k in ("undefined", "foreign mapped", "seconds")
        }
        width = np.median([width for row in own for width in row["widths"]])
        skipped = ", ".join(f"{row['skipped']:.2f}" for row in own[:4])
        print(f"| {name} | {len(own)} | {sum(row['right kind'] for row in own)} "
              f"| {middle:.1f} / {most:.1f} / {largest:.1f} | {np.mean(errors > 40):.3%} "
              f"| {means['undefined']:.3%} | {means['foreign mapped']:.3%} | {skipped} "
              f"| {np.mean([h for r in own for h in r['held']]):.1%} | {width:.0f} "
              f"| {means['seconds']:.1f} |")  # fmt: skip


def run(side: str, minutes: float, seeds: int, kinds: list[str]) -> list[dict]:
    """Measure all cases of one side."""
    rows = []
    for kind in kinds:
        for seed in range(seeds):
            rng = np.random.default_rng([7, seed, side == "fit", len(kind)])
            clean = recording(side, kind, minutes * 60, rng)
            reference = features_of(with_noise(clean, 25, rng))
            foreign = speech(clips_of(side, "prompts", "test"), STRETCH / RATE, rng)
            rows += [measured(reference, case, rng) for case in cases(clean, foreign, rng)]
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sides", nargs="+", choices=list(SIDES), default=["report"])
    parser.add_argument("--kinds", nargs="+", default=["prompts", "voices", "music"])
    given = parser.parse_args()
    for side in given.sides:
        print(f"{side}: {given.minutes:g} minutes, {', '.join(given.kinds)}")
        table(run(side, given.minutes, given.seeds, given.kinds))
