"""Whether a confidence means what it says: calibration of files and pieces, and its plot."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.subtitles.score import FileScore


@dataclass(frozen=True, slots=True)
class Calibration:
    """Expected calibration error with a 95 % bootstrap interval, and its bins.

    `bins` holds (mean confidence, share of successes, trials) of each.
    """

    ece: float
    interval: tuple[float, float]
    bins: tuple[tuple[float, float, int], ...]
    trials: int


def calibrate_files(scores: Iterable[FileScore]) -> Calibration | None:
    """Judge the confidences of all files, wrong ones included, by what their time maps did."""
    return calibrate([(s.confidence, s.guess_success) for s in scores if s.confidence is not None])


def calibrate_pieces(scores: Iterable[FileScore]) -> Calibration | None:
    """Judge the confidences of all pieces reported, those of wrong files included."""
    return calibrate([(piece.confidence, piece.right) for s in scores for piece in s.pieces])


def calibrate(
    trials: list[tuple[float, bool]], *, bins: int = 10, draws: int = 1000
) -> Calibration | None:
    """Judge pairs of (confidence, whether it was right) in `bins` bins of equal mass.

    None for fewer trials than bins.
    """
    if len(trials) < bins:
        return None
    told, true = np.array(trials, float).T
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(draws):
        index = rng.integers(0, len(told), len(told))
        drawn.append(_ece(told[index], true[index], bins)[0])
    ece, table = _ece(told, true, bins)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Calibration(ece, (float(low), float(high)), table, len(told))


def _ece(
    told: np.ndarray, true: np.ndarray, bins: int
) -> tuple[float, tuple[tuple[float, float, int], ...]]:
    order = np.argsort(told, kind="stable")
    table = tuple(
        (float(told[part].mean()), float(true[part].mean()), len(part))
        for part in np.array_split(order, bins)
        if len(part)
    )
    total = sum(count for _, _, count in table)
    return sum(abs(c - s) * n for c, s, n in table) / total, table


def plot_reliability(curves: dict[str, Calibration], path: Path) -> bool:
    """Draw a reliability curve for each name; False where matplotlib is not installed.

    A dot is a bin, its area the share of the trials in it.
    """
    try:
        import matplotlib as mpl
    except ImportError:
        return False
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(5.5, 5.5))
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for name, curve in curves.items():
        told, right, count = np.array(curve.bins).T
        low, high = curve.interval
        label = f"{name}: ECE {curve.ece:.3f} ({low:.3f} to {high:.3f}), {curve.trials} trials"
        (line,) = axes.plot(told, right, linewidth=1, label=label)
        area = 600 * count / curve.trials
        axes.scatter(told, right, s=area, color=line.get_color(), alpha=0.6)
    axes.set(
        xlabel="confidence (mean of a bin)",
        ylabel="share that was right",
        xlim=(-0.03, 1.03),
        ylim=(-0.03, 1.03),
    )
    axes.legend(loc="upper left", fontsize=8)
    figure.savefig(path, dpi=120, bbox_inches="tight")
    plt.close(figure)
    return True
