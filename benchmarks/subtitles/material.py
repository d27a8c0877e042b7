"""Recordings whose cue times are known exactly: real voices, synthetic mix.

`build` places clean prompts on a timeline with film-like pauses and mixes real music, pink noise
and bangs over them; the truth is the placement, so it is exact to a sample. A 45-minute recording
takes a few seconds, and the same parameters give the same samples.

A training script asks for as much as it wants::

    for recording in iterate(["it", "es"], minutes=10, snr_db=(25, 10, 3), seeds=range(20),
                             half="train"):
        fit(recording.samples, recording.starts, recording.ends)
"""

import dataclasses
import json
import os
import subprocess
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.cache import cache_folder
from benchmarks.subtitles.prompts import RATE, Prompts, half_of, load_music, load_prompts

# Bump when the same parameters would give other samples: it names the cached files.
VERSION = 1
SPEECH_DB = -23.0
# Pauses of a film's dialogue: (share, shortest, longest) in seconds.
GAPS = ((0.62, 0.1, 0.9), (0.30, 1.0, 5.0), (0.06, 6.0, 14.0), (0.02, 15.0, 35.0))
# What is put in to bring the share of speech down: scenes without words.
WORDLESS_S = (20.0, 100.0)


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Sound and its truth.

    Attributes
    ----------
    name : str
        Says all parameters.
    samples : ndarray of float32, shape (n,)
        16 kHz mono.
    starts, ends : ndarray of float64, shape (cues,)
        Seconds of speech onset and end by the level rule of `prompts.find_speech`.
    texts, speakers : tuple of str
        One per cue.
    speech : ndarray of float32, shape (n,), or None
        The speech alone, before mixing.
    """

    name: str
    samples: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    texts: tuple[str, ...]
    speakers: tuple[str, ...]
    speech: np.ndarray | None = None

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return len(self.samples) / RATE


def build(
    speaker: str = "it",
    *,
    minutes: float = 45,
    snr_db: float = 10,
    seed: int = 0,
    density: float | None = None,
    half: str = "all",
    stems: bool = False,
) -> Recording:
    """Build one recording.

    The layout of the cues depends on everything but `snr_db`, so that noise is the only change
    between the recordings of one seed.

    Parameters
    ----------
    speaker : str
        A name of `prompts.SPEAKERS`, or several joined by "+" (they take turns at random).
    minutes : float
        Length.
    snr_db : float
        Power of active speech over the power of the background under it (pink noise, and music in
        its place where a bed runs). Music in long pauses and bangs come on top: they are 3 to
        15 dB below speech whatever `snr_db` is.
    seed : int
        Anything from 0.
    density : float, optional
        Share of time with speech, brought about by wordless scenes of 20 to 100 s; by default the
        pauses of `GAPS` alone (about 50 %).
    half : {"all", "train", "test"}
        Which prompts may be used; see `prompts.half_of`.
    stems : bool
        Whether to keep the speech alone too.
    """
    name = recording_name(
        speaker, minutes=minutes, snr_db=snr_db, seed=seed, density=density, half=half
    )
    layout_name = recording_name(
        speaker, minutes=minutes, snr_db=0, seed=seed, density=density, half=half
    )
    rng = _generator("layout", layout_name)
    size = round(minutes * 60 * RATE)
    speech, starts, ends, texts, voices = _lay_out(rng, speaker, size, density, half)
    samples = speech.copy() if stems else speech
    _add_sound_in_pauses(_generator("pauses", layout_name), samples, starts, ends)
    samples += background(_generator("background", layout_name), size, snr_db)
    np.clip(samples, -1.0, 1.0, out=samples)
    return Recording(
        name=name,
        samples=samples,
        starts=starts,
        ends=ends,
        texts=texts,
        speakers=voices,
        speech=speech if stems else None,
    )


def build_truth(
    speaker: str = "it",
    *,
    minutes: float = 45,
    seed: int = 0,
    density: float | None = None,
    half: str = "all",
) -> Recording:
    """Return what `build` would, without the sound: the cues alone."""
    name = recording_name(speaker, minutes=minutes, snr_db=0, seed=seed, density=density, half=half)
    size = round(minutes * 60 * RATE)
    _, starts, ends, texts, voices = _lay_out(
        _generator("layout", name), speaker, size, density, half
    )
    return Recording(name, np.zeros(0, np.float32), starts, ends, texts, voices)


def iterate(
    speakers: Iterable[str],
    *,
    minutes: float = 10,
    snr_db: Iterable[float] = (25, 10, 6, 3),
    seeds: Iterable[int] = range(4),
    density: Iterable[float | None] = (None,),
    half: str = "all",
    stems: bool = False,
) -> Iterator[Recording]:
    """Build one recording after the other: every speaker x density x seed, at an SNR taken in turn.

    Parameters are those of `build`, several of each.
    """
    ratios = tuple(snr_db)
    count = 0
    seeds, densities = tuple(seeds), tuple(density)
    for speaker in speakers:
        for share in densities:
            for seed in seeds:
                yield build(
                    speaker,
                    minutes=minutes,
                    snr_db=ratios[count % len(ratios)],
                    seed=seed,
                    density=share,
                    half=half,
                    stems=stems,
                )
                count += 1


def build_wordless(kind: str, *, minutes: float = 10, seed: int = 0) -> Recording:
    """Build sound without a single word.

    Parameters
    ----------
    kind : {"silence", "noise", "music"}
        Digital silence; pink noise and bangs; music end to end.
    minutes : float
        Length.
    seed : int
        Anything from 0.
    """
    size = round(minutes * 60 * RATE)
    rng = _generator("wordless", kind, str(seed))
    if kind == "silence":
        samples = np.zeros(size, np.float32)
    elif kind == "noise":
        samples = background(rng, size, 10, beds=False)
        _add_bangs(rng, samples)
    elif kind == "music":
        samples = music(rng, size)
    else:
        raise ValueError(f"kind is {kind!r}; it must be silence, noise or music")
    none = np.zeros(0)
    return Recording(f"{kind}-{minutes:g}m-s{seed}", np.clip(samples, -1, 1), none, none, (), ())


def cut(recording: Recording, spans: Iterable[tuple[float, float]]) -> Recording:
    """Take spans of time out of a recording; the cues that begin inside them are gone.

    Parameters
    ----------
    recording : Recording
        Where to cut.
    spans : iterable of (float, float)
        Start and end in seconds, in order, without overlap.
    """
    keep = np.ones(len(recording.samples), bool)
    spans = tuple(spans)
    for start, end in spans:
        keep[round(start * RATE) : round(end * RATE)] = False
    present = np.ones(len(recording.starts), bool)
    shift = np.zeros(len(recording.starts))
    for start, end in spans:
        present &= ~((recording.starts >= start) & (recording.starts < end))
        shift += np.where(recording.starts >= end, end - start, 0.0)
    label = "_".join(f"{a:.1f}to{b:.1f}" for a, b in spans)
    return dataclasses.replace(
        recording,
        name=f"{recording.name}-cut{zlib.crc32(label.encode()):08x}",
        samples=recording.samples[keep],
        starts=(recording.starts - shift)[present],
        ends=(recording.ends - shift)[present],
        texts=tuple(t for t, p in zip(recording.texts, present, strict=True) if p),
        speakers=tuple(s for s, p in zip(recording.speakers, present, strict=True) if p),
        speech=None if recording.speech is None else recording.speech[keep],
    )


def insert(recording: Recording, at: float, samples: np.ndarray, label: str) -> Recording:
    """Put foreign sound (an advert) into a recording; later cues move by its length.

    Parameters
    ----------
    recording : Recording
        Where to insert.
    at : float
        Seconds; should lie in a pause.
    samples : ndarray of float32
        What to insert, 16 kHz.
    label : str
        Goes into the name.
    """
    place = round(at * RATE)
    later = np.where(recording.starts >= at, len(samples) / RATE, 0.0)
    joined = np.concatenate([recording.samples[:place], samples, recording.samples[place:]])
    return dataclasses.replace(
        recording,
        name=f"{recording.name}-{label}",
        samples=joined,
        starts=recording.starts + later,
        ends=recording.ends + later,
        speech=None,
    )


def recording_name(
    speaker: str,
    *,
    minutes: float,
    snr_db: float,
    seed: int,
    density: float | None = None,
    half: str = "all",
) -> str:
    """Return the name that says all parameters of a recording."""
    share = "" if density is None else f"-d{density:g}"
    part = "" if half == "all" else f"-{half}"
    return f"{speaker}-{minutes:g}m-{snr_db:g}dB-s{seed}{share}{part}"


def write_media(recording: Recording, path: Path) -> Path:
    """Write the sound: FLAC; AAC (96 kbit/s, 48 kHz) where the suffix is .mp4 or .m4a.

    An .mp4 is a film: it has a moving test picture too (H.264, 24 frames a second).
    """
    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y"]
    command += ["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "-"]
    if path.suffix == ".mp4":
        command += ["-f", "lavfi", "-i", "testsrc2=size=480x270:rate=24", "-shortest"]
        command += ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "30", "-pix_fmt", "yuv420p"]
    if path.suffix in (".mp4", ".m4a"):
        codec = ["-c:a", "aac", "-aac_coder", "fast", "-b:a", "96k", "-ar", "48000"]
    else:
        codec = ["-c:a", "flac", "-sample_fmt", "s16", "-compression_level", "4"]
    partial = _partial(path)
    subprocess.run(
        [*command, *codec, str(partial)],
        input=recording.samples.astype("<f4").tobytes(),
        check=True,
    )
    partial.replace(path)
    return path


def write_truth(recording: Recording, path: Path) -> Path:
    """Write the truth as JSON: ``{"label", "seconds", "cues": [{start, end, text, speaker}]}``."""
    rows = zip(recording.starts, recording.ends, recording.texts, recording.speakers, strict=True)
    cues = [
        {"start": round(a, 6), "end": round(b, 6), "text": text, "speaker": speaker}
        for a, b, text, speaker in rows
    ]
    body = {
        "label": "real voices, synthetic mix",
        "name": recording.name,
        "seconds": recording.seconds,
        "cues": cues,
    }
    partial = _partial(path)
    partial.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
    partial.replace(path)
    return path


def _partial(path: Path) -> Path:
    """Return where a file grows: two processes may want the same one at the same time."""
    return path.with_name(f".partial-{os.getpid()}-{path.name}")


def read_truth(path: Path) -> Recording:
    """Read what `write_truth` wrote, as a recording without samples."""
    body = json.loads(path.read_text(encoding="utf-8"))
    return Recording(
        name=body["name"],
        samples=np.zeros(0, np.float32),
        starts=np.array([cue["start"] for cue in body["cues"]]),
        ends=np.array([cue["end"] for cue in body["cues"]]),
        texts=tuple(cue["text"] for cue in body["cues"]),
        speakers=tuple(cue["speaker"] for cue in body["cues"]),
    )


def media_path(recording: Recording, suffix: str = ".flac") -> Path:
    """Return a recording's file in the cache, with its truth beside it; written if missing."""
    path = cache_folder("media") / f"{recording.name}-v{VERSION}{suffix}"
    if not path.exists():
        write_truth(recording, path.with_suffix(".truth.json"))
        write_media(recording, path)
    return path


def recording_files(
    speaker: str = "it", *, suffix: str = ".flac", **parameters: object
) -> tuple[Path, Recording]:
    """Return medium and truth of ``build(speaker, **parameters)``, from the cache if there.

    The recording returned has no samples when it came from the cache.
    """
    settings = {
        "minutes": 45,
        "snr_db": 10,
        "seed": 0,
        "density": None,
        "half": "all",
        **parameters,
    }
    path = cache_folder("media") / f"{recording_name(speaker, **settings)}-v{VERSION}{suffix}"
    truth = path.with_suffix(".truth.json")
    if path.exists() and truth.exists():
        return path, read_truth(truth)
    recording = build(speaker, **settings)
    return media_path(recording, suffix), recording


def _generator(*names: str) -> np.random.Generator:
    return np.random.default_rng([VERSION, *(zlib.crc32(name.encode()) for name in names)])


def _lay_out(
    rng: np.random.Generator, speaker: str, size: int, density: float | None, half: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[str, ...], tuple[str, ...]]:
    pool = [load_prompts(name) for name in speaker.split("+")]
    decks = [_deal(rng, prompts, half) for prompts in pool]
    wordless = _wordless_share(pool, density)
    speech = np.zeros(size, np.float32)
    starts, ends, texts, voices = [], [], [], []
    end = rng.uniform(1.0, 8.0)
    while True:
        who = int(rng.integers(len(pool)))
        prompts, index = pool[who], next(decks[who])
        start = round((end + _gap(rng, wordless)) * RATE) / RATE
        end = start + float(prompts.durations[index])
        if (end + 1.0) * RATE > size:
            break
        gain = np.float32(10 ** (rng.uniform(-4.0, 3.0) / 20))
        clip = prompts.clips[index]
        first = round((start - float(prompts.onsets[index])) * RATE)
        speech[first : first + len(clip)] += gain * clip
        starts.append(first / RATE + float(prompts.onsets[index]))
        ends.append(end)
        texts.append(prompts.texts[index])
        voices.append(prompts.voices[index])
    return speech, np.array(starts), np.array(ends), tuple(texts), tuple(voices)


def _deal(rng: np.random.Generator, prompts: Prompts, half: str) -> Iterator[int]:
    """Yield prompts in shuffled rounds of all of them, so that each is reused as rarely as can be.

    Where several voices share a name (GRID), a voice is drawn by the root of its number of clips
    first: one of them has most of the clips.
    """
    usable = [i for i, name in enumerate(prompts.names) if half in ("all", half_of(name))]
    by_voice: dict[str, list[int]] = {}
    for index in usable:
        by_voice.setdefault(prompts.voices[index], []).append(index)
    voices = sorted(by_voice)
    weight = np.sqrt([len(by_voice[voice]) for voice in voices])
    decks: dict[str, list[int]] = {voice: [] for voice in voices}
    while True:
        voice = voices[int(rng.choice(len(voices), p=weight / weight.sum()))]
        if not decks[voice]:
            decks[voice] = rng.permutation(by_voice[voice]).tolist()
        yield decks[voice].pop()


def _wordless_share(pool: list[Prompts], density: float | None) -> float:
    """Return how often a pause must be a wordless scene for `density` to come out."""
    if density is None:
        return 0.0
    spoken = float(np.mean([prompts.durations.mean() for prompts in pool]))
    pause = sum(share * (low + high) / 2 for share, low, high in GAPS)
    scene = sum(WORDLESS_S) / 2
    return float(np.clip((spoken / density - spoken - pause) / (scene - pause), 0.0, 1.0))


def _gap(rng: np.random.Generator, wordless: float) -> float:
    if wordless and rng.random() < wordless:
        return float(rng.uniform(*WORDLESS_S))
    kind = int(rng.choice(len(GAPS), p=[share for share, _, _ in GAPS]))
    return float(rng.uniform(*GAPS[kind][1:]))


def draw_film_like_times(
    rng: np.random.Generator, count: int, mean_spoken: float = 2.3
) -> tuple[np.ndarray, np.ndarray]:
    """Draw start and end times of `count` cues that belong to no recording, film-like."""
    spoken = np.clip(rng.lognormal(np.log(mean_spoken) - 0.15, 0.55, count), 0.6, 8.0)
    gaps = np.array([_gap(rng, 0.0) for _ in range(count)])
    starts = rng.uniform(1.0, 8.0) + np.cumsum(gaps) + np.concatenate([[0], np.cumsum(spoken)[:-1]])
    return starts, starts + spoken


def _add_sound_in_pauses(
    rng: np.random.Generator, samples: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> None:
    """Put music, fading in and out, into most pauses of 4 s and more, and a bang every 20 s."""
    edges = np.concatenate([[0.0], ends]), np.concatenate([starts, [len(samples) / RATE]])
    for start, end in zip(*edges, strict=True):
        if end - start < 4.0 or rng.random() > 0.7:
            continue
        room = end - start
        first, last = start + rng.uniform(0.2, 0.25 * room), end - rng.uniform(0.1, 0.25 * room)
        a, b = round(first * RATE), round(last * RATE)
        gain = 10 ** (rng.uniform(-15.0, -3.0) / 20)
        fade = rng.uniform(0.3, min(2.0, (last - first) / 2)), rng.uniform(0.1, (last - first) / 2)
        samples[a:b] += np.float32(gain) * music(rng, b - a) * fades(b - a, *fade)
    _add_bangs(rng, samples)


def _add_bangs(rng: np.random.Generator, samples: np.ndarray) -> None:
    """Doors, steps, shots: decaying bursts of noise, one every 20 s on average."""
    for _ in range(int(rng.poisson(len(samples) / RATE / 20))):
        length = round(rng.uniform(0.05, 0.5) * RATE)
        place = int(rng.integers(0, max(len(samples) - length, 1)))
        shape = np.exp(-np.arange(length) / (length / rng.uniform(3, 7)))
        peak = 10 ** ((SPEECH_DB + rng.uniform(-9.0, 9.0)) / 20)
        burst = peak * shape * rng.standard_normal(length)
        samples[place : place + length] += burst[: len(samples) - place].astype(np.float32)


def background(
    rng: np.random.Generator, size: int, snr_db: float, *, beds: bool = True
) -> np.ndarray:
    """Pink noise; in about a third of the time a music bed takes three quarters of its power."""
    level = np.float32(10 ** (-snr_db / 20))
    noise = np.resize(_pink_noise(rng), size)
    noise *= level
    at = rng.uniform(0, 60)
    while beds and at * RATE < size:
        seconds = rng.uniform(15, 90)
        a, b = round(at * RATE), min(round((at + seconds) * RATE), size)
        fade = rng.uniform(0.5, 3.0)
        bed = np.float32(level * np.sqrt(0.75)) * music(rng, b - a)
        shape = fades(b - a, min(fade, (b - a) / RATE / 2), min(fade, (b - a) / RATE / 2))
        noise[a:b] *= 1 - np.float32(0.5) * shape
        noise[a:b] += bed * shape
        at += seconds + rng.uniform(20, 160)
    return noise


def _pink_noise(rng: np.random.Generator) -> np.ndarray:
    """262 s of pink noise that closes on itself, at the level of speech."""
    size = 2**22
    frequency = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32)
    shape = np.zeros_like(frequency)
    shape[1:] = 1 / np.sqrt(np.maximum(frequency[1:], 30.0))
    phase = rng.random(len(frequency), dtype=np.float32) * np.float32(2 * np.pi)
    noise = np.fft.irfft(shape * np.exp(1j * phase)).astype(np.float32)
    return noise * np.float32(10 ** (SPEECH_DB / 20) / np.sqrt(np.mean(noise**2)))


def music(rng: np.random.Generator, size: int) -> np.ndarray:
    """Return that many samples of real music, at the level of speech."""
    pieces = load_music()
    parts, have = [], 0
    while have < size:
        piece = pieces[int(rng.integers(len(pieces)))]
        place = int(rng.integers(0, max(len(piece) - min(size - have, len(piece) // 2), 1)))
        parts.append(piece[place : place + size - have])
        have += len(parts[-1])
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def fades(size: int, rise_s: float, fall_s: float) -> np.ndarray:
    """Return a gain for each sample that rises from 0 at the start and falls to 0 at the end."""
    shape = np.ones(size, np.float32)
    rise, fall = min(round(rise_s * RATE), size), min(round(fall_s * RATE), size)
    shape[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    shape[size - fall :] *= np.linspace(1, 0, fall, dtype=np.float32)
    return shape
