"""How much memory may be filled, so that what would not fit is refused before it is tried."""

from __future__ import annotations

import os
from pathlib import Path

_SHARE = 0.8
_GROUP_LIMITS = ("memory.max", "memory/memory.limit_in_bytes")
_GROUPS = Path("/sys/fs/cgroup")


def memory_to_fill() -> float:
    """Return 80 % of this machine's or container's memory in bytes, infinite where none is told."""
    return _SHARE * min([_physical_memory(), *map(_group_limit, _GROUP_LIMITS)])


def _physical_memory() -> float:
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):
        return float("inf")


def _group_limit(name: str) -> float:
    try:
        return float((_GROUPS / name).read_text(encoding="ascii"))
    except (ValueError, OSError):  # "max", or another system
        return float("inf")
