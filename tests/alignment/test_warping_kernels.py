"""Every kernel against a search that knows nothing of tables."""

import numpy as np
import pytest
from warping_cases import brute_force, random_case, replayed_cost

from syncalign.alignment import warping_kernels, warping_meeting
from syncalign.alignment.warping import read_answer
from syncalign.alignment.warping_question import read_question
from syncalign.errors import ParameterError

KERNELS = warping_kernels.KERNELS


def solved(case, kernel, threads=1):
    """Solve a case; return its path, None if there is none, and its cost alone."""
    question = read_question(case.reference, case.query, **case.options)
    problem, unit = question.prepared()
    answer = warping_kernels.solve(problem, kernel=kernel, threads=threads)
    least = warping_kernels.least_cost(problem, kernel=kernel, threads=threads) * unit
    if not np.isfinite(answer.cost):
        with pytest.raises(ParameterError, match=f"{len(case.reference)} reference frames"):
            read_answer(question, answer)
        return None, least
    return read_answer(question, answer), least


def check(case, kernel, threads=1):
    """Check one kernel on one case; fails with the case."""
    expected = brute_force(case)
    path, least = solved(case, kernel, threads)
    close = 1e-12 * max(abs(case.reference).max(), abs(case.query).max(), 1)
    assert least == pytest.approx(expected, rel=1e-5, abs=close)
    assert (path is None) == (expected == np.inf)
    if path is not None:
        assert path.cost == pytest.approx(expected, rel=1e-5, abs=close)
        assert replayed_cost(case, path) == pytest.approx(path.cost, rel=1e-9, abs=close)


def suits(case, kernel):
    question = read_question(case.reference, case.query, **case.options)
    return kernel == "definition" or warping_kernels._maker(kernel, question.prepared()[0])


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("seed", range(4))
def test_a_kernel_finds_the_cheapest_path(kernel, seed):
    rng = np.random.default_rng(seed)
    checked = 0
    for _ in range(150):
        case = random_case(rng, symmetric=kernel in ("native", "numba-strip"))
        if suits(case, kernel):
            check(case, kernel)
            checked += 1
    assert checked > 30
