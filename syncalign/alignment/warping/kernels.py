"""Which kernel solves a problem: the one place that decides.

"native" is compiled with the package where there is a compiler, "numba-strip" is for the same plain
problems without one, "numba" takes every problem, "definition" is there to be read and compared.
"""

from __future__ import annotations

import os
from typing import Literal, get_args

from syncalign.alignment.warping import definition, meeting, search
from syncalign.alignment.warping.meeting import Maker
from syncalign.alignment.warping.problem import Answer, Problem
from syncalign.errors import ParameterError

KernelName = Literal["native", "numba-strip", "numba", "definition"]
KERNELS: tuple[str, ...] = get_args(KernelName)

#: Below this many pairs a second thread costs more than it saves.
_PAIRS_FOR_TWO = 2_000_000


def choose_kernel(problem: Problem) -> str:
    """Return the name of the fastest kernel for a problem."""
    return next(name for name in KERNELS if _maker(name, problem))


def solve(problem: Problem, *, kernel: str | None = None, threads: int | None = None) -> Answer:
    """Find the cheapest path.

    Parameters
    ----------
    problem : Problem
        The search.
    kernel : str, optional
        One of `KERNELS`; None takes the fastest.
    threads : int, optional
        1 or 2; None takes two where they pay.

    Raises
    ------
    ParameterError
        The kernel cannot solve this problem, or is not there.
    """
    make = _made(problem, kernel)
    if make is None:
        return definition.solve(problem)
    if _meets(problem, threads):
        return meeting.solve_from_both_ends(make, problem)
    return search.solve(make(problem))


def least_cost(problem: Problem, *, kernel: str | None = None, threads: int | None = None) -> float:
    """Find the least cost alone; parameters and errors are those of `solve`."""
    make = _made(problem, kernel)
    if make is None:
        return definition.solve(problem).cost
    if _meets(problem, threads):
        return meeting.least_cost_from_both_ends(make, problem)
    return search.least_cost(make(problem))


def _made(problem: Problem, kernel: str | None) -> Maker | None:
    name = kernel or choose_kernel(problem)
    make = _maker(name, problem)
    if make is None and name != "definition":
        raise ParameterError(f"the kernel {name!r} cannot solve this problem here")
    return make


def _maker(name: str, problem: Problem) -> Maker | None:
    """Return what makes a kernel, or None if that kernel is not there or not for this problem."""
    if name == "native" and problem.steps.is_symmetric1:
        from syncalign.alignment.warping.native import NativeKernel, library

        return NativeKernel if library() else None
    if name == "numba-strip" and problem.steps.is_symmetric1 and not problem.has_skips:
        from syncalign.alignment.warping.numba_strip import NumbaStripKernel

        return NumbaStripKernel
    if name == "numba":
        from syncalign.alignment.warping.numba_general import GeneralKernel

        return GeneralKernel
    return None


def _meets(problem: Problem, threads: int | None) -> bool:
    if threads == 1 or not meeting.can_meet(problem):
        return False
    return threads == 2 or (problem.band.cells >= _PAIRS_FOR_TWO and _processors() > 1)


def _processors() -> int:
    """Count the processors that this process may use, or all where the system does not say."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
