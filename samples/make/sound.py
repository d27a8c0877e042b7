"""Everything that is heard and not spoken: sea, strings, knocks, door, horn, the room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt
from voice import RATE

Audio = NDArray[np.float64]

# Seven chords in D dorian, four notes each (MIDI numbers), two and a half seconds a chord.
_CHORDS = ((50, 57, 62, 65), (48, 55, 60, 64), (53, 57, 60, 65), (43, 55, 59, 62))
_CHORDS += ((45, 57, 60, 64), (48, 55, 60, 67), (50, 57, 62, 69))
_CHORD_SECONDS = 2.5


def sea(size: int, rng: np.random.Generator) -> Audio:
    """Return pink noise that swells like waves, with a root mean square of 1."""
    spectrum = np.fft.rfft(rng.standard_normal(size))
    frequency = np.fft.rfftfreq(size, 1 / RATE)
    spectrum *= (frequency > 40) / np.sqrt(np.maximum(frequency, 40.0))
    noise = np.fft.irfft(spectrum, size)
    seconds = np.arange(size) / RATE
    swell = 1 + 0.25 * np.sin(2 * np.pi * seconds / 7.3) + 0.15 * np.sin(2 * np.pi * seconds / 4.1)
    noise *= swell
    return noise / np.sqrt(np.mean(noise**2))


def strings(seconds: float, rng: np.random.Generator) -> Audio:
    """Return plucked strings over a soft pad, peak 1, faded in and out."""
    size = round(seconds * RATE)
    music = np.zeros(size + 4 * RATE)
    for number, start in enumerate(np.arange(0.0, seconds, _CHORD_SECONDS)):
        chord = _CHORDS[number % len(_CHORDS)]
        _add(music, 0.25 * _pad(chord), start)
        for step in range(5):
            note = chord[0] if step == 0 else chord[int(rng.integers(1, 4))] + 12
            _add(music, (0.9 if step == 0 else 0.6) * _pluck(note, rng), start + 0.5 * step)
    music = music[:size]
    fade_in, fade_out = round(0.3 * RATE), min(size // 3, round(2.0 * RATE))
    music[:fade_in] *= np.linspace(0, 1, fade_in)
    music[-fade_out:] *= np.linspace(1, 0, fade_out) ** 2
    return music / np.abs(music).max()


def knocks(rng: np.random.Generator) -> Audio:
    """Return three knuckles on wood, peak 1."""
    audio = np.zeros(round(1.2 * RATE))
    for start, level in ((0.0, 0.9), (0.27, 0.8), (0.55, 1.0)):
        _add(audio, level * _thump(rng, pitch=190.0, decay=0.03, wood=0.5), start)
    return audio / np.abs(audio).max()


def slam(rng: np.random.Generator) -> Audio:
    """Return a heavy door that falls shut, peak 1."""
    audio = np.zeros(RATE)
    _add(audio, _thump(rng, pitch=70.0, decay=0.14, wood=0.9), 0.0)
    _add(audio, 0.3 * _thump(rng, pitch=900.0, decay=0.02, wood=0.4), 0.06)
    return audio / np.abs(audio).max()


def horn(rng: np.random.Generator, *, blasts: int) -> Audio:
    """Return a ship's horn far away, peak 1."""
    length, pause = 1.3, 0.4
    seconds = np.arange(round(length * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * 110.0 * k * seconds + rng.random()) / k**1.3 for k in range(1, 9))
    tone *= np.minimum(1, seconds / 0.08) * np.minimum(1, (length - seconds) / 0.35)
    audio = np.zeros(round(blasts * (length + pause) * RATE))
    for blast in range(blasts):
        _add(audio, tone, blast * (length + pause))
    return audio / np.abs(audio).max()


def in_room(audio: Audio, rng: np.random.Generator) -> Audio:
    """Return the sound with the short echo of a small room; the direct sound stays in place."""
    seconds = np.arange(round(0.25 * RATE)) / RATE
    echo = rng.standard_normal(len(seconds)) * np.exp(-seconds / 0.05) * (seconds > 0.006)
    echo *= 0.22 / np.sqrt(np.sum(echo**2))
    return audio + fftconvolve(audio, echo)[: len(audio)]


def _add(target: Audio, part: Audio, start: float) -> None:
    """Mix ``part`` into ``target`` at a time in seconds; what hangs over the end is dropped."""
    first = round(start * RATE)
    last = min(len(target), first + len(part))
    target[first:last] += part[: last - first]


def _hertz(note: float) -> float:
    return float(440.0 * 2 ** ((note - 69) / 12))


def _pluck(note: int, rng: np.random.Generator) -> Audio:
    """Return one string after Karplus and Strong, as a filter that a burst of noise excites."""
    period = round(RATE / _hertz(note))
    audio = np.zeros((round(1.8 * RATE) // period + 1) * period)
    wave = sosfilt(butter(2, 3000, fs=RATE, output="sos"), rng.standard_normal(period))
    for start in range(0, len(audio), period):
        audio[start : start + period] = wave
        wave = 0.996 * 0.5 * (wave + np.roll(wave, 1))
    audio *= np.linspace(1, 0, len(audio))
    return audio / np.abs(audio).max()


def _pad(chord: tuple[int, ...]) -> Audio:
    seconds = np.arange(round(1.3 * _CHORD_SECONDS * RATE)) / RATE
    voices = [np.sin(2 * np.pi * _hertz(n) * seconds) for n in chord]
    voices += [0.4 * np.sin(2 * np.pi * 1.003 * _hertz(n + 12) * seconds) for n in chord]
    return sum(voices) / len(voices) * np.sin(np.pi * seconds / seconds[-1]) ** 0.7


def _thump(rng: np.random.Generator, *, pitch: float, decay: float, wood: float) -> Audio:
    seconds = np.arange(round(8 * decay * RATE)) / RATE
    band = butter(2, [pitch * 0.7, pitch * 8], "bandpass", fs=RATE, output="sos")
    noise = sosfilt(band, rng.standard_normal(len(seconds)))
    tone = np.sin(2 * np.pi * pitch * seconds * (1 - 0.15 * seconds / seconds[-1]))
    return (tone + wood * noise) * np.exp(-seconds / decay)
