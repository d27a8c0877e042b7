"""Emissions of a whole recording, in a file that memory is mapped to."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from syncalign.cache import Cache
from syncalign.models.alphabet import Alphabet
from syncalign.progress import NoProgress, Progress
from syncalign.streams.sound import RATE, Sound
from syncalign.version import VERSION

#: Samples from a frame to the next.
HOP_SAMPLES = 320
FRAME_SECONDS = HOP_SAMPLES / RATE
#: Frames of a window, and of what is heard on either side of it and thrown away: its edges differ.
_WINDOW, _AROUND = 1300, 100


class Network(Protocol):
    """What says letters: :class:`syncalign.models.ctc_torch.CtcNetwork`."""

    alphabet: Alphabet
    device: str

    def emissions(self, samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return natural-log probabilities, a frame for every 320 samples."""


@contextmanager
def emissions_of(
    sound: Sound,
    network: Network,
    weights_key: str | None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Iterator[npt.NDArray[np.float16]]:
    """Let a network listen to a recording, window by window.

    Parameters
    ----------
    sound : Sound
        The recording.
    network : Network
        Says letters.
    weights_key : str or None
        Tells its weights from others; None keeps nothing.
    cache : Cache or None
        Where each window's emissions are kept, so that a run that was broken off goes on.
    progress : Progress or None
        Told about seconds of sound.

    Yields
    ------
    np.memmap of float16 [shape=(T, V)]
        Natural-log probabilities, 50 frames a second; the file is gone when the block is left.
    """
    progress = progress or NoProgress()
    frames = -(-sound.size // HOP_SAMPLES)
    with tempfile.TemporaryDirectory(prefix="syncalign-") as folder:
        shape = (frames, len(network.alphabet.labels))
        values: Any = np.memmap(Path(folder, "emissions"), np.float16, "w+", shape=shape)
        progress.start("listen", sound.size / RATE)
        for first in range(0, frames, _WINDOW):
            stop = min(first + _WINDOW, frames)
            begin = max(0, first - _AROUND)
            samples = sound.read(begin * HOP_SAMPLES, (stop + _AROUND) * HOP_SAMPLES)
            said = _said(samples, network, weights_key, cache)
            values[first:stop] = said[first - begin : stop - begin]
            progress.advance((stop - first) * FRAME_SECONDS)
        progress.finish()
        yield values
        del values  # Windows deletes no file that is mapped


def _said(
    samples: npt.NDArray[np.float32], network: Network, key: str | None, cache: Cache | None
) -> npt.NDArray[np.float16]:
    """Return the emissions of a window, from the cache if they are there."""
    columns = len(network.alphabet.labels)
    if cache is None or key is None:
        return network.emissions(samples).astype(np.float16)
    digest = hashlib.sha256(repr(("emissions", VERSION, key, network.device)).encode())
    digest.update(np.ascontiguousarray(samples, np.float32).tobytes())
    stored = cache.get(digest.hexdigest())
    if stored is None:
        stored = network.emissions(samples).astype(np.float16).tobytes()
        cache.put(digest.hexdigest(), stored)
    return np.frombuffer(stored, np.float16).reshape(-1, columns)
