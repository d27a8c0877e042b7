"""Ask which letter or digit is said, by both and by each: ``python .../fuse_voice_and_mouth.py``.

The face is a drawing that says other words (synthetic): what it shows is the call, not a result.
"""

from pathlib import Path

import syncalign

FACE = Path(__file__).parent.parent / "media" / "talking-face.mp4"


def main() -> None:
    """Judge half a second of the talking face."""
    said = syncalign.predict_fusion(FACE, start=1.0, end=1.5, top=3)
    print(f"{said.start:.2f} to {said.end:.2f} s, by both:", said.top)
    for modality, classes in said.evidence.items():
        print(f"by {modality} alone:", classes)
    for reason in said.reasons:
        print(reason)


if __name__ == "__main__":
    main()
