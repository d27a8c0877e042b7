"""Measure ``sync --words`` on badly cut subtitles, beside the sound alone.

The same cases, the same evidence of the sound; a Whisper hears each recording once (kept in the
benchmark cache). Cues carry the prompts' own texts, which the transcript is compared with::

    python -m benchmarks.subtitles.words --speakers es --minutes 20
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.cache import cache_folder
from benchmarks.subtitles import ours
from benchmarks.subtitles.perturb import (
    Case,
    Source,
    Suite,
    dropped,
    generator,
    with_gaps,
    with_scenes,
    with_second_part,
)
from benchmarks.subtitles.score import WITHIN_S, FileScore, score_file
from benchmarks.subtitles.script import Script, moved, script_of, without_negative

LANGUAGES = {"it": "it", "menardi": "it", "es": "es", "grid": "en"}
OTHERS = {"it": "menardi", "menardi": "it", "es": "it"}


def cases(source: Source, repeats: int) -> Iterator[Case]:
    """Yield cuts of a recording's subtitle, and subtitles of another voice that fit nothing."""
    suite = Suite(source)
    other = Source(OTHERS[source.speaker], source.minutes, source.snr_db, source.seed)
    for number in range(repeats):
        rng = generator("words", source.name, str(number))
        script = script_of(suite.recording, rng)
        foreign = other.files()[1]
        for row, cut in (
            ("8 breaks of 20-90 s", with_gaps(script, rng, 8, 20, 90)),
            ("20 breaks of 5-60 s", with_gaps(script, rng, 20, 5, 60)),
            ("40 breaks of 5-60 s", with_gaps(script, rng, 40, 5, 60)),
            ("12 trims of 0.5-5 s", with_gaps(script, rng, 12, 0.5, 5)),
            ("6 scenes missing from the medium", with_scenes(script, rng, foreign, 6)),
            ("12 breaks, 60 % dropped", dropped(with_gaps(script, rng, 12, 5, 60), rng, 0.6)),
            ("two parts joined, one at 25 fps", with_second_part(script, len(script) // 2, 1.0427)),
            ("offset", moved(script, 5.0)),
        ):
            yield Case(f"{row}-{number}", row, "W", suite.medium, without_negative(cut))
        wrong = with_gaps(script_of(foreign, rng), rng, 8, 20, 90)
        yield Case(f"wrong-{number}", "wrong file", "W", suite.medium, wrong, must_refuse=True)


def write_plain(script: Script, path: Path) -> Path:
    """Write SubRip with the texts as they are: serial numbers would be read as words."""

    def stamp(seconds: float) -> str:
        thousandths = round(seconds * 1000)
        minutes, rest = divmod(thousandths, 60_000)
        return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02},{rest % 1000:03}"

    rows = zip(script.starts, np.maximum(script.ends, script.starts + 0.001), script.texts,
               strict=True)  # fmt: skip
    blocks = (
        f"{number}\n{stamp(start)} --> {stamp(end)}\n{text}\n"
        for number, (start, end, text) in enumerate(rows, 1)
    )
    path.write_text("\n".join(blocks), encoding="utf-8")
    return path


def run(case: Case, language: str, model: str, folder: Path) -> Iterator[tuple[str, FileScore]]:
    """Sync one case by its sound alone and by its words."""
    from syncalign.cache import Cache
    from syncalign.formats import read_subtitles
    from syncalign.pipelines.cue_sync import sync_cues
    from syncalign.pipelines.heard_cues import WordSearch
    from syncalign.streams.sound import Sound

    file = read_subtitles(write_plain(case.script, folder / "case.srt"))
    evidence = ours.read_evidence(case.medium)
    yield "sound alone", score_file(case, ours.answered(sync_cues(evidence, file), 0.0))
    ear = WordSearch.load(model, language, cache=Cache(cache_folder("heard")))
    places, _ = ear.places(Sound(case.medium), evidence, file)
    result = sync_cues(evidence, file, words=places)
    yield "with words", score_file(case, ours.answered(result, 0.0))


def main() -> None:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--speakers", default="es")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--snr", type=float, default=10)
    parser.add_argument("--repeats", type=int, default=3, help="cases of each row")
    parser.add_argument("--model", default="base")
    options = parser.parse_args()
    found: dict[tuple[str, str], list[FileScore]] = {}
    with tempfile.TemporaryDirectory(prefix="syncalign-bench-") as name:
        for speaker in options.speakers.split(","):
            source = Source(speaker, options.minutes, options.snr, 2)
            for case in cases(source, options.repeats):
                for tool, scored in run(case, LANGUAGES[speaker], options.model, Path(name)):
                    found.setdefault((case.row, tool), []).append(scored)
                print(case.id, file=sys.stderr, flush=True)
    print("| case | tool | files | accepted | right | cues within 250 ms % | confidence |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for (row, tool), scores in found.items():
        shares = [score.within[WITHIN_S.index(0.25)] for score in scores if score.within]
        near = 100 * float(np.mean(shares)) if shares else float("nan")
        accepted, right = sum(s.accepted for s in scores), sum(s.success for s in scores)
        sure = float(np.mean([s.confidence for s in scores if s.confidence is not None]))
        print(
            f"| {row} | {tool} | {len(scores)} | {accepted} | {right} | {near:.1f} | {sure:.2f} |"
        )


if __name__ == "__main__":
    main()
