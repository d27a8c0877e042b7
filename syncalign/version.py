"""The version of the installed package, read when somebody asks."""

from __future__ import annotations


def version() -> str:
    """Return the version, such as ``0.1.0``."""
    from importlib import metadata

    try:
        return metadata.version("syncalign")
    except metadata.PackageNotFoundError:  # run from a folder that is not installed
        return "0+unknown"
