"""Pure mathematics of alignment: arrays and the time base in, paths and time maps out.

>>> from syncalign import alignment
>>> alignment.dtw([0.0, 1.0, 5.0], [0.0, 1.0, 1.0, 5.0]).indices.tolist()
[[0, 0], [1, 1], [1, 2], [2, 3]]

Names are loaded when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syncalign.alignment.warping.dtw import dtw, dtw_distance
    from syncalign.alignment.warping.multiscale import dtw_multiscale
    from syncalign.alignment.warping.path import WarpingPath
    from syncalign.alignment.warping.topk import dtw_topk

_HOMES = {
    "WarpingPath": "syncalign.alignment.warping.path",
    "dtw": "syncalign.alignment.warping.dtw",
    "dtw_distance": "syncalign.alignment.warping.dtw",
    "dtw_multiscale": "syncalign.alignment.warping.multiscale",
    "dtw_topk": "syncalign.alignment.warping.topk",
}

__all__ = ["WarpingPath", "dtw", "dtw_distance", "dtw_multiscale", "dtw_topk"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'syncalign.alignment' has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return list(__all__)
