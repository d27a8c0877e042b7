"""Other aligners, as whole processes: aeneas in an environment of its own, pocketsphinx in ours.

aeneas 1.7.3 builds on Python 3.8 with numpy below 1.24 and setuptools below 60; it speaks through
libespeak and reads sound through ffmpeg (``apt-get install espeak libespeak-dev ffmpeg``).
"""

import json
import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from benchmarks.cache import MaterialMissingError, cache_folder
from benchmarks.text.cases import Case
from benchmarks.text.english import AENEAS
from benchmarks.text.process import run
from benchmarks.text.score import Answer, Placed

PEERS = ("aeneas", "aeneas-rescaled", "aeneas-words", "pocketsphinx")
_LANGUAGES = {"it": "ita", "es": "spa", "en": "eng"}
# Its own settings for words, from its documentation.
_WORD_PRESET = "mfcc_mask_nonspeech=True|mfcc_window_length=0.060|mfcc_window_shift=0.020"
# Its anchors sum rounded durations: by as much as the sum falls short of the sound it made, every
# anchor is moved. What "aeneas-rescaled" runs in its place.
_RESCALED = """
import sys, wave
from aeneas.synthesizer import Synthesizer
from aeneas.exacttiming import TimeValue
from aeneas.tools.execute_task import ExecuteTaskCLI
plain = Synthesizer.synthesize
def synthesize(self, text_file, audio_file_path, *more, **options):
    anchors, total, letters = plain(self, text_file, audio_file_path, *more, **options)
    with wave.open(audio_file_path) as sound:
        length = TimeValue(str(sound.getnframes())) / TimeValue(str(sound.getframerate()))
    scaled = [[each[0] * length / total, *each[1:]] for each in anchors]
    return scaled, length, letters
Synthesizer.synthesize = synthesize
sys.exit(ExecuteTaskCLI(invoke="aeneas_execute_task").run(arguments=sys.argv))
"""


def align(case: Case, peer: str, folder: Path, *, timeout: float) -> Answer:
    """Let a peer align one case.

    "aeneas-words" aligns word by word with aeneas' settings for words; a line begins with its
    first word.
    """
    if peer == "pocketsphinx":
        return _by_pocketsphinx(case, folder, timeout)
    by_word = peer == "aeneas-words"
    lines = case.text.read_text(encoding="utf-8").splitlines()
    text = case.text
    if by_word:
        text = folder / "words.txt"
        words = [word for line in lines for word in line.split()]
        text.write_text("\n".join(words) + "\n", encoding="utf-8")
    output = folder / "aeneas.json"
    output.unlink(missing_ok=True)
    settings = (
        f"task_language={_LANGUAGES[case.language]}|is_text_type=plain|os_task_file_format=json"
    )
    program = (
        ["-c", _RESCALED] if peer == "aeneas-rescaled" else ["-m", "aeneas.tools.execute_task"]
    )
    command = [str(prepare_aeneas()), *program, str(case.sound), str(text), settings, str(output)]
    if by_word:
        command.append(f"-r={_WORD_PRESET}")
    done = run(command, folder, timeout=timeout, surroundings={"PYTHONIOENCODING": "UTF-8"})
    cost = {"seconds": done.seconds, "peak_mb": done.peak_mb}
    if done.code is None:
        return Answer("timeout", reason=done.errors, **cost)
    if done.code or not output.exists():
        told = (done.errors.strip() or done.output.strip())[-200:]
        return Answer("failed", reason=f"exit {done.code}: {told}", **cost)
    fragments = json.loads(output.read_text(encoding="utf-8"))["fragments"]
    marks = [Placed(float(f["begin"]), float(f["end"])) for f in fragments]
    return Answer("aligned", lines=_lines(marks, lines, by_word), **cost)


def _lines(marks: list[Placed], lines: list[str], by_word: bool) -> tuple[Placed, ...]:
    if not by_word:
        return tuple(marks)
    placed, at = [], 0
    for line in lines:
        words = tuple(marks[at : at + len(line.split())])
        at += len(words)
        if words:
            placed.append(Placed(words[0].start, words[-1].end, words=words))
    return tuple(placed)


@lru_cache(maxsize=1)
def prepare_aeneas() -> Path:
    """Make aeneas' environment if it is not there; return its interpreter."""
    folder = cache_folder("text-peers", "aeneas")
    python = folder / "bin" / "python"
    done = folder / "ready-1"
    if done.exists():
        return python
    subprocess.run([str(find_python38()), "-m", "venv", str(folder)], check=True)
    for arguments in (
        ["-U", "pip", "wheel", "setuptools<60", "numpy<1.24"],
        ["--no-build-isolation", f"aeneas=={AENEAS}"],
    ):
        installed = subprocess.run(
            [str(python), "-m", "pip", "install", "-q", *arguments], capture_output=True, text=True
        )
        if installed.returncode:
            raise MaterialMissingError(
                f"pip could not install {arguments[-1]} (it needs espeak, libespeak-dev and a C "
                f"compiler): {installed.stderr.strip()[-300:]}"
            )
    done.touch()
    return python


def find_python38() -> Path:
    """Return a Python 3.8: from PATH, pyenv or uv.

    Raises
    ------
    MaterialMissingError
        Where there is none: aeneas is then left out.
    """
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = [shutil.which("python3.8"), *sorted(root.glob("versions/3.8.*/bin/python3.8"))]
    if shutil.which("uv"):
        told = subprocess.run(["uv", "python", "find", "3.8"], capture_output=True, text=True)
        candidates.append(told.stdout.strip() or None)
    for each in candidates:
        if each is None:
            continue
        told = subprocess.run([str(each), "--version"], capture_output=True, text=True)
        if told.returncode == 0 and "3.8." in told.stdout:
            return Path(each)
    raise MaterialMissingError(
        "aeneas 1.7.3 needs Python 3.8: have python3.8 on PATH, in pyenv or in uv"
    )


def _by_pocketsphinx(case: Case, folder: Path, timeout: float) -> Answer:
    """Align by pocketsphinx alone, chunk by chunk (`benchmarks.text.chunked`)."""
    output = folder / "pocketsphinx.json"
    output.unlink(missing_ok=True)
    module = ["-m", "benchmarks.text.chunked"]
    command = [sys.executable, *module, str(case.sound), str(case.text), str(output)]
    root = str(Path(__file__).resolve().parents[2])
    done = run(command, folder, timeout=timeout, surroundings={"PYTHONPATH": root})
    cost = {"seconds": done.seconds, "peak_mb": done.peak_mb}
    if done.code is None:
        return Answer("timeout", reason=done.errors, **cost)
    if done.code:
        return Answer("failed", reason=f"exit {done.code}: {done.errors.strip()[-200:]}", **cost)
    marks = [Placed(*times) for times in json.loads(output.read_text())]
    lines = case.text.read_text(encoding="utf-8").splitlines()
    return Answer("aligned", lines=_lines(marks, lines, by_word=True), **cost)


def versions(peers: tuple[str, ...]) -> dict[str, str]:
    """Return the version of each peer, or why it is left out."""
    told = {}
    for peer in peers:
        try:
            told[peer] = _version(peer)
        except MaterialMissingError as error:
            told[peer] = f"left out: {error}"
    return told


def _version(peer: str) -> str:
    if peer != "pocketsphinx":
        prepare_aeneas()
        return AENEAS
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pocketsphinx")
    except PackageNotFoundError as error:
        raise MaterialMissingError("pocketsphinx is needed: pip install pocketsphinx") from error
