"""An answer in sentences: what was found, and what was tried. Cues are counted from 1 here."""

from __future__ import annotations

from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.verdict import Verdict
from syncalign.pipelines.cue_search import Reading
from syncalign.results.subtitle_sync import Kind, Restart
from syncalign.timebase import TimeMap


def about_map(kind: Kind, time_map: TimeMap, *, by_hand: bool) -> str:
    """Say what a time map does to the subtitle; ``by_hand``: it passes through points."""
    first = time_map.pieces[0]
    if kind == "identity":
        return "The subtitle is in sync with the reference."
    if kind == "pieces" and by_hand:
        return f"The subtitle fits in {len(time_map.pieces)} pieces, straight between the points."
    if kind == "pieces":
        return f"The subtitle fits in {len(time_map.pieces)} pieces, each with its own offset."
    direction = "later" if first.offset > 0 else "earlier"
    if kind == "offset":
        return f"The subtitle moves {abs(first.offset):.3f} s {direction}."
    return (
        f"The subtitle runs at {first.rate:.6f} times its own pace, offset {first.offset:+.3f} s."
    )


def about_parts(restarts: tuple[Restart, ...]) -> tuple[str, ...]:
    """Say where the parts of a file begin whose times begin anew."""
    if not restarts:
        return ()
    cues = ", ".join(str(restart.cue + 1) for restart in restarts)
    noun = "cue" if len(restarts) == 1 else "cues"
    return (f"The file's times begin anew at {noun} {cues}: each part has its own place.",)


def about_unmatched(unmatched: tuple[int, ...]) -> tuple[str, ...]:
    """Say how many cues have no place."""
    if not unmatched:
        return ()
    plural = "cue has" if len(unmatched) == 1 else "cues have"
    return (f"{len(unmatched)} {plural} no place in the reference.",)


def explained(evidence: SpeechEvidence, found: Reading, verdict: Verdict) -> list[str]:
    """Tell what was tried and the numbers behind the verdict, a line each."""
    alignment, spoken = found.alignment, found.spoken
    lines = [f"reference: {evidence.duration:.1f} s; cues that are speech: {len(spoken.starts)}"]
    for trial in alignment.trials:
        rates = " and ".join(f"{rate:.6f}" for rate in trial.rates)
        told = []
        if trial.score is not None:
            told.append(f"best chain {trial.score:.0f} nats in {trial.pieces} pieces")
        if (peak := trial.peak) is not None:
            told.append(
                f"best single offset {peak.offset:+.2f} s at {peak.sigma:.1f} sigma,"
                f" runner-up {peak.runner_up:.1f}"
            )
        lines.append(f"rate {rates}: " + "; ".join(told))
    if alignment.fit is not None:
        fit = alignment.fit
        lines.append(
            f"fit: {fit.offsets.size} pieces, spread {fit.sigma * 1000:.0f} ms, drift"
            f" {fit.slope * 1e6:.0f} ppm, {fit.hits.mean():.0%} of the onsets found"
        )
    return lines + [f"sign: {name} = {value:.3f}" for name, value in verdict.signs.items()]
