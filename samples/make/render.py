"""Render every sample: ``python samples/make/render.py FOLDER`` (bin/make-samples calls it).

The sound, its truth and the pictures all come from seeds and from the pinned packages of
requirements.txt; nothing is fetched, nothing depends on the date.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import book
import numpy as np
import reading
import subtitles
import talk
from encode import write_film, write_reading, write_talk
from film import FilmCue, SoundTrack, make_sound_track
from numpy.typing import NDArray
from picture import FRAME_RATE, frames
from voice import RATE, load_voice

_SEED = 1
_OTHER_SEED = 7
_READING_SEED = 3
_TALK_SEED = 5
_LAMP_CUE = "There she burns."


def main(folder: Path) -> None:
    """Write the media and the texts below a folder."""
    (folder / "media").mkdir(parents=True, exist_ok=True)
    (folder / "texts").mkdir(parents=True, exist_ok=True)
    print("speaking ...")
    say = load_voice()
    track = make_sound_track(say, seed=_SEED)
    poem, lines = reading.make_reading(say, seed=_READING_SEED)
    for name, text in {**texts(track), **texts_of_reading(poem, lines)}.items():
        (folder / "texts" / name).write_bytes(text.encode())
    (folder / "texts" / "windy-nights.epub").write_bytes(book.make_book())
    write_reading(folder / "media" / "windy-nights.opus", poem)
    sound, faces, told = talk.make_talk(seed=_TALK_SEED)
    told_text = json.dumps(told, indent=1) + "\n"
    (folder / "texts" / "talking-face.truth.json").write_bytes(told_text.encode())
    print("drawing ...")
    write_talk(folder / "media" / "talking-face.mp4", faces, sound)
    lamp_lit = next(cue.start for cue in track.cues if cue.text == _LAMP_CUE) - 2.0
    pictures = frames(len(track.mix) / RATE, lamp_lit=lamp_lit, seed=_SEED)
    write_film(folder / "media" / "harbour.mkv", pictures, track.mix)


def texts(track: SoundTrack) -> dict[str, str]:
    """Return the content of every text file, by its name."""
    right = list(track.cues)
    late = subtitles.moved(right, lambda t: t + subtitles.SHIFT)
    return {
        "harbour.srt": subtitles.srt(right),
        "harbour.shifted.srt": subtitles.srt(late),
        "harbour.shifted.ass": subtitles.ass(late),
        "harbour.shifted.vtt": subtitles.vtt(late),
        "harbour.25fps.srt": subtitles.srt(
            subtitles.moved(right, lambda t: t * float(subtitles.SPEED))
        ),
        "harbour.cut.srt": subtitles.srt(subtitles.displaced(right)),
        "other-film.srt": subtitles.srt(subtitles.other_film(seed=_OTHER_SEED)),
        "truth.json": json.dumps(truth(track), indent=1, ensure_ascii=False) + "\n",
    }


def texts_of_reading(poem: NDArray[np.float64], lines: dict[str, Any]) -> dict[str, str]:
    """Return the poem and its truth, by their names."""
    told = {"media": "media/windy-nights.opus", "duration": len(poem) / RATE, **lines}
    return {
        "windy-nights.txt": reading.text(),
        "windy-nights.truth.json": json.dumps(told, indent=1, ensure_ascii=False) + "\n",
    }


def truth(track: SoundTrack) -> dict[str, Any]:
    """Return the right times and what is wrong with each file.

    Rates and offsets lead back: ``t_film = rate * t_file + offset``, in seconds.
    """
    cut = subtitles.first_cue_after_cut(track.cues)
    shifted = {"kind": "offset", "rate": 1.0, "offset": -subtitles.SHIFT}
    return {
        "media": "media/harbour.mkv",
        "duration": len(track.mix) / RATE,
        "frame_rate": f"{FRAME_RATE.numerator}/{FRAME_RATE.denominator}",
        "files": {
            "harbour.srt": {"kind": "identity", "rate": 1.0, "offset": 0.0},
            "harbour.shifted.srt": shifted,
            "harbour.shifted.ass": shifted,
            "harbour.shifted.vtt": shifted,
            "harbour.25fps.srt": {
                "kind": "rate", "rate": float(1 / subtitles.SPEED), "offset": 0.0,
            },
            "harbour.cut.srt": {
                "kind": "pieces", "first_cue_after_cut": cut, "offsets": [0.0, -subtitles.CUT],
            },
            "other-film.srt": {"kind": "wrong film"},
        },
        "cues": [_cue_record(index, cue) for index, cue in enumerate(track.cues)],
    }  # fmt: skip


def _cue_record(index: int, cue: FilmCue) -> dict[str, Any]:
    return {
        "index": index,
        "kind": cue.kind,
        "speakers": list(cue.speakers),
        "start": cue.start,
        "end": cue.end,
        "sound_end": cue.sound_end,
        "text": cue.text,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
