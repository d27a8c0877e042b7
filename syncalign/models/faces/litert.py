"""Running a TFLite graph with LiteRT on one thread."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from syncalign.errors import DependencyError
from syncalign.models.weights import find_model

Singles = npt.NDArray[np.float32]
_REMEDY = "pip install 'syncalign[vision]'"


def require_opencv() -> None:
    """Raise the error that names the remedy where OpenCV is not installed."""
    if importlib.util.find_spec("cv2") is None:
        raise DependencyError("finding faces needs OpenCV, which is not installed", _REMEDY)


class TfliteModel:
    """A graph of one input.

    Parameters
    ----------
    name : str
        A file of the model ``face``.

    Raises
    ------
    DependencyError
        LiteRT is not installed, or the model is not at hand.
    """

    def __init__(self, name: str) -> None:
        if importlib.util.find_spec("ai_edge_litert") is None:
            raise DependencyError("the face model needs LiteRT, which is not installed", _REMEDY)
        from ai_edge_litert.interpreter import Interpreter

        # One thread: the graphs are so small that two wait for each other, and decoding needs one.
        with _without_standard_error():
            self._interpreter = Interpreter(str(find_model("face") / name), num_threads=1)
            self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [tensor["index"] for tensor in self._interpreter.get_output_details()]

    def __call__(self, values: Singles) -> list[Singles]:
        """Run the graph on an input without its batch axis; give the outputs without theirs."""
        self._interpreter.set_tensor(self._input, values[None])
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index)[0] for index in self._outputs]


@contextlib.contextmanager
def _without_standard_error() -> Iterator[None]:
    """Send standard error nowhere: LiteRT tells there that it works, and no setting stops it."""
    try:
        kept = os.dup(2)
    except OSError:  # there is none
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
