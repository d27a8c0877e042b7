"""The mel bank: a sound as the ear divides it, for models that learn from spectra."""

from __future__ import annotations

import numpy as np

from syncalign.features.spectral import FilterBank

MEL_BANDS = 40
_LOWEST_HZ, _HIGHEST_HZ = 80.0, 7600.0


def _mel_edges() -> tuple[float, ...]:
    """Return feet and tips of triangles that lie evenly on the mel scale (O'Shaughnessy, 1987)."""
    low, high = 2595 * np.log10(1 + np.array([_LOWEST_HZ, _HIGHEST_HZ]) / 700)
    edges = 700 * (10 ** (np.linspace(low, high, MEL_BANDS + 2) / 2595) - 1)
    return tuple(edges.tolist())


#: Forty triangles from 80 to 7600 Hz, measured in windows of 20 ms.
MEL_BANK = FilterBank(_mel_edges(), 320, triangles=True)
