"""From two files to one answer."""

from __future__ import annotations

import wave
from fractions import Fraction

import numpy as np
import pytest

from syncalign import align_signals
from syncalign.cache import Cache
from syncalign.errors import FormatError, MediaError, ParameterError
from syncalign.pipelines.signals import align_features, evened, read_profile, standardised
from syncalign.timebase import Features, Grid

RATE = 16000


def events(seconds: float, seed: int) -> np.ndarray:
    """Bursts of noise and tones with pauses."""
    rng = np.random.default_rng(seed)
    samples = np.zeros(round(seconds * RATE))
    at = RATE // 4
    while at < len(samples):
        length = int(rng.uniform(0.1, 0.6) * RATE)
        stop = min(at + length, len(samples))
        time = np.arange(stop - at) / RATE
        shape = np.sin(np.pi * np.arange(stop - at) / length) ** 0.5
        tone = np.sin(2 * np.pi * rng.uniform(150, 3000) * time)
        samples[at:stop] = 0.3 * shape * (tone + 0.5 * rng.normal(size=stop - at))
        at = stop + int(rng.uniform(0.02, 0.4) * RATE)
    return samples


def write(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


SOUND = events(40, 1)
FOREIGN = events(10, 2)


@pytest.fixture
def reference(tmp_path):
    return write(tmp_path / "reference.wav", SOUND)


def query(tmp_path, samples):
    return write(tmp_path / "query.wav", samples)


def test_a_delayed_sound(reference, tmp_path):
    late = np.concatenate([np.zeros(round(3.217 * RATE)), SOUND])
    found = align_signals(reference, query(tmp_path, late))
    assert (found.status, found.kind, found.rate) == ("aligned", "offset", 1.0)
    assert found.offset == pytest.approx(-3.217, abs=0.005)  # it has to move earlier
    assert [round(s.duration, 1) for s in found.skipped_query] == [3.2]
    assert found.skipped_reference == ()
    assert found.confidence > 0.9
    assert "3.217 s earlier" in found.reasons[0]


def test_a_noisy_and_slower_sound(reference, tmp_path):
    frames = np.arange(0, len(SOUND) - 1, 1 / 1.005)
    slower = np.interp(frames, np.arange(len(SOUND)), SOUND)
    noise = np.random.default_rng(3).normal(0, 0.05, len(slower))
    found = align_signals(reference, query(tmp_path, slower + noise))
    assert found.kind == "rate"
    assert found.rate == pytest.approx(1 / 1.005, abs=2e-4)
    assert found.offset == pytest.approx(0, abs=0.01)


def test_a_recut_sound(reference, tmp_path):
    cut = 18 * RATE
    found = align_signals(
        reference, query(tmp_path, np.concatenate([SOUND[:cut], FOREIGN, SOUND[cut:]]))
    )
    assert found.kind == "pieces"
    assert found.offset is None
    assert [round(p.offset, 2) for p in found.time_map.pieces] == [0.0, -10.0]
    (stretch,) = found.skipped_query
    assert stretch.start == pytest.approx(18, abs=0.4)
    assert stretch.duration == pytest.approx(10, abs=0.02)
    assert "1 stretch of the query, 10.00 s, without a counterpart." in found.reasons


def test_another_sound_is_refused(reference, tmp_path):
    found = align_signals(reference, query(tmp_path, events(40, 9)))
    assert found.status == "refused"
    assert found.confidence < 0.3
    assert found.kind is None
    assert found.time_map.pieces == ()
    assert "nothing in common" in found.reasons[0]


@pytest.mark.parametrize("samples", [np.zeros(RATE * 20), np.zeros(1), SOUND[: RATE // 2]])
def test_next_to_nothing_is_refused(samples, reference, tmp_path):
    assert align_signals(reference, query(tmp_path, samples)).status == "refused"


def test_ties_lie_on_the_map_and_are_tight(reference):
    found = align_signals(reference, reference)
    assert found.kind == "identity"
    assert 10 <= len(found.ties) <= 20
    for tie in found.ties:
        assert tie.target == pytest.approx(found.time_map(tie.source), abs=1e-9)
        assert tie.interval.start <= tie.target <= tie.interval.end
        assert tie.interval.duration < 0.3


class TestFeatureFiles:
    def test_of_the_same_course(self, tmp_path, reference):
        profile = read_profile(reference)
        np.savez(tmp_path / "a.npz", values=profile.values, rate=50)
        np.savez(tmp_path / "b.npz", values=7 * profile.values[100:] - 3, rate=50, start=100.0)
        found = align_signals(tmp_path / "a.npz", tmp_path / "b.npz")
        assert found.kind == "offset"
        assert found.offset == pytest.approx(2 - 100, abs=0.001)

    def test_of_different_rates(self, tmp_path, reference):
        profile = read_profile(reference)
        np.save(tmp_path / "a.npy", profile.values)
        coarse = evened(profile, Fraction(25))
        np.savez(tmp_path / "b.npz", values=coarse.values, rate=25)
        np.savez(tmp_path / "a.npz", values=profile.values, rate=50)
        found = align_signals(tmp_path / "a.npz", tmp_path / "b.npz")
        assert found.kind == "identity"

    def test_of_different_dimensions_are_refused(self, tmp_path):
        for name, width in (("a", 2), ("b", 3)):
            np.savez(tmp_path / f"{name}.npz", values=np.ones((9, width)), rate=1)
        with pytest.raises(ParameterError, match="the reference has 2 values a frame, the query 3"):
            align_signals(tmp_path / "a.npz", tmp_path / "b.npz")

    def test_and_media_do_not_mix(self, tmp_path, reference):
        with pytest.raises(ParameterError, match="two of a kind"):
            align_signals(reference, tmp_path / "a.npz")
        with pytest.raises(ParameterError, match=r"a rate is for \.npy"):
            align_signals(reference, reference, rate=50)

    def test_that_are_missing_are_errors_of_their_kind(self, tmp_path, reference):
        with pytest.raises(FormatError):
            align_signals(tmp_path / "a.csv", tmp_path / "b.csv")
        with pytest.raises(MediaError):
            align_signals(reference, tmp_path / "b.wav")


def test_a_frame_at_a_lower_rate_is_the_mean_around_its_instant():
    values = np.arange(100.0)[:, None]
    found = evened(Features(values, Grid(Fraction(50), 1.0, 100)), Fraction(20))
    assert found.grid == Grid(Fraction(20), 1.0, 40)
    assert found.values[1:, 0] == pytest.approx(np.arange(1, 40) * 2.5)


def test_columns_count_alike_whatever_their_unit():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(500, 3)) * [1e6, 1e-6, 0] + [5, 5, 1e9]
    found = standardised(Features(values, Grid(Fraction(1), 0.0, 500))).values
    assert found.std(axis=0) == pytest.approx([1, 1, 0])
    assert found.mean(axis=0) == pytest.approx(0, abs=1e-6)


def test_what_was_heard_is_kept(reference, tmp_path, monkeypatch):
    cache = Cache(tmp_path / "cache")
    first = read_profile(reference, cache=cache)
    monkeypatch.setattr("syncalign.pipelines.signals.read_audio", None)
    assert np.array_equal(read_profile(reference, cache=cache).values, first.values)


def test_progress_is_told_in_its_order(reference):
    told = []

    class Listener:
        def start(self, task, total):
            told.append(task)

        def advance(self, amount):
            pass

        def finish(self):
            told.append("done")

    align_signals(reference, reference, progress=Listener())
    assert told == ["decode", "done"] * 2 + ["judge", "done", "warp", "done"]


def test_empty_features_are_refused():
    nothing = Features(np.zeros((0, 2)), Grid(Fraction(50), 0.0, 0))
    assert align_features(nothing, nothing).status == "refused"
