"""35 letters and digits of GRID by voice, mouth and both, from clean sound to -5 dB of babble.

    SYNCALIGN_GRID=FOLDER bin/bench fusion [--jobs 2] [--out FILE]

Speaker s1: five folds by clip, three seeds (the ways of fusion beside mid: one), all systems
trained on the same windows by the same recipe; the audio baseline is trained with noise and, beside
it, on clean sound alone. Every clip is judged once, by networks that have not learned from it,
under babble of its own fold's other clips. The targets are held to ``model``, the three networks of
mid fusion together, as a trained model answers; comparisons are of single networks, the mean over
seeds. Intervals are paired bootstraps over clips. The seven other speakers are
never learned from: what the folds' models make of them is the held-out figure. Clips whose marks
don't agree with the sound (``align_r`` below 0.5) are left out. A fold that is done is kept in the
benchmark cache, and not done again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from benchmarks.cache import MaterialMissingError, cache_folder
from syncalign.cache import Cache
from syncalign.models.fusion.answers import Member
from syncalign.models.fusion.facts import FactCoder
from syncalign.models.fusion.front_end import FrontEnd
from syncalign.models.fusion.networks import built
from syncalign.models.fusion.window import WindowShape
from syncalign.results.fusion import snr_name
from syncalign.training.dataset import read_collection
from syncalign.training.dataset.splitting import recording_folds
from syncalign.training.dataset.windows import Windows, read_windows
from syncalign.training.fusion.judging import TOGETHER, Judged, judged
from syncalign.training.fusion.objective import FusionObjective
from syncalign.training.fusion.prepared import (
    TRAINED_SNRS,
    Prepared,
    prepared_to_judge,
    prepared_to_learn,
)
from syncalign.training.fusion.recipe import FUSIONS, FusionRecipe
from syncalign.training.fusion.systems import trained_member
from syncalign.training.loop import train

FOLDS, SEEDS, SPEAKER = 5, 3, "s1"
ROWS, MARGIN = 18, 2  # 0.72 s
TARGETS = {"clean": 92.0, "0": 86.0, "-5": 84.0}
MAIN = "mid"
CLEAN = "audio, clean"  # the baseline that has never heard babble
_DRAWS = 4000
_NO_FACTS = FactCoder({}, {})
_RECIPE = FusionRecipe(fusion=(MAIN,), device="cpu")
_OTHERS = tuple(name for name in FUSIONS if name != MAIN)


@dataclass(frozen=True)
class Answers:
    """What every system said: by (system, missing), an array [seeds, noise, windows]."""

    said: dict[tuple[str, str | None], np.ndarray]
    labels: np.ndarray
    clips: np.ndarray


def main() -> None:
    """Run the folds that are not done yet, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=_RECIPE.epochs)
    parser.add_argument("--folds", type=int, default=FOLDS, help="only the first so many of five")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    began = time.perf_counter()
    recipe = replace(_RECIPE, epochs=chosen.epochs)
    material()  # read once, by one process, into the cache
    read = time.perf_counter()
    with ProcessPoolExecutor(chosen.jobs, get_context("spawn")) as pool:
        done = list(pool.map(partial(fold, recipe), range(chosen.folds)))
    own, others = (joined([part[n] for part in done]) for n in range(2))
    print(f"reading {read - began:.0f} s, training and judging {time.perf_counter() - read:.0f} s")
    report = {"own": table(own, f"{SPEAKER}, {chosen.folds} of {FOLDS} folds by clip")}
    report["others"] = table(others, "seven other speakers, never heard")
    report["claims"] = claims(own)
    if chosen.out:
        chosen.out.write_text(json.dumps(report, indent=1))


def material() -> tuple[Windows, Windows]:
    """Return the windows of the speaker, and those of the seven others."""
    folder = os.environ.get("SYNCALIGN_GRID")
    if not folder:
        raise MaterialMissingError("name a folder of GRID by $SYNCALIGN_GRID")
    cache = Cache(cache_folder("fusion", "clips"), 20 << 30)
    collection = read_collection(folder)
    return tuple(
        read_windows(part, WindowShape(ROWS, MARGIN), cache=cache)
        for part in (
            collection.where(lambda example: example.speaker == SPEAKER),
            collection.where(lambda example: example.speaker != SPEAKER),
        )
    )


def fold(recipe: FusionRecipe, number: int) -> tuple[Answers, Answers]:
    """Train on four fifths of the speaker, and judge the fifth and the other speakers."""
    mark = hashlib.sha256(repr((recipe, SEEDS)).encode()).hexdigest()[:12]
    kept = cache_folder("fusion") / f"fold-{number}-{mark}.npz"
    if kept.exists():
        return read_answers(kept)
    torch.set_num_threads(1)
    windows, others = material()
    which = recording_folds(windows, FOLDS)
    learned, held_out = (
        windows.chosen(np.flatnonzero(part)) for part in (which != number, which == number)
    )
    classes = windows.collection.classes
    front = FrontEnd.fitted(learned.sounds, learned.lips, learned.pictures)
    noisy = prepared_to_learn(learned, classes, front, _NO_FACTS)
    clean = prepared_to_learn(learned, classes, front, _NO_FACTS, (np.inf,))
    members, unused_to_noise = [], []
    for seed in range(SEEDS):
        members.append(trained_member(noisy, len(classes), recipe, seed)[0])
        unused_to_noise.append(audio_alone(clean, len(classes), recipe, seed))
        print(f"fold {number}, seed {seed} done", flush=True)
    ways = replace(recipe, fusion=_OTHERS, table=None)
    compared = [trained_member(noisy, len(classes), ways)[0]]
    found = []
    for judge_by in (held_out, others):
        prepared = prepared_to_judge(judge_by, classes, front, _NO_FACTS, TRAINED_SNRS)
        answers = [
            *judged(members, prepared, len(classes), MAIN),
            *(
                one
                for one in judged(compared, prepared, len(classes), _OTHERS[0])
                if one.system in _OTHERS
            ),
            clean_audio(unused_to_noise, prepared, len(classes)),
        ]
        said = {(one.system, one.missing): one.said for one in answers}
        found.append(Answers(said, prepared.labels, prepared.recordings))
    write_answers(kept, found)
    return found[0], found[1]


def audio_alone(prepared: Prepared, classes: int, recipe: FusionRecipe, seed: int) -> Member:
    """Train the voice alone."""
    network = built("audio", classes, 0, seed)
    return Member(
        {"audio": train(network, FusionObjective(prepared, 0.0), recipe.plan(seed)).network}
    )


def clean_audio(members: list[Member], prepared: Prepared, classes: int) -> Judged:
    """Return what audio that was trained on clean sound says."""
    everything = np.arange(len(prepared))
    said = [
        [
            member.probabilities("audio", prepared.plain(everything, state), classes).argmax(1)
            for state in range(prepared.sounds.shape[1])
        ]
        for member in members
    ]
    return Judged(CLEAN, None, np.array(said))


def write_answers(path: Path, found: list[Answers]) -> None:
    """Keep the answers of a fold."""
    arrays = {}
    for number, answers in enumerate(found):
        arrays[f"{number}|labels"], arrays[f"{number}|clips"] = answers.labels, answers.clips
        for (system, missing), said in answers.said.items():
            arrays[f"{number}|said|{system}|{missing or ''}"] = said
    np.savez(path, **arrays)


def read_answers(path: Path) -> tuple[Answers, Answers]:
    """Read what :func:`write_answers` kept."""
    found = []
    with np.load(path) as held:
        for number in range(2):
            said = {}
            for name in held.files:
                if name.startswith(f"{number}|said|"):
                    _, _, system, missing = name.split("|")
                    said[system, missing or None] = held[name]
            found.append(Answers(said, held[f"{number}|labels"], held[f"{number}|clips"]))
    return found[0], found[1]


def joined(parts: list[Answers]) -> Answers:
    """Put the folds together."""
    said = {
        key: np.concatenate([part.said[key] for part in parts], axis=2) for key in parts[0].said
    }
    labels = np.concatenate([part.labels for part in parts])
    return Answers(said, labels, np.concatenate([part.clips for part in parts]))


def table(answers: Answers, title: str) -> list[dict[str, object]]:
    """Print how often each system is right, mean and deviation over seeds, and return it."""
    clips = len(np.unique(answers.clips))
    names = [snr_name(snr) for snr in TRAINED_SNRS]
    print(f"\n{title}: {len(answers.labels)} words, {clips} clips; % right (sd over seeds)")
    print(f"{'':24}" + "".join(f"{name:>14}" for name in names))
    rows = []
    for (system, missing), said in answers.said.items():
        shares = 100 * (said == answers.labels).mean(axis=2)
        means = shares.mean(axis=0)
        spread = shares.std(axis=0, ddof=1) if len(shares) > 1 else [None] * len(means)
        cells = [
            f"{mean:.1f}" if sd is None else f"{mean:.1f} ± {sd:.1f}"
            for mean, sd in zip(means, spread, strict=True)
        ]
        name = system if missing is None else f"{system} without {missing}"
        print(f"{name:24}" + "".join(f"{cell:>14}" for cell in cells))
        rows += [
            {"system": system, "missing": missing, "snr": snr, "accuracy": mean, "deviation": sd}
            for snr, mean, sd in zip(names, means, spread, strict=True)
        ]
    return rows


def claims(answers: Answers) -> list[dict[str, object]]:
    """Hold the targets to what was measured: PASS or MISS, with intervals."""
    right = {
        key: (said == answers.labels).mean(axis=0) for key, said in answers.said.items()
    }  # [noise, windows]: the share of the seeds
    weights = draws(answers.clips)
    found = []

    def claim(what: str, values: np.ndarray, least: float, *, by_interval: bool) -> None:
        mean, (low, high) = 100 * values.mean(), interval(values, weights)
        is_met = (high if by_interval else mean) >= least
        print(f"{'PASS' if is_met else 'MISS'}  {what}: {mean:+.1f} [{low:+.1f}, {high:+.1f}]")
        found.append({"claim": what, "value": mean, "interval": [low, high], "met": bool(is_met)})

    print(f"\nclaims on {SPEAKER} (mean over seeds, 95 % paired bootstrap over clips)")
    for number, snr in enumerate(map(snr_name, TRAINED_SNRS)):
        fused = right[MAIN, None][number]
        if snr in TARGETS:
            claim(
                f"{TOGETHER}, {snr}, at least {TARGETS[snr]:g} %",
                right[TOGETHER, None][number],
                TARGETS[snr],
                by_interval=False,
            )
        singles = {key: right[key, None][number] for key in ("audio", CLEAN, "video")}
        better = max(singles, key=lambda key: singles[key].mean())
        claim(
            f"{MAIN} against {better}, {snr}, not below 0",
            fused - singles[better],
            0,
            by_interval=True,
        )
        for missing, single in (("audio", "video"), ("video", "audio")):
            difference = right[MAIN, missing][number] - singles[single]
            claim(f"{MAIN} without {missing} against {single}, {snr}, at least -3",
                  difference, -3, by_interval=False)  # fmt: skip
        claim(f"table against {MAIN}, {snr}, at least -3", right["table", None][number] - fused, -3,
              by_interval=False)  # fmt: skip
    return found


def draws(clips: np.ndarray) -> np.ndarray:
    """Return how often each window is drawn in each bootstrap over clips [draws, windows]."""
    known, which = np.unique(clips, return_inverse=True)
    lot = np.random.default_rng(0)
    counts = lot.multinomial(len(known), np.full(len(known), 1 / len(known)), _DRAWS)
    return counts[:, which]


def interval(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of a mean, in percent."""
    means = 100 * (weights @ values) / weights.sum(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


if __name__ == "__main__":
    main()
