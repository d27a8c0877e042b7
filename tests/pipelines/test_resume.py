"""A run that is killed, again and again, goes on where it was and ends as one that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from synthetic_readings import LINES

from syncalign.models.weights import MODELS, is_at_hand

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="kills by POSIX signals"),
]

#: The command line as it is, but that it tells of each region that is worked on.
PROGRAM = """
import sys
from {module} import {network}

work = {network}.{method}


def told(*given, **options):
    print("region", file=sys.stderr, flush=True)
    return work(*given, **options)


{network}.{method} = told
from syncalign.cli.main import main

main(sys.argv[1:])
"""
NETWORKS = {
    "phones": ("syncalign.models.pocket_phones", "PocketPhones", "align_words"),
    "whisper": ("syncalign.models.whisper_faster", "FasterWhisper", "hear"),
}
#: So many seconds after the second region of a run that was not done before, it is killed.
MOMENTS = {"phones": (0.0, 0.15, 0.03), "whisper": (0.0, 0.2)}


@pytest.fixture
def reading(read_aloud, write) -> Path:
    """Twelve lines read with pauses between them, and written down."""
    write(*LINES)
    return read_aloud(*[piece for line in LINES for piece in (line, 1.0)]).path.parent


def start(backend: str, reading: Path, cache: Path, output: Path) -> subprocess.Popen[bytes]:
    module, network, method = NETWORKS[backend]
    program = PROGRAM.format(module=module, network=network, method=method)
    question = ["align", "reading.wav", "text.txt", "-o", str(output), "--backend", backend,
                "--language", "en", "--level", "word", "--no-progress"]  # fmt: skip
    if backend == "whisper":
        question += ["--model", "tiny.en", "--device", "cpu"]
    return subprocess.Popen(
        [sys.executable, "-c", program, *question],
        cwd=reading,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SYNCALIGN_CACHE": str(cache)},
    )


def run(process: subprocess.Popen[bytes], moment: float | None = None) -> int:
    """Count the regions that are worked on, until the end or the kill."""
    count = 0
    with process:
        assert process.stderr is not None
        for line in process.stderr:
            count += line == b"region\n"
            if moment is not None and count == 2:
                time.sleep(moment)
                process.send_signal(signal.SIGKILL)
                moment = None
    return count


@pytest.mark.parametrize("backend", NETWORKS)
def test_a_run_that_is_killed_goes_on(backend, reading, tmp_path):
    if backend == "phones":
        pytest.importorskip("pocketsphinx")
    else:
        pytest.importorskip("faster_whisper")
        if not is_at_hand(MODELS["whisper-tiny.en"]):
            pytest.skip("syncalign models fetch whisper-tiny.en")
    cache, output = tmp_path / "cache", tmp_path / "killed.json"
    counts = []
    for moment in MOMENTS[backend]:
        process = start(backend, reading, cache, output)
        counts.append(run(process, moment))
        assert process.returncode == -signal.SIGKILL
        assert not output.exists()
    process = start(backend, reading, cache, output)
    counts.append(run(process))
    assert process.returncode == 0
    unkilled = start(backend, reading, tmp_path / "other", tmp_path / "unkilled.json")
    regions = run(unkilled)
    assert output.read_bytes() == (tmp_path / "unkilled.json").read_bytes()
    # A killed run loses the region that it was at, and no other.
    assert regions <= sum(counts) <= regions + len(MOMENTS[backend])
    assert counts[-1] < regions
