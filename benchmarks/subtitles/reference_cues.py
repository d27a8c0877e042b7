"""Subtitles in sync as the reference: another edit of the same speech, and cues of other films.

Synthetic pairing: reference and query are both made from the truth of one recording, each by an
editor of its own (lead-in, jitter, lines merged, split and left out). No sound is built or heard::

    python -m benchmarks.subtitles.reference_cues --speakers it
    SYNCALIGN_GRID=FOLDER python -m benchmarks.subtitles.reference_cues --speakers it,grid
"""

import argparse
import dataclasses
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.subtitles.material import Recording, build_truth, draw_film_like_times
from benchmarks.subtitles.ours import answered
from benchmarks.subtitles.perturb import (
    OFFSETS,
    RATE_PAIRS,
    SDH,
    Case,
    dropped,
    generator,
    jittered,
    merged_and_split,
    with_extra,
    with_gaps,
    with_scenes,
    with_tails,
)
from benchmarks.subtitles.reliability import calibrate_files, plot_reliability
from benchmarks.subtitles.score import FileScore, score_file
from benchmarks.subtitles.script import (
    Script,
    absent,
    moved,
    script_of,
    take,
    without_negative,
    write_srt,
)
from benchmarks.subtitles.tables import case_table, trust_table

Maker = Callable[[Script, np.random.Generator], Script]


@dataclass(frozen=True, slots=True)
class Editor:
    """How somebody makes subtitles of a film.

    Attributes
    ----------
    lead : float
        Every cue begins up to so many seconds before its speech, the same for a whole file.
    jitter : float
        Deviation of each cue's start, in seconds.
    dropped : float
        Share of the lines left out.
    merged : float
        Share of the lines joined or split.
    """

    lead: float = 0.0
    jitter: float = 0.0
    dropped: float = 0.0
    merged: float = 0.0

    def edit(self, script: Script, rng: np.random.Generator) -> Script:
        """Return the editor's version."""
        if self.dropped:
            script = dropped(script, rng, self.dropped)
        if self.merged:
            script = merged_and_split(script, rng, self.merged)
        if self.lead:
            script = moved(script, -rng.uniform(0.0, self.lead))
        if self.jitter:
            script = jittered(script, rng, self.jitter)
        return without_negative(script)


EXACT = Editor()
FRAMES = Editor(jitter=0.03)
OTHER = Editor(lead=0.1, jitter=0.06, dropped=0.15, merged=0.2)
PAIRS: tuple[tuple[str, Editor, Editor], ...] = (
    ("the same edit", EXACT, EXACT),
    ("starts to a frame or two", FRAMES, FRAMES),
    ("merged and split lines", FRAMES, Editor(jitter=0.03, merged=0.25)),
    ("30 % dropped on either side", Editor(dropped=0.3), Editor(dropped=0.3)),
    ("60 % dropped", FRAMES, Editor(jitter=0.03, dropped=0.6)),
    ("90 % dropped", FRAMES, Editor(jitter=0.03, dropped=0.9)),
    ("other lead-ins", Editor(lead=0.15, jitter=0.03), Editor(lead=0.15, jitter=0.03)),
    ("jitter of 0.1 s", FRAMES, Editor(jitter=0.1)),
    ("jitter of 0.1 s on either side", Editor(jitter=0.1), Editor(jitter=0.1)),
    ("jitter of 0.2 s", FRAMES, Editor(jitter=0.2)),
    ("another language", OTHER, OTHER),
)
MAPS: dict[str, Maker] = {
    "1 break of 20-90 s": lambda s, rng: with_gaps(s, rng, 1, 20, 90),
    "4 breaks of 20-90 s": lambda s, rng: with_gaps(s, rng, 4, 20, 90),
    "8 breaks of 20-90 s": lambda s, rng: with_gaps(s, rng, 8, 20, 90),
    "3 trims of 0.5-5 s": lambda s, rng: with_gaps(s, rng, 3, 0.5, 5),
    "6 trims of 0.5-5 s": lambda s, rng: with_gaps(s, rng, 6, 0.5, 5),
    "SDH +20 %": lambda s, rng: with_extra(s, rng, SDH, 0.2, 1.0),
    "out-times 1-3 s late": with_tails,
}


class Pairs:
    """The cases of one recording.

    Parameters
    ----------
    speaker, minutes, seed : str, float, int
        The recording, whose truth is all that is used of it.
    folder : Path
        Where the references are written.
    """

    def __init__(self, speaker: str, minutes: float, seed: int, folder: Path) -> None:
        self.name = f"{speaker}-{minutes:g}m-s{seed}"
        self.speaker, self.minutes, self.seed, self.folder = speaker, minutes, seed, folder
        self.recording: Recording = build_truth(speaker, minutes=minutes, seed=seed)

    def cases(self) -> Iterator[Case]:
        """Yield every pair of editors as it is, moved, and at another rate; then other maps."""
        for row, *editors in PAIRS:
            yield self._case("P0", row, "in sync: " + row, editors, rate=1.0)
            offset = float(self._rng(row, "offset").choice(OFFSETS))
            made = moved_by(offset)
            yield self._case("P1", row, "offset: " + row, editors, made, rate=1.0)
            a, b = RATE_PAIRS[len(row) % len(RATE_PAIRS)][:: 1 if self.seed % 2 else -1]
            made = moved_by(8.0, float(a / b))
            yield self._case("P2", row, "frame rate: " + row, editors, made, rate=float(b / a))
        for row, make in MAPS.items():
            for editors in ((FRAMES, FRAMES), (OTHER, OTHER)):
                kind = "" if editors[0] is FRAMES else ", another language"
                yield self._case("P3", row + kind, row + kind, editors, make)
        other = build_truth(self.speaker, minutes=20, seed=self.seed + 700)
        for count in (2, 6):
            row = f"{count} scenes missing from the reference"

            def make(script: Script, rng: np.random.Generator, count: int = count) -> Script:
                return with_scenes(script, rng, other, count)

            yield self._case("P4", row, row, (OTHER, OTHER), make)

    def wrong(self, count: int) -> Iterator[Case]:
        """Yield cue lists of other films: half of other recordings, half drawn."""
        for index in range(count):
            rng = self._rng("wrong", str(index))
            reference = self._reference((EXACT, FRAMES, OTHER)[index % 3], rng, f"wrong{index}")
            minutes = self.minutes * rng.uniform(0.6, 1.3)
            if index % 2:
                starts, ends = draw_film_like_times(rng, max(round(minutes * 60 / 4.7), 20))
                nowhere, zeros = np.full(len(starts), np.nan), np.zeros(len(starts), int)
                texts = tuple(f"line {number}" for number in range(len(starts)))
                script = Script(starts, ends, nowhere, zeros, zeros, zeros * 0.0, texts)
            else:
                speaker = ("it", "es")[int(rng.integers(2))]
                other = build_truth(speaker, minutes=round(minutes), seed=5000 + index)
                script = script_of(other, rng)
            if index % 4 >= 2:
                script = take(script, np.sort(rng.permutation(len(script))[: len(script) // 5]))
            yield Case(
                id=f"{self.name}/wrong{index}",
                row="wrong file",
                group="P10",
                medium=reference,
                script=absent(script),
                must_refuse=True,
            )

    def _rng(self, *names: str) -> np.random.Generator:
        return generator("reference", self.speaker, str(self.seed), f"{self.minutes:g}", *names)

    def _reference(self, editor: Editor, rng: np.random.Generator, name: str) -> Path:
        script = editor.edit(script_of(self.recording, rng), rng)
        return write_srt(script, self.folder / f"{self.name}-{name}.srt")

    def _case(
        self,
        group: str,
        name: str,
        row: str,
        editors: tuple[Editor, Editor],
        make: Maker = lambda script, rng: script,
        rate: float | None = None,
    ) -> Case:
        rng = self._rng(group, name)
        label = "".join(c if c.isalnum() else "-" for c in f"{group}-{name}")
        reference = self._reference(editors[0], rng, label)
        # The map first: a scene that was cut out takes its cues along, whoever edits them.
        script = editors[1].edit(make(script_of(self.recording, rng), rng), rng)
        exact = rate if editors[1].jitter == editors[0].jitter == 0 else None
        return Case(
            id=f"{self.name}/{label}",
            row=row,
            group=group,
            medium=reference,
            script=without_negative(script),
            rate=exact,
        )


def moved_by(delay: float, rate: float = 1.0) -> Maker:
    """Return a maker that moves every cue."""
    return lambda script, rng: moved(script, delay, rate)


def run(case: Case, folder: Path) -> FileScore:
    """Sync one case and score it."""
    from syncalign.formats import read_subtitles
    from syncalign.pipelines.cue_sync import sync_cues
    from syncalign.pipelines.speech_evidence import cue_evidence

    subtitles = read_subtitles(write_srt(case.script, folder / "query.srt"))
    begin = time.perf_counter()
    result = sync_cues(cue_evidence(read_subtitles(case.medium)), subtitles)
    return score_file(case, answered(result, time.perf_counter() - begin))


def main() -> None:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--speakers", default="it", help="of it, es, grid; comma-separated")
    parser.add_argument("--minutes", default="45,10,90", help="lengths of the recordings")
    parser.add_argument("--seeds", type=int, default=2, help="recordings of each length")
    parser.add_argument("--wrong", type=int, default=300, help="wrong files in all")
    parser.add_argument("--out", type=Path, help="write every score as JSON")
    parser.add_argument("--plot", type=Path, help="write the reliability plot (needs matplotlib)")
    options = parser.parse_args()
    recordings = [
        (speaker, float(minutes), seed)
        for speaker in options.speakers.split(",")
        for minutes in options.minutes.split(",")
        for seed in range(1, options.seeds + 1)
    ]
    scores: list[FileScore] = []
    with tempfile.TemporaryDirectory(prefix="syncalign-bench-") as name:
        folder = Path(name)
        for number, (speaker, minutes, seed) in enumerate(recordings, 1):
            pairs = Pairs(speaker, minutes, seed, folder)
            share = -(-options.wrong // len(recordings))
            try:
                for case in (*pairs.cases(), *pairs.wrong(share)):
                    scores.append(run(case, folder))
            except KeyboardInterrupt:
                print("interrupted: what follows is of the cases done so far", file=sys.stderr)
                break
            print(f"{pairs.name} done, {number}/{len(recordings)}", file=sys.stderr)
    print("Synthetic pairing: both sides are edits of one recording's truth.\n")
    print(case_table({"ours": scores}))
    print(trust_table({"ours": scores}))
    calibration = calibrate_files(scores)
    if calibration is not None:
        low, high = calibration.interval
        print(f"ECE {calibration.ece:.3f} ({low:.3f} to {high:.3f}), {calibration.trials} trials")
        for told, true, count in calibration.bins:
            print(f"  {count} trials at {told:.3f}: {true:.3f} right")
        if options.plot and not plot_reliability({"files": calibration}, options.plot):
            print("no reliability plot: matplotlib is not installed", file=sys.stderr)
    if options.out:
        body = [dataclasses.asdict(score) for score in scores]
        options.out.write_text(json.dumps(body, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
