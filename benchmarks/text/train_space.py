"""Train the phone space: python -m benchmarks.text.train_space [--write].

The same sentences said by people and by espeak-ng are warped onto each other; directions in which
the two agree frame by frame are told from those in which they differ (a linear discriminant), and
with these coordinates the warping is done again. Speakers: Italian prompts ("it"), GRID's, and a
reading of Austen; held out for the figure that is printed: four of GRID's speakers.
"""

import argparse
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from benchmarks.subtitles.prompts import load_prompts
from syncalign.alignment import dtw
from syncalign.features import band_levels
from syncalign.features.cepstra import PHONE_BANK, CepstralNorm
from syncalign.models.phone_space import CONTEXT_FRAMES, DIMENSIONS, beside
from syncalign.streams.synthesis import speak

SOURCES = {"it": "it", "grid": "en", "austen": "en-us"}
HELD_OUT = ("s3", "s30", "s31", "s4")
ROUNDS = 3
TAIL_SAMPLES = 480
#: Every so many of GRID's sentences: they are made of few words.
SHARES = {"grid": 2}


@dataclass(frozen=True)
class Pair:
    """The same sentence said by a person and by the machine."""

    voice: str
    person: np.ndarray  # (T, 117)
    machine: np.ndarray


def pairs() -> list[Pair]:
    """Have every prompt said by the machine too."""
    found = []
    for source, voice in SOURCES.items():
        prompts = load_prompts(source)
        chosen = range(0, len(prompts.texts), SHARES.get(source, 1))
        spoken = speak([prompts.texts[k].split() for k in chosen], voice)
        for k, (samples, phones) in zip(chosen, spoken, strict=True):
            if phones.names:
                machine = context(samples[: phones.ends[-1] + TAIL_SAMPLES])
                person = context(np.asarray(prompts.clips[k], np.float32))
                found.append(Pair(prompts.voices[k], person, machine))
    return found


def context(samples: np.ndarray) -> np.ndarray:
    """Return the cepstra of nine frames beside each other [shape=(T, 117)]."""
    levels = band_levels([SimpleNamespace(samples=samples, start=0.0)], PHONE_BANK)
    norm = CepstralNorm.of(levels, np.ones(len(levels), bool))
    return np.concatenate([beside(part) for part in norm.cepstra(levels, CONTEXT_FRAMES)])


def discriminant(material: list[Pair], paths: list[np.ndarray]) -> np.ndarray:
    """Directions in which people and the machine agree (generalised eigenvectors)."""
    from scipy.linalg import eigh

    apart = np.concatenate(
        [p.person[i[:, 0]] - p.machine[i[:, 1]] for p, i in zip(material, paths, strict=True)]
    )
    within = apart.T @ apart / len(apart)
    total = np.cov(np.concatenate([x for p in material for x in (p.person, p.machine)]).T)
    ridge = 1e-3 * np.trace(within) / len(within) * np.eye(len(within))
    ratio, vectors = eigh(total, within + ridge)
    best = np.argsort(ratio)[::-1][:DIMENSIONS]
    # Independent differences have twice the variance of the total: ratio 1/2 is no agreement.
    return (vectors[:, best] * np.sqrt(np.maximum(ratio[best] - 0.5, 0.01))).astype(np.float32)


def warped(material: list[Pair], projection: np.ndarray) -> list[np.ndarray]:
    """Lay the two sayings of each sentence on each other [shape=(L, 2) each]."""
    return [dtw(p.person @ projection, p.machine @ projection).indices for p in material]


def separation(material: list[Pair], projection: np.ndarray) -> float:
    """Probability that frames of one moment are nearer than frames of two moments (AUROC)."""
    from scipy.stats import rankdata

    rng = np.random.default_rng(1)
    near, far = [], []
    for pair, path in zip(material, warped(material, projection), strict=True):
        person, machine = pair.person @ projection, pair.machine @ projection
        near.append(np.linalg.norm(person[path[:, 0]] - machine[path[:, 1]], axis=1))
        other = machine[rng.permutation(path[:, 1])]
        far.append(np.linalg.norm(person[path[:, 0]] - other, axis=1))
    first, second = np.concatenate(near), np.concatenate(far)
    ranks = rankdata(np.concatenate([first, second]))[: len(first)].sum()
    return 1 - (ranks - len(first) * (len(first) + 1) / 2) / len(first) / len(second)


def learn(material: list[Pair]) -> np.ndarray:
    """Find the projection in which the two agree, warping anew in each round."""
    # To begin with: the cepstra of the frame itself, and how they change.
    size = material[0].person.shape[1] // (2 * CONTEXT_FRAMES + 1)
    projection = np.zeros((material[0].person.shape[1], 2 * size), np.float32)
    for k in (-2, -1, 1, 2):
        row = (CONTEXT_FRAMES + k) * size
        projection[row : row + size, size:] = np.eye(size) * k * 0.3
    middle = CONTEXT_FRAMES * size
    projection[middle : middle + size, :size] = np.eye(size)
    for _ in range(ROUNDS):
        projection = discriminant(material, warped(material, projection))
    return projection


def main() -> None:
    """Learn, tell the separation on held-out speakers, write the weights if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace the weights in the package")
    options = parser.parse_args()
    material = pairs()
    held = [p for p in material if p.voice in HELD_OUT]
    projection = learn([p for p in material if p.voice not in HELD_OUT])
    print(
        f"{len(material)} clips; separation on held-out speakers {separation(held, projection):.4f}"
    )
    if options.write:
        from pathlib import Path

        from safetensors.numpy import save_file

        import syncalign.models

        folder = Path(syncalign.models.__file__).parent
        save_file(
            {"projection": np.ascontiguousarray(learn(material))},
            folder / "phone_space.safetensors",
        )


if __name__ == "__main__":
    main()
