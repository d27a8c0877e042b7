"""Time the lines of a poem that is read aloud: ``python samples/scripts/align_text.py``."""

import json
import tempfile
from pathlib import Path

import syncalign

SAMPLES = Path(__file__).parent.parent


def main() -> None:
    """Align the sample reading, compare it with the truth and write it in three formats."""
    truth = json.loads((SAMPLES / "texts" / "windy-nights.truth.json").read_text("utf-8"))
    result = syncalign.align_text(
        SAMPLES / truth["media"], SAMPLES / "texts" / "windy-nights.txt", language="en"
    )
    print(result.status, result.confidence)
    for unit, line in zip(result.units, truth["lines"], strict=True):
        if unit.start is None or line["start"] is None:
            print(f"  {'-':>7}  {unit.status:12}  {unit.text}")
        else:
            error = unit.start - line["start"]
            print(f"{unit.start:7.3f} s  {unit.status:12}  {unit.text}  (error {error:+.3f} s)")
    for gap in result.audio_gaps:
        print(f"{gap.start:7.3f} to {gap.end:7.3f} s without a text: {gap.kind}")

    folder = Path(tempfile.mkdtemp())
    for name in ("poem.json", "poem.srt", "poem.TextGrid"):
        result.save(folder / name)
    print(f"saved in {folder}")


if __name__ == "__main__":
    main()
