"""Fit what evidence of lip-sync is worth, on speakers that the models did not learn from.

    SYNCALIGN_GRID=FOLDER python -m benchmarks.lipsync.calibrate

Writes ``syncalign/models/lipsync/judges.json``: the scores of held-out speakers, of all of them
together. The figures of ``benchmarks.lipsync.run`` are of judges that were fitted without the
speaker that they judge.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks.lipsync.grid_clips import grid_clips, speakers_of
from benchmarks.lipsync.held_out import held_out_models
from benchmarks.lipsync.trials import WINDOWS, ScoredClip, joined_trials, scored, trials_of
from syncalign.models.lipsync.envelope import EnvelopeModel
from syncalign.training.sync_judge import Trial, fit_judge

_FILE = Path(__file__).parents[2] / "syncalign/models/lipsync/judges.json"
_SHIFTS = 2
_TRIALS_A_GROUP = 200


def main() -> None:
    """Fit the judges of both models and write them."""
    clips = grid_clips()
    judges = {}
    for name in ("builtin", "envelope"):
        judge = fit_judge(judged_on(scored(clips, models_for(name, clips), shifts=_SHIFTS)))
        judges[name] = {key: value for key, value in asdict(judge).items() if key != "limit"}
        print(name, judge, flush=True)
    rounded = json.dumps(judges, indent=1)
    _FILE.write_text(rounded + "\n", encoding="utf-8")


def models_for(name: str, clips: list) -> dict:
    """Return the models of a name, by the speaker that each does not know."""
    if name == "builtin":
        return dict(held_out_models(clips))
    return dict.fromkeys(speakers_of(clips), EnvelopeModel())


def judged_on(clips: list[ScoredClip]) -> list[Trial]:
    """Return the trials that a judge is fitted to: windows of all lengths, and joined clips.

    Speakers count alike, so that many trials of one add nothing but time.
    """
    groups: dict[tuple[str, int, bool], list[Trial]] = {}
    windows = [trial for seconds in WINDOWS for trial in trials_of(clips, seconds)]
    for trial in windows + joined_trials(clips):
        groups.setdefault((trial.speaker, trial.frames, trial.truth is None), []).append(trial)
    draw = np.random.default_rng(0)
    return [
        group[k]
        for group in groups.values()
        for k in draw.permutation(len(group))[:_TRIALS_A_GROUP]
    ]


if __name__ == "__main__":
    main()
