"""How often the offset of a speaker is right that neither model nor judge has met, and believed.

Models are those of :mod:`benchmarks.lipsync.held_out`; each speaker's judge was fitted to the
other speakers, by other draws of offsets and foreign sounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.lipsync.calibrate import judged_on, models_for
from benchmarks.lipsync.grid_clips import grid_clips, speakers_of
from benchmarks.lipsync.trials import WINDOWS, ScoredClip, joined_trials, scored, trials_of
from benchmarks.subtitles.reliability import Calibration, calibrate
from syncalign.models.lipsync.windows import ANSWERED
from syncalign.training.sync_judge import fit_judge

MODELS = ("builtin", "envelope")
#: Percent of windows of 3, 2 and 1 s, by model; None: no target.
WITHIN_40 = {"builtin": {3.0: 99, 2.0: 97, 1.0: 92}, "envelope": {3.0: 92}}
WITHIN_20 = {"builtin": {3.0: 90}}
AREAS = {3.0: 0.995, 2.0: 0.985, 1.0: 0.85}
_FITTED, _REPORTED = 0, 1  # seeds of the draws
_SHIFTS = 3
_DRAWS = 1000
_FRAME, _HALF = 0.04 + 1e-9, 0.02 + 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a window: `error` is infinite for foreign sound."""

    speaker: str
    clip: int
    error: float
    confidence: float

    @property
    def is_own(self) -> bool:
        """Whether the sound is the face's."""
        return bool(np.isfinite(self.error))


def accuracy() -> None:
    """Print the tables of both models."""
    clips = grid_clips()
    for name in MODELS:
        models = models_for(name, clips)
        fitted = scored(clips, models, shifts=2, seed=_FITTED)
        judges = {
            speaker: fit_judge(judged_on([clip for clip in fitted if clip.speaker != speaker]))
            for speaker in speakers_of(clips)
        }
        reported = scored(clips, models, shifts=_SHIFTS, seed=_REPORTED)
        outcomes = {seconds: _outcomes(reported, judges, seconds) for seconds in WINDOWS}
        outcomes |= _joined_outcomes(reported, judges)
        _print_offsets(name, outcomes, speakers_of(clips))
        _print_foreign(name, outcomes)
        _print_answers(name, outcomes)


def _outcomes(clips: Sequence[ScoredClip], judges: dict, seconds: float) -> list[Outcome]:
    found = []
    for number, clip in enumerate(clips):
        judge = judges[clip.speaker]
        for trial in trials_of([clip], seconds):
            estimate = judge.estimate(trial.curve, trial.frames)
            found.append(Outcome(clip.speaker, number, trial.error, estimate.confidence))
    return found


def _joined_outcomes(clips: Sequence[ScoredClip], judges: dict) -> dict[float, list[Outcome]]:
    """Judge stretches of several clips of a speaker, by their seconds; no clip is in two."""
    found: dict[float, list[Outcome]] = {}
    for number, trial in enumerate(joined_trials(clips)):
        estimate = judges[trial.speaker].estimate(trial.curve, trial.frames)
        outcome = Outcome(trial.speaker, number, trial.error, estimate.confidence)
        found.setdefault(trial.frames / 25, []).append(outcome)
    return found


def _print_offsets(name: str, outcomes: dict[float, list[Outcome]], speakers: list[str]) -> None:
    print(f"\n### {name}: offsets of sounds that are the face's\n")
    heads = " | ".join(speakers)
    print(f"| window | within | all windows | mean of speakers (95 %) | target | {heads} |")
    print("|---|---|--:|--:|--:|" + "--:|" * len(speakers))
    for seconds, all_of in sorted(outcomes.items(), reverse=True):
        own = [one for one in all_of if one.is_own]
        for most, what, targets in ((_FRAME, "40 ms", WITHIN_40), (_HALF, "20 ms", WITHIN_20)):
            target = targets.get(name, {}).get(seconds)
            row = _row(own, speakers, lambda one, most=most: one.error <= most)
            mean, low, high = row.interval
            verdict = "" if target is None else f"{target} {_passed(mean * 100, target)}"
            each = " | ".join(f"{share:.1%}" for share in row.speakers)
            print(
                f"| {seconds:g} s | {what} | {row.pooled:.1%} of {len(own)} | "
                f"{mean:.1%} ({low:.1%} to {high:.1%}) | {verdict} | {each} |",
                flush=True,
            )


@dataclass(frozen=True, slots=True)
class _Row:
    pooled: float
    speakers: tuple[float, ...]
    interval: tuple[float, float, float]


def _row(own: list[Outcome], speakers: list[str], right: Callable[[Outcome], bool]) -> _Row:
    """Return shares, and the mean of the speakers with what drawing clips anew makes of it."""
    rng = np.random.default_rng(0)
    shares, drawn = [], np.zeros(_DRAWS)
    for speaker in speakers:
        clips: dict[int, list[bool]] = {}
        for one in own:
            if one.speaker == speaker:
                clips.setdefault(one.clip, []).append(right(one))
        hits = np.array([sum(flags) for flags in clips.values()], float)
        sizes = np.array([len(flags) for flags in clips.values()], float)
        shares.append(float(hits.sum() / sizes.sum()))
        index = rng.integers(0, len(hits), (_DRAWS, len(hits)))
        drawn += hits[index].sum(axis=1) / sizes[index].sum(axis=1) / len(speakers)
    low, high = np.quantile(drawn, [0.025, 0.975])
    pooled = float(np.mean([right(one) for one in own]))
    return _Row(pooled, tuple(shares), (float(np.mean(shares)), float(low), float(high)))


def _print_foreign(name: str, outcomes: dict[float, list[Outcome]]) -> None:
    print(f"\n### {name}: own sound against foreign\n")
    print("| window | AUC, all | mean of speakers | least of a speaker | target |")
    print("|---|--:|--:|--:|--:|")
    for seconds, all_of in sorted(outcomes.items(), reverse=True):
        areas = [_area(group) for group in _by_speaker(all_of)]
        mean, target = float(np.mean(areas)), AREAS.get(seconds)
        verdict = f"{target} {_passed(mean, target)}" if target and name == "builtin" else ""
        whole = _area(all_of)
        print(f"| {seconds:g} s | {whole:.4f} | {mean:.4f} | {min(areas):.4f} | {verdict} |")


def _by_speaker(outcomes: Iterable[Outcome]) -> list[list[Outcome]]:
    groups: dict[str, list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault(one.speaker, []).append(one)
    return list(groups.values())


def _area(outcomes: list[Outcome]) -> float:
    """Return how often a sound of one's own is believed more than a foreign one."""
    own = np.array([one.confidence for one in outcomes if one.is_own])
    foreign = np.sort([one.confidence for one in outcomes if not one.is_own])
    below, up_to = (np.searchsorted(foreign, own, side) for side in ("left", "right"))
    return float((below + up_to).mean() / 2 / len(foreign))


def _print_answers(name: str, outcomes: dict[float, list[Outcome]]) -> None:
    print(f"\n### {name}: answers, from a confidence of {ANSWERED} on\n")
    print(
        "| window | own sound answered | of them right | foreign answered | ECE, speakers alike"
        " (95 %) | ECE, all windows |"
    )
    print("|---|--:|--:|--:|--:|--:|")
    for seconds, all_of in sorted(outcomes.items(), reverse=True):
        groups = _by_speaker(all_of)
        own = [[one for one in group if one.is_own] for group in groups]
        foreign = [[one for one in group if not one.is_own] for group in groups]
        told = [[one for one in group if one.confidence >= ANSWERED] for group in own]
        covered = np.mean([len(a) / len(b) for a, b in zip(told, own, strict=True)])
        right = np.mean([np.mean([o.error <= _FRAME for o in a]) for a in told if a])
        wrong = np.mean([np.mean([o.confidence >= ANSWERED for o in a]) for a in foreign])
        curve, whole = _calibration(_evened(groups)), _calibration(all_of)
        low, high = curve.interval
        print(
            f"| {seconds:g} s | {covered:.1%} | {right:.1%} | {wrong:.1%} | "
            f"{curve.ece:.3f} ({low:.3f} to {high:.3f}) | {whole.ece:.3f} |",
            flush=True,
        )
    print("\nShares are means of the speakers. Targets: 80 %, 98 %, 2 %, 0.05.")


def _evened(groups: list[list[Outcome]]) -> list[Outcome]:
    """Draw as many windows of each speaker as the one with fewest has."""
    draw, fewest = np.random.default_rng(0), min(len(group) for group in groups)
    return [group[k] for group in groups for k in draw.choice(len(group), fewest, replace=False)]


def _calibration(outcomes: list[Outcome]) -> Calibration:
    curve = calibrate([(one.confidence, one.error <= _FRAME) for one in outcomes])
    assert curve is not None
    return curve


def _passed(value: float, target: float) -> str:
    return "PASS" if value >= target else "MISS"
