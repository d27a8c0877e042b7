"""The sound track of the scene and the exact time of every cue on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sound
from numpy.typing import NDArray
from scene import SCENE, Music, Sound, Speech, Title
from voice import RATE, speech_bounds, spoken_text, trim

SPEECH_LEVEL = 0.05
"""Root mean square of the speech, full scale being 1."""
SEA_LEVEL = SPEECH_LEVEL / 10
"""20 dB below the speech."""
MUSIC_PEAK = 0.22
_NOISE_PEAK = {"knocks": 0.45, "slam": 0.55, "horn": 0.18}
_CHANGE_OF_SPEAKER = 0.25  # seconds between the two speakers of one cue

Audio = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FilmCue:
    """A cue and its right place: ``start`` and ``end`` in seconds, whole milliseconds.

    For speech, ``start`` and ``sound_end`` are the bounds of the clean voice by the level rule
    of `voice.speech_bounds`, and ``end`` lets the text stand 0.1 to 0.4 s longer.
    """

    kind: str
    speakers: tuple[str, ...]
    text: str
    start: float
    end: float
    sound_end: float | None


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """The mix at 48 kHz mono, the speech alone on the same clock, and the cues in order."""

    mix: Audio
    speech: Audio
    cues: tuple[FilmCue, ...]


class _Tape:
    """Collects clips and cues while the clock runs on."""

    def __init__(self, say: Callable[[str, str], Audio], seed: int) -> None:
        self.say = say
        self.rng = np.random.default_rng(seed)
        self.now = 0.0
        self.voices: list[tuple[int, Audio]] = []
        self.noises: list[tuple[int, Audio]] = []
        self.cues: list[FilmCue] = []

    def add_title(self, title: Title) -> None:
        end = title.start + title.seconds
        self.cues.append(FilmCue("credits", (), title.text, title.start, end, None))

    def add_music(self, music: Music) -> None:
        clip = MUSIC_PEAK * sound.strings(music.seconds, self.rng)
        self.noises.append((round(self.now * RATE), clip))
        if music.label is not None:
            start = _milliseconds(self.now + 1.0)
            end = _milliseconds(start + min(5.0, music.seconds - 2.0))
            self.cues.append(FilmCue("music", (), music.label, start, end, None))
        self.now += music.seconds

    def add_noise(self, noise: Sound) -> None:
        if noise.kind == "horn":
            clip = sound.horn(self.rng, blasts=2 if "two" in noise.label else 1)
        else:
            clip = {"knocks": sound.knocks, "slam": sound.slam}[noise.kind](self.rng)
        start = _milliseconds(self.now + noise.pause)
        end = _milliseconds(start + max(1.2, len(clip) / RATE))
        self.noises.append((round(start * RATE), _NOISE_PEAK[noise.kind] * clip))
        self.cues.append(FilmCue("sound", (), noise.label, start, end, None))
        self.now = start + len(clip) / RATE

    def add_speech(self, speech: Speech, room_after: float) -> None:
        pause = self.draw_pause() if speech.pause is None else speech.pause
        clip = self.speak(speech)
        first, last = speech_bounds(clip)
        start = _milliseconds(self.now + pause)
        sound_end = _milliseconds(start + (last - first) / RATE)
        tail = min(self.rng.uniform(0.1, 0.4), max(0.1, room_after - 0.05))
        self.voices.append((round(start * RATE) - first, clip))
        speakers = tuple(speaker for speaker, _ in speech.lines)
        text = "\n".join(shown for _, shown in speech.lines)
        end = _milliseconds(sound_end + tail)
        self.cues.append(FilmCue("speech", speakers, text, start, end, sound_end))
        self.now = sound_end

    def speak(self, speech: Speech) -> Audio:
        """Return the cue's clean speech, each speaker a little nearer or farther each time."""
        silence = np.zeros(round(_CHANGE_OF_SPEAKER * RATE))
        parts: list[Audio] = []
        for speaker, shown in speech.lines:
            clip = trim(self.say(speaker, spoken_text(shown)))
            first, last = speech_bounds(clip)
            level = np.sqrt(np.mean(clip[first:last] ** 2))
            nearness = 10 ** (self.rng.uniform(-2.0, 2.0) / 20)
            parts += [clip * (SPEECH_LEVEL * nearness / level), silence]
        return np.concatenate(parts[:-1])

    def draw_pause(self) -> float:
        """Return a pause between 0.2 and 1.5 s, short ones more often."""
        return float(0.2 + 1.3 * self.rng.beta(1.3, 2.2))


def make_sound_track(say: Callable[[str, str], Audio], *, seed: int) -> SoundTrack:
    """Return the mixed sound of the scene with its cues.

    Parameters
    ----------
    say : callable
        ``say(speaker, text)`` returns speech at 48 kHz.
    seed : int
        Of the pauses, the noises, the music and the sea.
    """
    tape = _Tape(say, seed)
    for beat, after in zip(SCENE, (*SCENE[1:], None), strict=True):
        if isinstance(beat, Title):
            tape.add_title(beat)
        elif isinstance(beat, Music):
            tape.add_music(beat)
        elif isinstance(beat, Sound):
            tape.add_noise(beat)
        else:
            tape.add_speech(beat, _pause_before(after))
    size = round(tape.now * RATE)
    speech = _lay(tape.voices, size)
    noises = sound.in_room(_lay(tape.noises, size), tape.rng)
    mix = sound.in_room(speech, tape.rng) + noises + SEA_LEVEL * sound.sea(size, tape.rng)
    fade = np.minimum(1.0, np.minimum(np.arange(size), np.arange(size)[::-1]) / (0.5 * RATE))
    return SoundTrack(mix * fade, speech, tuple(tape.cues))


def _pause_before(beat: Speech | Sound | Music | Title | None) -> float:
    """Return the shortest silence that may stand before a beat; a drawn pause counts as 0.2 s."""
    if isinstance(beat, (Speech, Sound)):
        return 0.2 if beat.pause is None else beat.pause
    return 1.0  # the label of a music comes a second after its start


def _lay(clips: list[tuple[int, Audio]], size: int) -> Audio:
    track = np.zeros(size)
    for start, clip in clips:
        track[start : start + len(clip)] += clip[: size - start]
    return track


def _milliseconds(seconds: float) -> float:
    return round(seconds, 3)
