"""Faces as bytes, for the cache: points to a 16,000th of the face, mouths without loss."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np

from syncalign.models.faces.region import Singles
from syncalign.streams.faces import FacesFound, FaceTrack

_STEPS = 16_000  # of a point's place on the longer side of its box


def pack_faces(found: FacesFound) -> bytes:
    """Turn faces into bytes."""
    facts = {
        "detector": found.detector,
        "displayed": found.displayed,
        "frames": found.frames,
        "start": found.start,
        "end": found.end,
        "cuts": found.cuts,
        "reasons": found.reasons,
        "tracks": len(found.tracks),
    }
    arrays: dict[str, Any] = {"facts": np.frombuffer(json.dumps(facts).encode(), np.uint8)}
    for track in found.tracks:
        arrays |= {f"{track.id}.{name}": values for name, values in _packed(track).items()}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def unpack_faces(data: bytes) -> FacesFound:
    """Turn bytes into faces again."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        facts = json.loads(arrays["facts"].tobytes())
        count = facts.pop("tracks")
        tracks = tuple(_unpacked(number, arrays) for number in range(count))
    for name in ("displayed", "cuts", "reasons"):
        facts[name] = tuple(facts[name])
    return FacesFound(tracks, **facts)


def _packed(track: FaceTrack) -> dict[str, Any]:
    # Neighbouring frames are alike: their differences, which wrap around, are small.
    arrays: dict[str, Any] = {
        "times": track.times,
        "ends": track.ends,
        "boxes": track.boxes,
        "scores": track.scores.astype(np.float16),
        "mouths": np.diff(track.mouths, axis=0, prepend=np.uint8(0)),
    }
    if track.points is not None:
        corner, side = _placed(track.boxes)
        steps = np.rint((track.points - corner) / side * _STEPS)
        arrays["points"] = np.diff(
            np.clip(steps, -32768, 32767).astype(np.int16), axis=0, prepend=np.int16(0)
        )
    return arrays


def _unpacked(number: int, arrays: Any) -> FaceTrack:
    boxes = arrays[f"{number}.boxes"]
    points = None
    if f"{number}.points" in arrays:
        corner, side = _placed(boxes)
        steps = np.cumsum(arrays[f"{number}.points"], axis=0, dtype=np.int16)
        points = steps.astype(np.float32) * (side / np.float32(_STEPS)) + corner
    return FaceTrack(
        id=number,
        times=arrays[f"{number}.times"],
        ends=arrays[f"{number}.ends"],
        boxes=boxes,
        points=points,
        mouths=np.cumsum(arrays[f"{number}.mouths"], axis=0, dtype=np.uint8),
        scores=arrays[f"{number}.scores"].astype(np.float32),
    )


def _placed(boxes: Singles) -> tuple[Singles, Singles]:
    """Return corners and longer sides of boxes, to be broadcast over points."""
    return boxes[:, None, :2], np.maximum(boxes[:, None, 2:].max(axis=2, keepdims=True), 1e-3)
