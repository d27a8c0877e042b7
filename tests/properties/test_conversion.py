"""The texts of cues survive a conversion, or the conversion says that they do not."""

import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncalign.errors import FormatError
from syncalign.formats import convert, parse_subtitles, write_timeline
from syncalign.formats.writers import WRITERS
from syncalign.timebase import Cue, Segment, Timeline

sys.path.insert(0, str(Path(__file__).parents[1]))
from fuzz_formats import run

LETTERS = st.text(st.sampled_from("abc é你♪,.!?-'\"&<>{}[]|/\\1:\n"), min_size=1, max_size=30)
relaxed = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@relaxed
@given(st.lists(LETTERS, min_size=1, max_size=5), *[st.sampled_from(sorted(WRITERS))] * 2)
def test_texts_survive_or_it_is_said(texts: list[str], first: str, second: str) -> None:
    cues = tuple(Cue(Segment(n * 10 + 1, n * 10 + 4), text) for n, text in enumerate(texts))
    data = write_timeline(Timeline(cues), format=first, frame_rate=25)
    try:
        file = parse_subtitles(data, format=first, frame_rate=25)
        done = convert(file, format=second, frame_rate=25)
    except FormatError:  # a refusal in words: nothing is left that the format can hold
        return
    new = parse_subtitles(done.data, format=second, frame_rate=25)
    before = [c.text for c, on in zip(file.timeline, file.visible, strict=True) if on]
    after = [c.text for c, on in zip(new.timeline, new.visible, strict=True) if on]
    if before != after:
        assert any(
            word in reason for reason in done.reasons for word in ("Lost", "changed", "instead")
        )


@pytest.mark.parametrize(
    "unit", ["0:", "0,", "[00:01.00]", "<00:01.00>", "{\\i1(", "<b>", "{", "|"]
)
@pytest.mark.parametrize("wanted", ["srt", "vtt", "ass", "lrc"])
def test_hostile_repetition_is_converted_in_no_long_time(unit: str, wanted: str) -> None:
    # Anything quadratic would take tens of seconds.
    data = b"[1][20]" + unit.encode() * (2**16 // len(unit)) + b"}>"
    began = time.process_time()
    convert(parse_subtitles(data, format="mpl2"), format=wanted)
    assert time.process_time() - began < 3


def test_a_few_hundred_damaged_files_do_no_harm(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    read, _ = run(300, seed=3)
    assert read > 100


@pytest.mark.slow
@pytest.mark.skipif("not config.getoption('-m')", reason="10,000 files take minutes: -m slow")
def test_ten_thousand_damaged_files_do_no_harm(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    run(10_000, seed=1)
