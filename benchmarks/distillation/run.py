"""A lip reader of 35 letters and digits of GRID with 140 labels: alone, and taught by a voice.

    SYNCALIGN_GRID=FOLDER bin/bench distillation [--teacher audio|whisper] [--jobs 2] [--out FILE]

Speaker s1, split by clip as benchmarks/fusion does: seed n holds out fold n of five, so that every
word is judged once, by networks that have not learned from its clip. 140 of the words to learn from
are labelled, drawn by lot anew with each seed; of the others only sound and picture are used. Rows:
the student alone, the student distilled by a strong teacher (all labels of the training side) and
by one that saw the same 140 labels, both teachers, and the lip reader with all labels. All rows
take as many steps, by the same plan, and student rows begin from the same weights. Intervals are
paired bootstraps over clips. A seed that is done is kept in the benchmark cache.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from benchmarks.cache import cache_folder
from benchmarks.fusion.run import FOLDS, SPEAKER, draws, interval, material
from syncalign.cache import Cache
from syncalign.models.fusion.clip import read_clip
from syncalign.models.lipsync.belonging import is_foreign
from syncalign.training.dataset.splitting import recording_folds
from syncalign.training.distillation.recipe import DistillationRecipe
from syncalign.training.distillation.rows import Rows
from syncalign.training.distillation.teaching import lessons

SEEDS, LABELS = 5, 140
STRONG, EQUAL = "strong", "equal"
#: Least gains over the student alone, in points.
TARGETS = {STRONG: 18.0, EQUAL: 7.0}
_RECIPE = DistillationRecipe(seeds=SEEDS, device="cpu")


@dataclass(frozen=True)
class Seed:
    """What every row of a seed said: by name, an array [windows]; and what it took."""

    said: dict[str, np.ndarray]
    labels: np.ndarray
    clips: np.ndarray
    counts: dict[str, float]


def main() -> None:
    """Run the seeds that are not done yet, and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teacher", choices=["audio", "whisper"], default="audio")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=_RECIPE.epochs)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    material()  # read once, by one process, into the cache
    with ProcessPoolExecutor(chosen.jobs, get_context("spawn")) as pool:
        done = list(pool.map(partial(seed, chosen.teacher, chosen.epochs), range(SEEDS)))
    report = {"teacher": chosen.teacher, "rows": table(done), "claims": claims(done)}
    if chosen.out:
        chosen.out.write_text(json.dumps(report, indent=1))


def seed(teacher: str, epochs: int, number: int) -> Seed:
    """Train and judge the rows of a seed, on the fold that it holds out."""
    mark = hashlib.sha256(repr((_RECIPE, teacher, epochs, LABELS)).encode()).hexdigest()[:12]
    kept = cache_folder("distillation") / f"seed-{number}-{mark}.npz"
    if kept.exists():
        return read_seed(kept)
    torch.set_num_threads(1)
    began = time.process_time()
    windows, _ = material()
    which = recording_folds(windows, FOLDS)
    learned, held_out = (
        windows.chosen(np.flatnonzero(part)) for part in (which != number, which == number)
    )
    recipe = DistillationRecipe(
        labels=LABELS / len(learned), epochs=epochs, seeds=SEEDS, device="cpu"
    )
    cache = Cache(cache_folder("fusion", "clips"), 20 << 30)
    paths = [example.path for example in learned.collection.examples]
    foreign = {path: is_foreign(read_clip(path, cache=cache)) for path in dict.fromkeys(paths)}
    belongs = np.array([not foreign[path] for path in paths])
    held = lessons(learned, held_out, encode=whisper() if teacher == "whisper" else None)
    classes = len(windows.collection.classes)
    outcomes = Rows(held, belongs, classes, recipe, number).outcomes()
    said, counts = {}, {"foreign": float((~belongs).sum())}
    for one in outcomes:
        strength = STRONG if max(one.teacher_labels or 0, one.labels) > LABELS else EQUAL
        name = f"{one.row} {strength}" if one.row in ("distilled", "teacher") else one.row
        said[name] = one.said
        if one.row == "distilled":
            counts[f"unsure {strength}"] = float(one.unsure)
    counts["seconds"] = time.process_time() - began
    found = Seed(said, held.judged.labels, held.judged.recordings, counts)
    write_seed(kept, found)
    print(f"seed {number} done, {counts['seconds']:.0f} s of CPU", flush=True)
    return found


def whisper():
    """Return the encoder of Whisper tiny.en."""
    from syncalign.models.whisper_features import features_by_whisper

    return features_by_whisper("tiny.en", device="cpu")


def write_seed(path: Path, found: Seed) -> None:
    """Keep what a seed said."""
    arrays = {f"said|{name}": said for name, said in found.said.items()}
    arrays |= {f"count|{name}": np.array(value) for name, value in found.counts.items()}
    np.savez(path, labels=found.labels, clips=found.clips, **arrays)


def read_seed(path: Path) -> Seed:
    """Read what :func:`write_seed` kept."""
    with np.load(path) as held:
        parts = {"said": {}, "count": {}}
        for name in held.files:
            kind, _, rest = name.partition("|")
            if rest:
                parts[kind][rest] = held[name]
        counts = {name: float(value) for name, value in parts["count"].items()}
        return Seed(parts["said"], held["labels"], held["clips"], counts)


def table(done: list[Seed]) -> list[dict[str, object]]:
    """Print how often each row is right, mean and deviation over seeds, and return it."""
    words = sum(len(one.labels) for one in done)
    print(f"\n{SPEAKER}, {words} words, each held out once; {LABELS} labels; % right")
    rows = []
    for name in done[0].said:
        shares = np.array([100 * (one.said[name] == one.labels).mean() for one in done])
        print(f"{name:20}{shares.mean():8.1f} ± {shares.std(ddof=1):.1f}")
        rows.append({"row": name, "accuracy": shares.mean(), "deviation": shares.std(ddof=1),
                     "seeds": shares.tolist()})  # fmt: skip
    for name in done[0].counts:
        values = [one.counts[name] for one in done]
        print(f"{name}: {', '.join(f'{value:.0f}' for value in values)}")
    return rows


def claims(done: list[Seed]) -> list[dict[str, object]]:
    """Hold the targets to the gains that were measured: PASS or MISS, with intervals."""
    clips = np.concatenate([one.clips for one in done])
    weights = draws(clips)
    print("\ngain over the student alone (95 % paired bootstrap over clips; gain of each seed)")
    found = []
    for strength, least in TARGETS.items():
        gains = [
            (one.said[f"distilled {strength}"] == one.labels).astype(float)
            - (one.said["alone"] == one.labels)
            for one in done
        ]
        low, high = interval(np.concatenate(gains), weights)
        by_seed = [100 * gain.mean() for gain in gains]
        mean = float(np.mean(by_seed))
        verdict = "PASS" if mean >= least else "MISS"
        told = ", ".join(f"{gain:+.1f}" for gain in by_seed)
        print(f"{verdict}  {strength} teacher, at least {least:g} points: {mean:+.1f} "
              f"[{low:+.1f}, {high:+.1f}]; {told}")  # fmt: skip
        found.append({"claim": f"{strength} teacher, at least {least:g} points", "value": mean,
                      "interval": [low, high], "seeds": by_seed, "met": mean >= least})  # fmt: skip
    return found


if __name__ == "__main__":
    main()
