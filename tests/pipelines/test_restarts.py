"""Files joined from two whose times begin anew: each part gets its own place."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from syncalign.cache import Cache
from syncalign.errors import FormatError
from syncalign.formats import SubtitleFile, parse_subtitles, read_subtitles
from syncalign.pipelines.cue_sync import sync_cues
from syncalign.pipelines.restarts import find_restarts, find_runs
from syncalign.pipelines.speech_evidence import read_evidence
from syncalign.pipelines.subtitles import sync_subtitles
from syncalign.timebase import format_timecode

SAMPLES = Path(__file__).parents[2] / "samples"


def file_of(starts, texts=("Come in.",)) -> SubtitleFile:
    stamp = [
        (format_timecode(t, separator=","), format_timecode(t + 1.5, separator=",")) for t in starts
    ]
    blocks = [
        f"{number}\n{start} --> {end}\n{text}\n"
        for number, ((start, end), text) in enumerate(
            zip(stamp, itertools.cycle(texts), strict=False), 1
        )
    ]
    return parse_subtitles("\n".join(blocks).encode())


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return read_evidence(
        SAMPLES / "media" / "harbour.mkv", cache=Cache(tmp_path_factory.mktemp("c"))
    )


def test_a_run_begins_where_the_times_jump_back_by_a_minute():
    assert find_runs(file_of([1, 100, 99, 300, 5, 20])).tolist() == [0, 0, 0, 0, 1, 1]


def test_on_the_unrolled_clock_each_run_follows_the_one_before():
    file = file_of([1, 100, 300, 5, 20, 200, 2])
    restarts = find_restarts(file, find_runs(file))
    assert [restart.cue for restart in restarts] == [3, 6]
    clock = file.starts + np.repeat([0, *(restart.shift for restart in restarts)], [3, 3, 1])
    assert np.all(np.diff(clock) > 0)
    assert clock[3] == pytest.approx(601.5)


def test_both_parts_find_their_places(sound):
    whole = read_subtitles(SAMPLES / "texts" / "harbour.srt")
    half = len(whole) // 2
    truth = whole.starts
    broken = truth - np.where(np.arange(len(whole)) < half, 0, truth[half] - 1.0) + 2.0
    result = sync_cues(sound, file_of(broken, [cue.text for cue in whole.timeline]))
    assert result.status == "synced"
    assert [restart.cue for restart in result.restarts] == [half]
    assert np.abs(result.starts - truth).max() < 0.1
    first, second = result.pieces()
    assert second[0].start < first[0].end  # the file's own times, which overlap
    assert second[1].start > first[1].end
    # In sentences cues count from 1, as players and points files do.
    assert any(f"begin anew at cue {half + 1}:" in reason for reason in result.reasons)
    assert not any("out of order" in reason for reason in result.reasons)


def test_mere_disorder_is_not_a_restart(sound):
    whole = read_subtitles(SAMPLES / "texts" / "harbour.srt")
    # As where signs, or one of two speakers, stand behind the rest.
    order = [*range(0, len(whole), 2), *range(1, len(whole), 2)]
    result = sync_cues(sound, file_of(whole.starts[order], [whole.timeline[i].text for i in order]))
    assert result.status == "in_sync"
    assert result.restarts == ()


class TestPointsOnJoinedParts:
    """Points in a file whose times begin anew: a cue names its part, a time only where it can."""

    TEXTS = SAMPLES / "texts"

    @pytest.fixture
    def joined(self, tmp_path):
        """The right subtitle in two parts, the second counted from 1 s again; and the truth."""
        whole = read_subtitles(self.TEXTS / "harbour.srt")
        half = len(whole) // 2
        truth = whole.starts
        broken = truth - np.where(np.arange(len(whole)) < half, 0, truth[half] - 1.0) + 2.0
        path = tmp_path / "joined.srt"
        path.write_bytes(file_of(broken, [cue.text for cue in whole.timeline]).data)
        return path, truth, half

    def test_cues_of_both_parts_are_kept(self, joined, tmp_path):
        path, truth, half = joined
        points = tmp_path / "points.txt"
        points.write_text(f"@{half + 5} {truth[half + 4] + 0.05:.3f}\n@3 {truth[2] - 0.05:.3f}\n")
        result = sync_subtitles(self.TEXTS / "harbour.srt", path, points=points)
        assert result.status == "synced"
        assert [restart.cue for restart in result.restarts] == [half]
        assert result.starts[half + 4] == pytest.approx(truth[half + 4] + 0.05, abs=0.002)
        assert result.starts[2] == pytest.approx(truth[2] - 0.05, abs=0.002)
        assert np.abs(result.starts - truth).max() < 0.1

    def test_a_time_that_stands_in_two_parts_is_no_place(self, joined, tmp_path):
        path, truth, half = joined
        points = tmp_path / "points.txt"
        twice = float(read_subtitles(path).starts[half + 3])
        points.write_text(f"@3 {truth[2]:.3f}\n{twice:.3f} {truth[half + 3]:.3f}\n@4 {truth[3]}\n")
        told = rf"line 2: .* is in 2 of the 2 parts .* anew at cue {half + 1}; name the cue"
        with pytest.raises(FormatError, match=told):
            sync_subtitles(self.TEXTS / "harbour.srt", path, points=points)
        alone = sync_subtitles(self.TEXTS / "harbour.srt", path, points=[(twice, truth[half + 3])])
        assert not alone.is_trusted
        assert alone.reasons[-1].startswith("Not read as parts with these points: ")

    def test_points_alone_make_no_map_of_parts(self, joined, tmp_path):
        path, _, half = joined
        points = tmp_path / "points.txt"
        points.write_text(f"@2 5\n@5 20\n@{half + 2} 90\n@{half + 6} 110\n")
        result = sync_subtitles(self.TEXTS / "other-film.srt", path, points=points)
        assert result.status == "refused"
        assert "Points alone do not tell where the parts of a file belong." in result.reasons
