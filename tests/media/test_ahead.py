"""Working ahead in a thread: the same items, the same errors, and no thread left behind."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from itertools import islice

import numpy as np
import pytest
from clicktrack import write_wav

from syncalign.media.ahead import work_ahead
from syncalign.media.decode import read_audio


class Source:
    """Counts up to ``size``, fails there if told to, and notes what was done to it."""

    def __init__(self, size, error=None):
        self.size, self.error = size, error
        self.made, self.is_closed, self.threads = 0, False, set()

    def items(self):
        try:
            while self.made < self.size:
                self.threads.add(threading.get_ident())
                self.made += 1
                yield self.made
            if self.error is not None:
                raise self.error
        finally:
            self.is_closed = True


@pytest.fixture(autouse=True)
def _no_thread_is_left():
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@pytest.mark.parametrize("ahead", [1, 2, 50])
@pytest.mark.parametrize("size", [0, 1, 2, 20])
def test_the_items_are_those_of_the_generator(size, ahead):
    source = Source(size)

    assert list(work_ahead(source.items(), items=ahead)) == list(range(1, size + 1))
    assert source.is_closed
    assert threading.get_ident() not in source.threads


def test_it_works_ahead_by_so_many_items_and_no_more():
    source = Source(100)
    ahead = work_ahead(source.items(), items=3)
    assert source.made == 0
    assert next(ahead) == 1
    deadline = time.monotonic() + 10
    while source.made < 4 and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(0.02)
    assert source.made == 4
    ahead.close()


def test_an_error_comes_after_the_items_before_it():
    source = Source(5, OSError("the disk is gone"))
    seen = []
    with pytest.raises(OSError, match="the disk is gone"):
        seen.extend(work_ahead(source.items(), items=2))

    assert seen == [1, 2, 3, 4, 5]
    assert source.is_closed


def test_closing_early_closes_the_generator():
    source = Source(1_000_000)
    ahead = work_ahead(source.items(), items=4)
    assert list(islice(ahead, 3)) == [1, 2, 3]
    ahead.close()

    assert source.is_closed
    assert source.made < 20


def test_an_interrupt_of_the_user_closes_the_generator():
    source = Source(1_000_000)

    def interrupted():
        for item in work_ahead(source.items(), items=4):
            if item == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        interrupted()
    del caught  # its traceback holds the generator
    assert source.is_closed


@pytest.fixture(scope="module")
def minute(tmp_path_factory):
    sound = np.random.default_rng(3).normal(0, 0.1, 60 * 48000)
    return write_wav(tmp_path_factory.mktemp("minute") / "minute.wav", sound, 0.5 * sound)


def test_sound_decoded_ahead_is_the_same(monkeypatch, minute):
    ahead = [(block.start, block.samples) for block in read_audio(minute)]
    monkeypatch.setattr("syncalign.media.decode.work_ahead", lambda source, *, items: source)
    plain = [(block.start, block.samples) for block in read_audio(minute)]

    assert [start for start, _ in ahead] == [start for start, _ in plain]
    assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(ahead, plain, strict=True))


def test_a_reader_closed_early_leaves_no_thread(minute):
    reader = read_audio(minute)
    next(reader)
    reader.close()


def test_a_program_may_end_with_a_reader_half_read(minute):
    program = (
        "import sys\n"
        "from syncalign.media import read_audio\n"
        "reader = read_audio(sys.argv[1])\n"
        "print(len(next(reader).samples))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(minute)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "160000\n", "")
