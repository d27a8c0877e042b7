"""Real voices and music, cut to speech by a level rule, cached as 16 kHz arrays.

The speech is telephone prompts read by professional speakers (Debian's asterisk packages), the
music is the same archive's music on hold. A prompt's onset and end are set on the *clean* prompt,
so that the truth of a recording never depends on what is mixed over it.
"""

import gzip
import hashlib
import itertools
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.cache import MaterialMissingError, cache_folder, fetch_debian_packages

RATE = 16000
SPEAKERS = ("it", "es", "menardi", "grid", "austen")

_PACKAGES = {
    "it": ("asterisk-core-sounds-it-g722", "asterisk-core-sounds-it"),
    "es": ("asterisk-core-sounds-es-g722", "asterisk-core-sounds-es"),
    "menardi": ("asterisk-prompt-it-menardi-wav", "asterisk-core-sounds-it"),
    "austen": ("pocketsphinx-testdata",),
    "music": ("asterisk-moh-opsound-g722",),
}
_SOUND_FOLDERS = {"it": "it_IT_m_Carlo", "es": "es_MX_f_Allison", "menardi": "it_IT_f_Menardi"}
# Menardi's prompts say the same things in words of their own: the texts serve for their length.
_TRANSCRIPTS = {"it": "it", "es": "es", "menardi": "it"}
# The level rule. Bump the version whenever it changes: it names the cached arrays.
_RULE_VERSION = 3
_WINDOW_S, _HOP_S = 0.010, 0.001
_BELOW_PEAK_DB = 30.0
_ABOVE_FLOOR_DB = 10.0
_HOLD_S, _HOLD_SHARE = 0.040, 0.75
_LEAD_S, _TAIL_S = 0.030, 0.060
SHORTEST_S, LONGEST_S = 0.6, 8.0


@dataclass(frozen=True, slots=True)
class Prompts:
    """Clean speech of one speaker's name, cut around onset and end.

    Attributes
    ----------
    names, voices, texts : tuple of str
        One per prompt; the name decides the half (see `half_of`).
    clips : tuple of ndarray of float32
        16 kHz samples at -23 dBFS active level, from at most 30 ms before the onset to at most
        60 ms after the end, faded at both ends.
    onsets, durations : ndarray of float64
        Seconds from the clip's first sample to the onset, and from onset to end.
    """

    names: tuple[str, ...]
    voices: tuple[str, ...]
    texts: tuple[str, ...]
    clips: tuple[np.ndarray, ...]
    onsets: np.ndarray
    durations: np.ndarray


def half_of(name: str) -> str:
    """Return "train" or "test", by the hash of a prompt's name: the halves never share a prompt."""
    return "train" if hashlib.sha256(name.encode()).digest()[0] % 2 else "test"


def find_speech(samples: np.ndarray) -> tuple[float, float, float] | None:
    """Apply the level rule to one clean prompt.

    The level is the RMS of 10 ms windows every 1 ms, told at the window's centre. The threshold is
    30 dB below the loudest window, but at least 10 dB above the prompt's floor (its 3 % quantile).
    The onset is the first window above it that is followed by 40 ms of which 75 % are above it too
    (clicks are not speech); the end is the same, backwards.

    Parameters
    ----------
    samples : ndarray of float, shape (n,)
        Clean speech at 16 kHz, without hum (see `without_hum`).

    Returns
    -------
    tuple of float or None
        Onset and end in seconds, and the RMS of the windows above the threshold; None where there
        is no speech.
    """
    window, hop = round(_WINDOW_S * RATE), round(_HOP_S * RATE)
    if len(samples) < 10 * window:
        return None
    energy = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    at = np.arange(0, len(samples) - window + 1, hop)
    power = (energy[at + window] - energy[at]) / window
    level = 10 * np.log10(power + 1e-12)
    floor = max(float(np.quantile(level, 0.03)), -90.0)
    bar = max(level.max() - _BELOW_PEAK_DB, min(floor + _ABOVE_FLOOR_DB, level.max() - 15.0))
    loud = level > bar
    hold = round(_HOLD_S / _HOP_S)
    count = np.concatenate([[0], np.cumsum(loud)])
    first = np.arange(len(loud) - hold + 1)
    held = (count[first + hold] - count[first]) >= _HOLD_SHARE * hold
    starts = np.flatnonzero(held & loud[: len(held)])
    ends = np.flatnonzero(held & loud[hold - 1 :])
    if not len(starts) or not len(ends):
        return None
    onset = starts[0] * _HOP_S + _WINDOW_S / 2
    end = (ends[-1] + hold - 1) * _HOP_S + _WINDOW_S / 2
    if end <= onset:
        return None
    return onset, end, float(np.sqrt(power[loud].mean()))


@lru_cache(maxsize=8)
def load_prompts(speaker: str) -> Prompts:
    """Return a speaker's prompts of 0.6 to 8 s, fetched and decoded once.

    Parameters
    ----------
    speaker : str
        "it" (a man, Italian), "es" (a woman, Spanish), "menardi" (a woman, Italian, 8 kHz), "grid"
        (eight English voices from the folder of GRID clips named by ``$SYNCALIGN_GRID``) or
        "austen" (an English reader, few sentences).

    Raises
    ------
    MaterialMissingError
        If the material cannot be had.
    """
    stored = cache_folder("prompts") / f"{speaker}-v{_RULE_VERSION}.npz"
    if not stored.exists():
        _store(stored, _read_speaker(speaker))
    with np.load(stored) as data:
        bounds, samples = data["bounds"], data["samples"]
        clips = tuple(
            samples[a:b].astype(np.float32) / np.float32(32768)
            for a, b in itertools.pairwise(bounds)
        )
        return Prompts(
            names=tuple(data["names"].tolist()),
            voices=tuple(data["voices"].tolist()),
            texts=tuple(data["texts"].tolist()),
            clips=clips,
            onsets=data["onsets"],
            durations=data["durations"],
        )


@lru_cache(maxsize=1)
def load_music() -> tuple[np.ndarray, ...]:
    """Return the pieces of real music, 16 kHz float32, each at -23 dBFS RMS."""
    stored = cache_folder("prompts") / "music-v1.npz"
    if not stored.exists():
        folder = fetch_debian_packages(_PACKAGES["music"]) / "usr/share/asterisk/moh"
        pieces = {path.stem: _as_int16(decode(path)) for path in sorted(folder.glob("*.g722"))}
        np.savez(stored, **pieces)
    with np.load(stored) as data:
        pieces = [data[name].astype(np.float32) / np.float32(32768) for name in sorted(data.files)]
    return tuple(p * np.float32(10 ** (-23 / 20) / np.sqrt(np.mean(p**2))) for p in pieces)


def _read_speaker(speaker: str) -> list[tuple[str, str, str, np.ndarray, float, float]]:
    if speaker in _SOUND_FOLDERS:
        sources = _asterisk_sources(speaker)
    elif speaker == "austen":
        sources = _austen_sources()
    elif speaker == "grid":
        sources = _grid_sources()
    else:
        raise MaterialMissingError(f"no speaker {speaker!r}; known: {', '.join(SPEAKERS)}")
    rows = []
    for path, name, voice, text in sources:
        samples = without_hum(decode(path))
        found = find_speech(_without_rumble(samples))
        if found is None or not SHORTEST_S <= found[1] - found[0] <= LONGEST_S:
            continue
        clip, lead = _cut(samples, *found)
        rows.append((name, voice, text, clip, lead, found[1] - found[0]))
    return rows


def _without_rumble(samples: np.ndarray) -> np.ndarray:
    """Take out what lies below a voice: some rooms hum louder than 35 dB below the speech."""
    spectrum = np.fft.rfft(samples)
    spectrum[: round(120 * len(samples) / RATE)] = 0
    return np.fft.irfft(spectrum, len(samples))


def _cut(samples: np.ndarray, onset: float, end: float, level: float) -> tuple[np.ndarray, float]:
    first = max(round((onset - _LEAD_S) * RATE), 0)
    last = min(round((end + _TAIL_S) * RATE), len(samples))
    clip = samples[first:last] * np.float32(10 ** (-23 / 20) / level)
    fade = round(0.010 * RATE)
    clip[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    clip[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return clip, onset - first / RATE


def _asterisk_sources(speaker: str) -> list[tuple[Path, str, str, str]]:
    root = fetch_debian_packages(_PACKAGES[speaker]) / "usr/share"
    language = _TRANSCRIPTS[speaker]
    script = root / f"doc/asterisk-core-sounds-{language}/core-sounds-{language}.txt.gz"
    texts = {}
    for line in gzip.decompress(script.read_bytes()).decode("utf-8-sig", "replace").splitlines():
        name, colon, text = line.partition(":")
        if colon and not line.startswith(";"):
            texts[name.strip()] = re.sub(r"\s+", " ", text).strip()
    folder = root / "asterisk/sounds" / _SOUND_FOLDERS[speaker]
    sources = []
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".g722", ".wav")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        text = texts.get(name, "")
        # Beeps, tones and silences stand in the script in brackets or not at all.
        if text and text[0] not in "[(<{":
            sources.append((path, name, speaker, text))
    return sources


def _austen_sources() -> list[tuple[Path, str, str, str]]:
    folder = (
        fetch_debian_packages(_PACKAGES["austen"]) / "usr/share/pocketsphinx/test/data/librivox"
    )
    texts = re.findall(r"<s> (.*?) </s> \((\S+)\)", (folder / "transcription").read_text())
    return [(folder / f"{name}.wav", name, "austen", text) for text, name in texts]


def _grid_sources() -> list[tuple[Path, str, str, str]]:
    folder = os.environ.get("SYNCALIGN_GRID")
    if not folder or not Path(folder).is_dir():
        raise MaterialMissingError(
            'speaker "grid" needs a folder of GRID clips (SPEAKER/CLIP.mkv): name it in '
            "SYNCALIGN_GRID or with --grid"
        )
    sources = []
    for path in sorted(Path(folder).glob("*/*.mkv")):
        marks = path.with_suffix(".align")
        words = (
            [line.split()[2] for line in marks.read_text().splitlines()] if marks.exists() else []
        )
        text = " ".join(word for word in words if word not in ("sil", "sp")) or path.stem
        sources.append((path, f"{path.parent.name}/{path.stem}", path.parent.name, text))
    return sources


def decode(path: Path) -> np.ndarray:
    """Return a sound file as 16 kHz mono float32."""
    import av

    kind = "g722" if path.suffix == ".g722" else None
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    blocks = []
    with av.open(str(path), format=kind) as container:
        for frame in container.decode(audio=0):
            blocks += [out.to_ndarray()[0] for out in resampler.resample(frame)]
        blocks += [out.to_ndarray()[0] for out in resampler.resample(None)]
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def without_hum(samples: np.ndarray) -> np.ndarray:
    """High-pass at 120 Hz: hum that began and ended with each prompt would give its onset away."""
    spectrum = np.fft.rfft(samples)
    frequency = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum *= np.clip((frequency - 90.0) / 60.0, 0.0, 1.0)
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


def _as_int16(samples: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)


def _store(path: Path, rows: list[tuple[str, str, str, np.ndarray, float, float]]) -> None:
    if not rows:
        raise MaterialMissingError(f"no usable prompt was found for {path.stem}")
    bounds = np.concatenate([[0], np.cumsum([len(row[3]) for row in rows])])
    partial = path.with_suffix(f".{os.getpid()}.npz")
    np.savez(
        partial,
        names=np.array([row[0] for row in rows]),
        voices=np.array([row[1] for row in rows]),
        texts=np.array([row[2] for row in rows]),
        samples=np.concatenate([_as_int16(row[3]) for row in rows]),
        bounds=bounds,
        onsets=np.array([row[4] for row in rows]),
        durations=np.array([row[5] for row in rows]),
    )
    partial.replace(path)
