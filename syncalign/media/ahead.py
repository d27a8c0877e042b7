"""Let an iterator work ahead in a thread of its own."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Generator
from typing import TypeVar

_Item = TypeVar("_Item")


def work_ahead(source: Generator[_Item], *, items: int) -> Generator[_Item]:
    """Give out what a generator yields, while it works on the next items in another thread.

    It pays where both sides spend their time outside of the interpreter, as decoders and numpy
    do. Its items, their order and its errors are those of the generator. When this is closed,
    or its user fails or is interrupted, the generator is closed and the thread has ended.

    Parameters
    ----------
    source : generator
        Run by one thread at a time, item by item; it is not started before it is asked for.
    items : int
        How many items are made before they are asked for.

    Yields
    ------
    object
        The generator's items.
    """
    from concurrent.futures import ThreadPoolExecutor

    with contextlib.closing(source), ThreadPoolExecutor(1, "work-ahead") as worker:
        end = object()
        coming = deque(worker.submit(next, source, end) for _ in range(items))
        try:
            while (item := coming.popleft().result()) is not end:
                coming.append(worker.submit(next, source, end))
                yield item  # type: ignore[misc]  # mypy does not narrow by identity
        finally:
            worker.shutdown(cancel_futures=True)
