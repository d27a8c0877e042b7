"""Does a second speech detector pay? Silero's network beside ours, alone and together.

Its onnx file is fetched into the benchmark cache; what it says is turned into the evidence that the
search takes by a logistic regression fitted on Italian and GRID recordings. Then the same hard
files (noise, few words, breaks, missing lines) and wrong ones meet each kind of evidence::

    SYNCALIGN_GRID=FOLDER python -m benchmarks.subtitles.second_detector
"""

import argparse
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.cache import MaterialMissingError, cache_folder
from benchmarks.subtitles.calibrate import logistic_regression, scripts
from benchmarks.subtitles.material import Recording, build, draw_film_like_times
from benchmarks.subtitles.prompts import RATE
from benchmarks.subtitles.script import SPOKEN, Script, script_of
from benchmarks.subtitles.train_detector import area_under_curve, labels_of, levels_of
from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.search import align_cues
from syncalign.alignment.verdict import judge
from syncalign.models.speech_detector import built_in_detector
from syncalign.pipelines.subtitles import TRUSTED
from syncalign.timebase import Features, Grid

_WHEEL = "silero-vad==6.2.3"
_FILE = "silero_vad/data/silero_vad_16k_sequence.onnx"
# Silero hears 32 ms at a time, and the 4 ms before them.
_CHUNK, _CONTEXT, _CHUNKS_A_RUN = 512, 64, 2000
# Where its probability is looked at about each instant, in frames of 10 ms.
_LOOKS = np.arange(-20, 31, 5)
FITTED = (("it", 6), ("it", 0), ("grid", 3), ("grid", 0))
MEASURED = tuple(
    (speaker, snr_db, density)
    for speaker in ("it", "grid", "es")
    for snr_db, density in ((3, None), (0, None), (3, 0.08))
)


def fetch() -> Path:
    """Fetch silero's onnx file into the benchmark cache."""
    folder = cache_folder("silero")
    path = folder / Path(_FILE).name
    if not path.exists():
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder)]
        done = subprocess.run([*pip, _WHEEL], capture_output=True, text=True)
        wheel = next(iter(sorted(folder.glob("*.whl"))), None)
        if done.returncode or wheel is None:
            raise MaterialMissingError(
                f"pip download {_WHEEL} failed: {done.stderr.strip()[-300:]}"
            )
        with zipfile.ZipFile(wheel) as archive:
            path.write_bytes(archive.read(_FILE))
    return path


class Silero:
    """Silero's network through onnxruntime, on one thread."""

    def __init__(self) -> None:
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(fetch()), settings, providers=["CPUExecutionProvider"]
        )

    def probability(self, samples: np.ndarray) -> np.ndarray:
        """Return the probability of speech in each 32 ms of 16 kHz samples."""
        count = len(samples) // _CHUNK
        padded = np.concatenate([np.zeros(_CONTEXT, np.float32), samples])
        windows = np.lib.stride_tricks.sliding_window_view(padded, _CONTEXT + _CHUNK)
        chunks = windows[::_CHUNK][:count]
        state = {name: np.zeros((1, 1, 128), np.float32) for name in ("h", "c")}
        told = []
        for first in range(0, count, _CHUNKS_A_RUN):
            part = np.ascontiguousarray(chunks[first : first + _CHUNKS_A_RUN])
            odds, state["h"], state["c"] = self._session.run(None, {"input": part, **state})
            told.append(odds.ravel())
        return np.concatenate(told) if told else np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What the detectors say about a recording, a row each 10 ms, and what is true."""

    grid: Grid
    ours: np.ndarray  # log odds: active, begins
    silero: np.ndarray  # probability and log odds at the looks about each instant
    active: np.ndarray
    begins: np.ndarray
    certain: np.ndarray

    def inputs(self, names: tuple[str, ...]) -> np.ndarray:
        """Return a constant and the columns of the detectors named."""
        return np.hstack([np.ones((len(self.ours), 1)), *(getattr(self, name) for name in names)])


def hear(recording: Recording, silero: Silero) -> Heard:
    """Listen to a recording with both detectors."""
    found = built_in_detector().log_odds(levels_of(recording))
    ours = found.values
    chance = np.clip(silero.probability(recording.samples), 1e-3, 1 - 1e-3)
    centres = (np.arange(len(chance)) + 0.5) * _CHUNK / RATE
    at = np.interp(np.arange(len(ours)) / 100, centres, chance)
    reached = np.clip(np.arange(len(ours))[:, None] + _LOOKS, 0, len(ours) - 1)
    seen = at[reached]
    columns = np.hstack([seen, np.log(seen / (1 - seen))]).astype(np.float32)
    return Heard(found.grid, ours, columns, *labels_of(recording, len(ours)))


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Evidence from one or both detectors: what they say, weighted, against the base rate."""

    names: tuple[str, ...]
    weights: np.ndarray  # active, begins

    @classmethod
    def fit(cls, names: tuple[str, ...], heard: list[Heard]) -> "Mixture":
        """Fit the weights by logistic regression."""
        inputs = np.vstack([h.inputs(names) for h in heard])
        active = np.concatenate([h.active for h in heard])
        begins, certain = (
            np.concatenate([getattr(h, n) for h in heard]) for n in ("begins", "certain")
        )
        columns = []
        for labels, chosen in ((active, np.ones(len(active), bool)), (begins, certain)):
            # An onset is true in three frames running: one of them is enough.
            weights = logistic_regression(inputs[chosen][::3], labels[chosen][::3])
            base = labels[chosen].mean()
            weights[0] -= np.log(base / (1 - base))
            columns.append(weights)
        return cls(names, np.stack(columns, 1))

    def log_odds(self, heard: Heard) -> np.ndarray:
        """Return the evidence, a row each 10 ms."""
        return (heard.inputs(self.names) @ self.weights).astype(np.float32)


def foreign(script: Script, rng: np.random.Generator) -> Script:
    """Draw a file that belongs to no recording, about as long as `script`."""
    starts, ends = draw_film_like_times(rng, round(len(script) * rng.uniform(0.3, 1.2)) + 10)
    none = np.zeros(len(starts), int)
    nowhere = np.full(len(starts), np.nan)
    return Script(starts, ends, nowhere, none, none, none * 0.0, ("",) * len(starts))


def outcome(evidence: SpeechEvidence, script: Script) -> tuple[bool, bool]:
    """Tell whether the map was right, but for the cues' own scatter, and whether it was trusted."""
    spoken = np.flatnonzero(script.roles == SPOKEN)
    starts, ends = script.starts[spoken], np.maximum(script.ends, script.starts)[spoken]
    alignment = align_cues(evidence, starts, ends)
    if alignment.fit is None:
        return False, False
    error = np.abs(alignment.starts - script.truth[spoken] - script.scatter[spoken])
    trust = judge(evidence, alignment, starts, ends).trust
    return bool((error < 0.25).mean() >= 0.95), trust >= TRUSTED


def measure(
    sources: dict[str, Callable[[Heard], np.ndarray]], silero: Silero, files: int, wrong: int
) -> None:
    """Print one line for each recording and source of evidence, and one for each speaker."""
    print(
        "| recording | evidence | activity AUC | onset AUC | maps right | right and trusted "
        "| wrong map trusted | wrong file trusted |\n|---|---|--:|--:|--:|--:|--:|--:|"
    )
    totals: dict[tuple[str, str], np.ndarray] = {}
    for number, (speaker, snr_db, density) in enumerate(MEASURED):
        recording = build(speaker, minutes=15, snr_db=snr_db, seed=7000 + number, density=density)
        heard = hear(recording, silero)
        rng = np.random.default_rng(number)
        script = script_of(recording, rng)
        right = list(scripts(script, rng, files))
        strangers = [foreign(script, rng) for _ in range(wrong)]
        for name, source in sources.items():
            figures = _figures(source(heard), heard, right, strangers)
            label = f"{speaker}, {snr_db} dB" + (f", {density:.0%} speech" if density else "")
            print(_line(label, name, figures), flush=True)
            totals[speaker, name] = totals.get((speaker, name), 0) + figures
    count = len(MEASURED) // len({speaker for speaker, *_ in MEASURED})
    for (speaker, name), figures in totals.items():
        mean = np.concatenate([figures[:2] / count, figures[2:]])
        print(_line(f"**{speaker}, all**", name, mean))


def _figures(
    odds: np.ndarray, heard: Heard, right: list[Script], strangers: list[Script]
) -> np.ndarray:
    """Return both areas, and counts: maps right of files, trusted ones, wrong ones trusted."""
    evidence = SpeechEvidence(Features(odds, heard.grid))
    told = [outcome(evidence, file) for file in right]
    return np.array(
        [
            area_under_curve(odds[:, 0], heard.active),
            area_under_curve(odds[heard.certain, 1], heard.begins[heard.certain]),
            sum(ok for ok, _ in told),
            len(told),
            sum(ok and sure for ok, sure in told),
            sum(sure and not ok for ok, sure in told),
            sum(outcome(evidence, file)[1] for file in strangers),
            len(strangers),
        ]
    )


def _line(label: str, name: str, figures: np.ndarray) -> str:
    activity, onset, *counts = figures
    right, files, trusted, mistaken, accepted, wrong = (round(count) for count in counts)
    return (
        f"| {label} | {name} | {activity:.4f} | {onset:.4f} | {right} / {files} | {trusted} "
        f"| {mistaken} | {accepted} / {wrong} |"
    )


def cost(silero: Silero) -> None:
    """Print the CPU time of both detectors on 45 minutes, from samples."""
    recording = build("it", minutes=45, snr_db=10, seed=7999)
    detector = built_in_detector()
    for name, listen in (
        ("ours (band levels and network)", lambda: detector.log_odds(levels_of(recording))),
        ("silero", lambda: silero.probability(recording.samples)),
    ):
        spent = []
        for _ in range(3):
            begin = time.process_time()
            listen()
            spent.append(time.process_time() - begin)
        print(f"{name}: {min(spent):.2f} s of CPU time for 45 minutes")


def main() -> None:
    """Fit, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--wrong", type=int, default=6)
    options = parser.parse_args()
    silero = Silero()
    cost(silero)
    heard = [
        hear(build(speaker, minutes=10, snr_db=snr_db, seed=7900 + number), silero)
        for number, (speaker, snr_db) in enumerate(FITTED)
    ]
    alone, together = Mixture.fit(("silero",), heard), Mixture.fit(("ours", "silero"), heard)
    measure(
        {"ours": lambda h: h.ours, "silero": alone.log_odds, "both": together.log_odds},
        silero,
        options.files,
        options.wrong,
    )


if __name__ == "__main__":
    main()
