"""Train the speech detector that ships with the package, and write its weights.

Trained on Italian prompts and GRID sentences (nine voices), judged on Spanish prompts, a voice and
a language it never heard; English, French and Russian prompts are not touched. Needs torch::

    SYNCALIGN_GRID=FOLDER python -m benchmarks.subtitles.train_detector
"""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from safetensors.numpy import save_file

from benchmarks.subtitles.material import Recording, iterate
from syncalign.features import above_floor, band_levels
from syncalign.models.speech_detector import SpeechDetector, context
from syncalign.timebase import Features

TRAINING = ("it", "grid")
JUDGED = ("es",)
SNR_DB = (25, 6, 12, 3, 18, 9)
KEPT = 0.3  # share of the frames without an onset that are learned from
HIDDEN = 32


def levels_of(recording: Recording) -> Features:
    """Band levels of a recording, as decoding would give them."""
    return band_levels([SimpleNamespace(samples=recording.samples, start=0.0)])


def labels_of(recording: Recording, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return per frame: speech is active, speech begins (within 10 ms), the latter is certain."""
    active, begins = np.zeros(count, bool), np.zeros(count, bool)
    certain = np.ones(count, bool)
    for start, end in zip(recording.starts, recording.ends, strict=True):
        first, stop = round(start * 100), round(end * 100)
        active[first:stop] = True
        certain[max(first - 4, 0) : first + 5] = False
        begins[max(first - 1, 0) : first + 2] = True
    return active, begins, certain | begins


def examples(recordings: Iterable[Recording], rng: np.random.Generator) -> Iterator[tuple]:
    """Yield inputs, labels and weights of each recording, as it is and with its bands tilted."""
    for recording in recordings:
        levels = levels_of(recording)
        active, begins, certain = labels_of(recording, len(levels))
        for tilt in (0.0, 0.2):
            shift = rng.normal(0, tilt, 12).astype(np.float32) if tilt else np.zeros(12, np.float32)
            chunks = [context(np.maximum(h + shift, 0)) for h in above_floor(levels)]
            chosen = begins | (rng.random(len(levels)) < KEPT)
            weight = np.where(begins, 1.0, 1 / KEPT)
            yield (
                np.concatenate(chunks)[chosen].astype(np.float32),
                np.stack([active, begins], 1)[chosen].astype(np.float32),
                np.stack([weight, weight * certain], 1)[chosen].astype(np.float32),
            )


def train(
    inputs: np.ndarray, labels: np.ndarray, weights: np.ndarray, epochs: int
) -> SpeechDetector:
    """Fit the network by cross-entropy."""
    import torch

    torch.manual_seed(0)
    mean, deviation = inputs.mean(0), inputs.std(0) + 0.05
    x = torch.from_numpy((inputs - mean) / deviation)
    y, w = torch.from_numpy(labels), torch.from_numpy(weights)
    base = (labels * weights).sum(0) / weights.sum(0)
    net = torch.nn.Sequential(
        torch.nn.Linear(x.shape[1], HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 2)
    )
    with torch.no_grad():
        net[2].bias.copy_(torch.from_numpy(np.log(base / (1 - base)).astype(np.float32)))
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-4)
    batch = 1024
    steps = epochs * (len(x) // batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    scale = torch.tensor([1.0, 3.0])
    for epoch in range(epochs):
        order = torch.randperm(len(x))
        total = 0.0
        for first in range(0, len(x) - batch, batch):
            chosen = order[first : first + batch]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                net(x[chosen]), y[chosen], weight=w[chosen] * scale
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        print(f"epoch {epoch}: loss {total / (len(x) // batch):.4f}", flush=True)
    hidden, output = net[0], net[2]
    weight = hidden.weight.detach().numpy().T / deviation[:, None]
    return SpeechDetector(
        hidden_weight=np.ascontiguousarray(weight, np.float32),
        hidden_bias=(hidden.bias.detach().numpy() - mean @ weight).astype(np.float32),
        output_weight=np.ascontiguousarray(output.weight.detach().numpy().T, np.float32),
        output_bias=(output.bias.detach().numpy() - np.log(base / (1 - base))).astype(np.float32),
    )


def area_under_curve(score: np.ndarray, label: np.ndarray) -> float:
    """Probability that a positive scores above a negative."""
    order = np.argsort(score, kind="stable")
    rank = np.empty(len(score))
    rank[order] = np.arange(1, len(score) + 1)
    positive = label.sum()
    return float((rank[label].sum() - positive * (positive + 1) / 2) / (positive * (~label).sum()))


def judge(detector: SpeechDetector, recordings: Iterable[Recording]) -> dict[str, float]:
    """Areas under the curve, and the mean onset evidence in nats at true onsets."""
    activity, onset, nats = [], [], []
    for recording in recordings:
        odds = detector.log_odds(levels_of(recording)).values
        active, begins, certain = labels_of(recording, len(odds))
        activity.append(area_under_curve(odds[:, 0], active))
        onset.append(area_under_curve(odds[certain, 1], begins[certain]))
        nats.append(float(odds[begins, 1].mean()))
    return {
        "activity_auc": float(np.mean(activity)),
        "onset_auc": float(np.mean(onset)),
        "onset_nats": float(np.mean(nats)),
    }


def main() -> None:
    """Train, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=None)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=6)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    training = iterate(
        TRAINING,
        minutes=30,
        snr_db=SNR_DB,
        seeds=range(1000, 1000 + options.seeds),
        density=(None, 0.25),
    )
    inputs, labels, weights = (
        np.concatenate(part) for part in zip(*examples(training, rng), strict=True)
    )
    print(f"{len(inputs)} examples, {int(labels[:, 1].sum())} of them onsets", flush=True)
    detector = train(inputs, labels, weights, options.epochs)
    for name in (*TRAINING, *JUDGED):
        for snr_db in (25, 6, 3):
            judged = iterate([name], minutes=20, snr_db=(snr_db,), seeds=[2000])
            print(name, snr_db, judge(detector, judged), flush=True)
    import syncalign.models

    folder = Path(syncalign.models.__file__).parent
    save_file(
        {field: getattr(detector, field) for field in SpeechDetector.__slots__},
        options.output or folder / "speech_detector.safetensors",
    )


if __name__ == "__main__":
    main()
