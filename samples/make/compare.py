"""Compare two renderings: ``python samples/make/compare.py COMMITTED RENDERED``.

The texts must be equal; sound and picture are compared decoded, since another processor may
round the last bit differently.
"""

from __future__ import annotations

import sys
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

_SOUND_TOLERANCE_DB = -50.0  # of the difference, against full scale; the sea alone is at -46
_PICTURE_TOLERANCE = 2.0  # mean difference of 8-bit luma


def main(committed: Path, rendered: Path) -> int:
    """Print what differs and return 1, or 0 if nothing does."""
    complaints = []
    for path in sorted((rendered / "texts").iterdir()):
        twin = committed / "texts" / path.name
        if not twin.is_file() or twin.read_bytes() != path.read_bytes():
            complaints.append(f"texts/{path.name} differs")
    for path in sorted((rendered / "media").iterdir()):
        complaints += _compare_sound(_sound(path), _sound(committed / "media" / path.name))
    for name in ("harbour.mkv", "talking-face.mp4"):
        film, twin = rendered / "media" / name, committed / "media" / name
        complaints += _compare_picture(_picture(film), _picture(twin))
    for complaint in complaints:
        print(f"make-samples: {complaint}", file=sys.stderr)
    if not complaints:
        print("the committed samples are what the scripts make")
    return 1 if complaints else 0


def _compare_sound(one: NDArray[np.float64], two: NDArray[np.float64]) -> list[str]:
    if len(one) != len(two):
        return [f"the sound has {len(one)} samples rendered, {len(two)} committed"]
    level = 10 * np.log10(np.mean((one - two) ** 2) + 1e-12)
    print(f"sound: difference {level:.1f} dB (at most {_SOUND_TOLERANCE_DB})")
    return [] if level <= _SOUND_TOLERANCE_DB else [f"the sound differs by {level:.1f} dB"]


def _compare_picture(one: NDArray[np.float64], two: NDArray[np.float64]) -> list[str]:
    if one.shape != two.shape:
        return [f"the picture has shape {one.shape} rendered, {two.shape} committed"]
    difference = float(np.abs(one - two).mean())
    print(f"picture: difference {difference:.2f} levels (at most {_PICTURE_TOLERANCE})")
    return [] if difference <= _PICTURE_TOLERANCE else [f"the picture differs by {difference:.1f}"]


def _sound(path: Path) -> NDArray[np.float64]:
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(blocks, axis=1)[0].astype(np.float64)


def _picture(path: Path) -> NDArray[np.float64]:
    """Return the luma of every 24th frame."""
    with av.open(str(path)) as container:
        frames = [
            frame.to_ndarray(format="gray")
            for number, frame in enumerate(container.decode(video=0))
            if number % 24 == 0
        ]
    return np.stack(frames).astype(np.float64)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
