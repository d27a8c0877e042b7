"""A subtitle on its way from the truth to the benchmark's input, and the SRT it becomes."""

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.subtitles.material import Recording

SPOKEN, ABSENT, EXTRA = 0, 1, 2
_BLOCK = re.compile(
    r"(\d+):(\d\d):(\d\d)[,.](\d{1,3})\s*-->\s*[\d:,.]+[^\n]*\n(.*?)(?=\n\s*\n|\Z)", re.DOTALL
)


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """Cues in file order, each with its truth.

    Attributes
    ----------
    starts, ends : ndarray of float64
        Times in the subtitle, seconds.
    truth : ndarray of float64
        Onset in the medium, seconds; nan where the cue has none.
    roles : ndarray of int
        `SPOKEN`: heard in the medium. `ABSENT`: belongs to a scene the medium lacks. `EXTRA`: not
        speech at all ([door], lyrics, credits) or a part of a split line; not scored.
    pieces : ndarray of int
        Changes where the true time map breaks.
    scatter : ndarray of float64
        Each cue's own error, in seconds, that no time map can take away (jitter).
    texts : tuple of str
        One per cue.
    """

    starts: np.ndarray
    ends: np.ndarray
    truth: np.ndarray
    roles: np.ndarray
    pieces: np.ndarray
    scatter: np.ndarray
    texts: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of cues."""
        return len(self.starts)

    @property
    def breaks(self) -> np.ndarray:
        """Indices of the first cue after each true break, for the cues that are in the medium."""
        heard = np.flatnonzero(self.roles == SPOKEN)
        return heard[1:][np.diff(self.pieces[heard]) != 0]


def script_of(recording: Recording, rng: np.random.Generator) -> Script:
    """Return the subtitle in sync: in-times exact, out-times up to 0.5 s late, without overlap."""
    ends = recording.ends + rng.uniform(0.0, 0.5, len(recording.ends))
    following = np.append(recording.starts[1:], np.inf) - 0.02
    ends = np.maximum(np.minimum(ends, following), recording.starts + 0.1)
    size = len(ends)
    return Script(
        starts=recording.starts.copy(),
        ends=ends,
        truth=recording.starts.copy(),
        roles=np.zeros(size, int),
        pieces=np.zeros(size, int),
        scatter=np.zeros(size),
        texts=recording.texts,
    )


def take(script: Script, kept: np.ndarray) -> Script:
    """Return the cues of a mask or an index array, in its order."""
    order = np.flatnonzero(kept) if kept.dtype == bool else kept
    return Script(
        starts=script.starts[order],
        ends=script.ends[order],
        truth=script.truth[order],
        roles=script.roles[order],
        pieces=script.pieces[order],
        scatter=script.scatter[order],
        texts=tuple(script.texts[i] for i in order),
    )


def join(*parts: Script) -> Script:
    """Put the cues of several scripts one after the other."""
    return Script(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("starts", "ends", "truth", "roles", "pieces", "scatter")
        ),
        texts=tuple(text for part in parts for text in part.texts),
    )


def in_order(script: Script) -> Script:
    """Sort by start time."""
    return take(script, np.argsort(script.starts, kind="stable"))


def moved(script: Script, delay: float | np.ndarray, rate: float = 1.0) -> Script:
    """Return the script with ``t -> rate * t + delay``; the truth stays."""
    return dataclasses.replace(
        script, starts=rate * script.starts + delay, ends=rate * script.ends + delay
    )


def without_negative(script: Script) -> Script:
    """Leave out cues that would begin before 0: clamping them would be damage of our own making."""
    return take(script, script.starts >= 0)


def absent(script: Script) -> Script:
    """Return the cues as ones that the medium lacks."""
    size = len(script)
    return dataclasses.replace(script, truth=np.full(size, np.nan), roles=np.full(size, ABSENT))


def write_srt(script: Script, path: Path) -> Path:
    """Write plain SRT (UTF-8, LF). Each text ends in its serial number, by which cues are known."""
    blocks = []
    rows = zip(script.starts, script.ends, script.texts, strict=True)
    for index, (start, end, text) in enumerate(rows):
        end = max(end, start + 0.001)
        blocks.append(
            f"{index + 1}\n{_stamp(start)} --> {_stamp(end)}\n{_with_serial(text, index)}\n"
        )
    path.write_text("\n".join(blocks), encoding="utf-8", newline="\n")
    return path


def read_srt_starts(path: Path) -> tuple[np.ndarray, list[int | None]]:
    """Read start times, and the serials that `write_srt` put into the texts (None if gone)."""
    text = path.read_text(encoding="utf-8-sig", errors="replace").replace("\r\n", "\n")
    starts: list[float] = []
    serials: list[int | None] = []
    for hours, minutes, seconds, fraction, body in _BLOCK.findall(text):
        whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
        starts.append(whole + int(fraction.ljust(3, "0")) / 1000)
        serial = re.findall(r"#(\d+)", body)
        serials.append(int(serial[-1]) if serial else None)
    return np.array(starts), serials


def _with_serial(text: str, index: int) -> str:
    closing = re.search(r"\s*[\])♪]\s*$", text)
    place = closing.start() if closing else len(text)
    return f"{text[:place]} #{index}{text[place:]}"


def _stamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    if milliseconds < 0:
        raise ValueError(f"a cue at {seconds} s: perturbations must not produce negative times")
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02},{milliseconds % 1000:03}"
