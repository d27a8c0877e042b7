"""Functions compiled with the package: there where they were built, and as this code calls them."""

from __future__ import annotations

import ctypes
import importlib.util
import logging
from functools import cache
from typing import Any

_LOG = logging.getLogger(__name__)


@cache
def load_compiled(module: str, interface: int) -> Any:
    """Return the functions of an extension, None where they are not to be had.

    An extension is built when the package is installed; where the sources then change under it, it
    would be called with what it does not expect. So each has a number, ``interface_number()``,
    which its source and its caller raise together.

    Parameters
    ----------
    module : str
        Full name of the extension module.
    interface : int
        The number that its caller goes by.

    Returns
    -------
    ctypes.CDLL or None
        None without a word where it was not built; one of another number, or one that cannot be
        loaded, is told of once.
    """
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        return None
    try:
        functions = ctypes.CDLL(found.origin)
        number = int(functions.interface_number())
    except (OSError, AttributeError) as exc:
        _LOG.warning("%s cannot be used (%s); what does the same without it is slower", module, exc)
        return None
    if number != interface:
        _LOG.warning(
            "%s was built from other sources (interface %d, not %d), and what does the same without"
            " it is slower; install the package anew",
            *(module, number, interface),
        )
        return None
    return functions
