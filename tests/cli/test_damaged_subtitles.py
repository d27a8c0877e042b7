"""Whole runs on damaged files: an answer, a refusal or an error in words, never a bug."""

from __future__ import annotations

import os
import random

import pytest
from contracts.clean_files import CLEAN, INTRICATE
from fuzz_formats import ENCODINGS, mutated

ROUNDS = int(os.environ.get("SYNCALIGN_FUZZ_ROUNDS", "40"))


@pytest.mark.usefixtures("heard")
def test_no_damage_is_a_bug(work, call) -> None:
    random_ = random.Random(5)
    late = (work / "late.srt").read_text()
    texts = [late, late, late, *CLEAN.values(), *(text for _, text in INTRICATE)]
    codes = set()
    for _ in range(ROUNDS):
        data = mutated(random_, random_.choice(texts).encode(random_.choice(ENCODINGS), "replace"))
        (work / "damaged").write_bytes(data)
        command = random_.choice(["check", "sync"])
        output = ["-o", "-"] if command == "sync" else []
        codes.add(call(command, "film.mkv", "damaged", *output, "--fps", "25").code)
    assert codes <= {0, 3, 4}
    assert codes >= {0, 4}
