"""Pairs of sounds for the verdict: related ones, damaged in every usual way, and unrelated ones.

Real voices and real music, synthetic mix. Two sounds of an unrelated pair share neither a prompt
nor a piece of music; speech is laid out with pauses as in a film.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.subtitles.prompts import RATE, half_of, load_music, load_prompts

# Speakers and pieces of music by the side they are used on: the sides share none.
SIDES = {
    "fit": {"prompts": "it", "voices": ("s1", "s3", "s31", "s33"), "music": (0, 1)},
    "report": {"prompts": "es", "voices": ("s2", "s4", "s30", "s32"), "music": (2, 3, 4)},
}
DAMAGES = (
    "noise",
    "codec",
    "coloured",
    "resampled",
    "delayed",
    "cut",
    "inserted",
    "warped",
    "excerpt",
)
_GAPS = ((0.6, 0.1, 0.9), (0.3, 1.0, 5.0), (0.1, 5.0, 9.0))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sounds, 16 kHz mono float32, and how they were made."""

    name: str
    reference: np.ndarray
    query: np.ndarray
    related: bool


def speech(clips: list[np.ndarray], seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Lay out clips in random order with pauses."""
    samples = np.zeros(round(seconds * RATE), np.float32)
    at = int(rng.uniform(0.2, 3.0) * RATE)
    deck: list[int] = []
    while True:
        if not deck:
            deck = rng.permutation(len(clips)).tolist()
        clip = clips[deck.pop()]
        if at + len(clip) > len(samples):
            return samples
        samples[at : at + len(clip)] += np.float32(10 ** (rng.uniform(-4, 3) / 20)) * clip
        _, low, high = _GAPS[int(rng.choice(3, p=[gap[0] for gap in _GAPS]))]
        at += len(clip) + round(rng.uniform(low, high) * RATE)


def music(piece: int, seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Take an excerpt of a piece of music, at most all of it."""
    samples = load_music()[piece]
    size = min(round(seconds * RATE), len(samples))
    place = int(rng.integers(0, len(samples) - size + 1))
    return samples[place : place + size].copy()


def noise(size: int, rng: np.random.Generator, colour: float = 0.5) -> np.ndarray:
    """Noise whose power falls with frequency to the power of twice `colour`, at -23 dB."""
    padded = 1 << max(size - 1, 1).bit_length()
    spectrum = np.fft.rfft(rng.standard_normal(padded))
    spectrum /= np.maximum(np.fft.rfftfreq(padded, 1 / RATE), 30.0) ** colour
    values = np.fft.irfft(spectrum)[:size]
    return (values / values.std() * 10 ** (-23 / 20)).astype(np.float32)


def clips_of(side: str, kind: str, half: str) -> list[np.ndarray]:
    """Return the clips of one half of a speaker's prompts, or of one GRID speaker."""
    facts = SIDES[side]
    if kind == "prompts":
        prompts = load_prompts(facts["prompts"])
        return [c for c, n in zip(prompts.clips, prompts.names, strict=True) if half_of(n) == half]
    prompts = load_prompts("grid")
    return [c for c, v in zip(prompts.clips, prompts.voices, strict=True) if v == half]


def unrelated(side: str, seconds: float, rng: np.random.Generator) -> Pair:
    """Make a pair that has nothing in common; half of them with noise as well."""
    facts = SIDES[side]
    sounds = []
    names = []
    halves = [str(h) for h in rng.permutation(["train", "test"])]
    voices = [str(v) for v in rng.choice(facts["voices"], 2, replace=False)]
    pieces = rng.choice(facts["music"], 2, replace=False)
    for k in range(2):
        kind = str(rng.choice(["prompts", "voices", "music", "noise"], p=[0.4, 0.3, 0.25, 0.05]))
        length = seconds * rng.uniform(0.5, 1.5)
        if kind == "music":
            sounds.append(music(int(pieces[k]), length, rng))
        elif kind == "noise":
            sounds.append(noise(round(length * RATE), rng, rng.uniform(0, 1)))
        else:
            half = halves[k] if kind == "prompts" else voices[k]
            sounds.append(speech(clips_of(side, kind, half), length, rng))
        if rng.random() < 0.5:
            sounds[-1] = with_noise(sounds[-1], rng.uniform(0, 25), rng)
        names.append(kind)
    return Pair(f"unrelated: {' / '.join(names)}", *sounds, related=False)


def related(side: str, seconds: float, damage: str, rng: np.random.Generator) -> Pair:
    """Make a pair of which the query is the reference, damaged; both with noise of their own."""
    facts = SIDES[side]
    kind = str(rng.choice(["prompts", "voices", "music"], p=[0.4, 0.25, 0.35]))
    length = seconds * rng.uniform(0.5, 1.5)
    if kind == "music":
        clean = music(int(rng.choice(facts["music"])), length, rng)
    else:
        half = str(rng.choice(["train", "test"] if kind == "prompts" else facts["voices"]))
        clean = speech(clips_of(side, kind, half), length, rng)
    reference = with_noise(clean, rng.uniform(10, 30), rng)
    query = with_noise(damaged(clean, damage, rng), rng.uniform(0, 20), rng)
    return Pair(f"{damage}: {kind}", reference, query, related=True)


def damaged(samples: np.ndarray, damage: str, rng: np.random.Generator) -> np.ndarray:
    """Damage a sound in one of the ways of `DAMAGES`."""
    size = len(samples)
    if damage == "coloured":
        spectrum = np.fft.rfft(samples)
        frequency = np.fft.rfftfreq(size, 1 / RATE)
        bend = np.interp(frequency, np.linspace(0, 8000, 9), rng.uniform(-12, 12, 9))
        return np.fft.irfft(spectrum * 10 ** (bend / 20), size).astype(np.float32)
    if damage == "codec":
        return coded(samples)
    if damage == "resampled":
        return read_at(samples, np.arange(0, size - 1, 1 + rng.choice([-0.005, 0.005])))
    if damage == "delayed":
        return np.concatenate([noise(round(rng.uniform(1, 20) * RATE), rng) / 8, samples])
    if damage == "cut":
        place, length = int(rng.uniform(0.2, 0.6) * size), int(rng.uniform(0.05, 0.2) * size)
        return np.delete(samples, slice(place, place + length))
    if damage == "inserted":
        place, length = int(rng.uniform(0.2, 0.8) * size), int(rng.uniform(0.05, 0.2) * size)
        return np.insert(samples, place, noise(length, rng))
    if damage == "warped":
        return read_at(samples, warp(size, rng))
    if damage == "excerpt":
        place = int(rng.uniform(0, 0.5) * size)
        return samples[place : place + size // 2]
    return samples


def warp(size: int, rng: np.random.Generator, *, most: float = 0.04) -> np.ndarray:
    """Return the sample to read at each moment, at a pace that varies by a few percent."""
    knots = max(4, size // (10 * RATE))
    pace = np.interp(np.arange(size), np.linspace(0, size, knots), rng.uniform(-most, most, knots))
    at = np.cumsum(1 + pace)
    return at[at < size - 1]


def read_at(samples: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Read samples between samples, by straight lines."""
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)


def coded(samples: np.ndarray, codec: str = "libopus", rate: str = "16k") -> np.ndarray:
    """Encode at a low rate and decode again."""
    import subprocess

    import imageio_ffmpeg

    raw = ["-f", "f32le", "-ar", str(RATE), "-ac", "1"]
    program = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error"]
    encode = [*program, *raw, "-i", "-", "-c:a", codec, "-b:a", rate, "-f", "ogg", "-"]
    data = subprocess.run(encode, input=samples.tobytes(), capture_output=True, check=True).stdout
    decode = [*program, "-i", "-", *raw, "-"]
    done = subprocess.run(decode, input=data, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.float32).copy()


def with_noise(samples: np.ndarray, ratio_db: float, rng: np.random.Generator) -> np.ndarray:
    """Add noise at a ratio of powers, over the whole sound."""
    level = np.sqrt(np.mean(samples**2)) * 10 ** (-ratio_db / 20) / 10 ** (-23 / 20)
    return samples + np.float32(level) * noise(len(samples), rng)
