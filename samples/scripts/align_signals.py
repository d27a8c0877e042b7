"""Cut 20 s out of a sound and find where: ``python samples/scripts/align_signals.py``."""

import tempfile
import wave
from pathlib import Path

import numpy as np

import syncalign
from syncalign.media import read_audio

FILM = Path(__file__).parent.parent / "media" / "harbour.mkv"
RATE = 16000


def main() -> None:
    """Write the film's sound without its second minute's first 20 s, and align it."""
    samples = np.concatenate([block.samples for block in read_audio(FILM, rate=RATE)])
    shorter = np.delete(samples, slice(60 * RATE, 80 * RATE))
    folder = Path(tempfile.mkdtemp())
    with wave.open(str(folder / "shorter.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((shorter * 32767).astype("<i2").tobytes())

    result = syncalign.align_signals(FILM, folder / "shorter.wav")
    print(result.status, result.kind, result.confidence)
    for piece in result.time_map.pieces:
        # t_film = t_shorter + offset: what comes after the cut has to move later.
        print(f"{piece.source.start:7.3f} to {piece.source.end:7.3f} s: {piece.offset:+.3f} s")
    for stretch in result.skipped_reference:
        print(f"left out: {stretch.start:.3f} to {stretch.end:.3f} s of the film")

    result.save(folder / "map.json")
    print(f"saved as {folder / 'map.json'}")


if __name__ == "__main__":
    main()
