"""The published JSON schemas of what ``--json`` prints."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any


def load_schema(command: str) -> dict[str, Any]:
    """Return the JSON schema (2020-12) of a command's ``--json`` output, errors included.

    Parameters
    ----------
    command : str
        Name of the command, such as ``sync``.

    Returns
    -------
    dict

    Raises
    ------
    FileNotFoundError
        There is no such command.

    Examples
    --------
    >>> load_schema("sync")["title"]
    'syncalign sync --json'
    """
    folder = resources.files("syncalign.results") / "schemas"
    document: dict[str, Any] = json.loads((folder / f"{command}.schema.json").read_text("utf-8"))
    return document
