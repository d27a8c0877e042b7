"""Random small warping problems, and their answers from a shortest-path search over states."""

import heapq
import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from syncalign.alignment.warping import kernels
from syncalign.alignment.warping.dtw import read_answer
from syncalign.alignment.warping.question import read_question
from syncalign.errors import ParameterError

METRICS = ("euclidean", "sqeuclidean", "cosine", "cityblock")
ENDS = ("closed", "open_begin", "open_end", "open", "subsequence")
STEPS = {
    "symmetric1": [(1, 0, 1), (0, 1, 1), (1, 1, 1)],
    "slope2": [(1, 1, 1), (1, 2, 1.5), (2, 1, 1.5)],
}


@dataclass
class Case:
    reference: np.ndarray
    query: np.ndarray
    options: dict

    @property
    def rows(self):
        return len(self.reference)

    @property
    def columns(self):
        return len(self.query)

    @property
    def is_open(self):
        ends = self.options["ends"]
        both = ends in ("open", "subsequence")
        return both or ends == "open_begin", both or ends == "open_end"

    @property
    def steps(self):
        steps = self.options["steps"]
        rows = STEPS[steps] if isinstance(steps, str) else steps
        return [(*row, 1)[:3] for row in rows]

    @property
    def prices(self):
        return self.options["skip"] or (np.inf, np.inf)

    def local_costs(self):
        metric, sides = self.options["metric"], (self.reference, self.query)
        if metric != "cosine":
            return cdist(*sides, metric)
        lengths = [np.linalg.norm(side, axis=1) for side in sides]
        products = np.outer(*lengths)
        cosines = self.reference @ self.query.T / np.where(products > 0, products, 1)
        return 1 - np.where(products > 0, cosines, 0)

    def is_in_band(self, i, j):
        """Whether reference frame i may meet query frame j."""
        band = self.options["band"]
        if band is None:
            return True
        if isinstance(band, int):
            return self.rows == 1 or abs(j * (self.rows - 1) - i * (self.columns - 1)) <= band * (
                self.rows - 1
            )
        return band[i][0] <= j < band[i][1]


def brute_force(case):
    """Least cost by Dijkstra's search over (consumed frames of either side, last deed)."""
    local, entry = case.local_costs(), case.options["skip_entry"]
    open_begin, open_end = case.is_open
    starts = range(case.rows + 1) if open_begin else [0]
    queue = [(0.0, i, 0, "start") for i in starts]
    done = set()
    while queue:
        cost, i, j, deed = heapq.heappop(queue)
        if (i, j, deed) in done:
            continue
        done.add((i, j, deed))
        if j == case.columns and (open_end or i == case.rows):
            return cost
        for up, back, extra, new in moves(case, i, j, deed, local, entry):
            a, b = i + up, j + back
            is_there = a <= case.rows and b <= case.columns and np.isfinite(extra)
            if is_there and (min(a, b) == 0 or case.is_in_band(a - 1, b - 1)):
                heapq.heappush(queue, (cost + extra, a, b, new))
    return np.inf


def moves(case, i, j, deed, local, entry):
    """Yield (reference frames, query frames, cost, deed) that a state may go on by."""

    def pair(a, b):
        return local[a - 1, b - 1] if a <= case.rows and b <= case.columns else np.inf

    if deed == "match":
        for up, back, weight in case.steps:
            yield up, back, weight * pair(i + up, j + back), "match"
    else:
        yield 1, 1, pair(i + 1, j + 1), "match"
    for side, price in enumerate(case.prices):
        # Before anything of the query the start of an open beginning is free anyway.
        name = ("reference", "query")[side]
        yield 1 - side, side, price + (0 if deed == name else entry), name


def random_case(rng, *, largest=8, symmetric=False):
    """Draw a problem: every option, small whole values (many ties) or real ones."""
    rows, columns = rng.integers(1, largest + 1, 2)
    dimensions = int(rng.integers(1, 4))
    reference, query = random_frames(rng, (rows, columns), dimensions)
    return Case(
        reference,
        query,
        {
            "metric": str(rng.choice(METRICS)),
            "steps": "symmetric1" if symmetric else random_steps(rng),
            "ends": str(rng.choice(ENDS)),
            **random_skip(rng),
            "band": random_band(rng, rows, columns),
        },
    )


def random_frames(rng, sizes, dimensions):
    """Draw both sides: of one kind, since single precision is relative to the largest value."""
    if rng.random() < 0.5:
        return [rng.integers(-2, 3, (size, dimensions)).astype(float) for size in sizes]
    middle, scale = rng.choice([0.0, 50.0]), rng.choice([1e-3, 1.0, 1e6])
    return [rng.normal(middle, 1, (size, dimensions)) * scale for size in sizes]


def random_steps(rng):
    kind = rng.integers(3)
    if kind < 2:
        return ("symmetric1", "slope2")[kind]
    every = [step for step in itertools.product(range(4), repeat=2) if step != (0, 0)]
    chosen = rng.choice(len(every), rng.integers(1, 6), replace=False)
    if rng.random() < 0.3:
        return [every[at] for at in chosen]
    return [(*every[at], float(rng.choice([0.5, 1, 1.5, 2]))) for at in chosen]


def random_skip(rng):
    if rng.random() < 0.4:
        return {"skip": None, "skip_entry": 0.0}
    prices = rng.choice([0.0, 0.1, 0.5, 1.0, 3.0, np.inf], 2)
    scale = rng.choice([1.0, 1.0, 1e6])
    return {
        "skip": (float(prices[0] * scale), float(prices[1] * scale)),
        "skip_entry": float(rng.choice([0, 0, 0.3, 2.0]) * scale),
    }


def random_band(rng, rows, columns):
    kind = rng.random()
    if kind < 0.6:
        return None
    if kind < 0.8:
        return int(rng.integers(1, 5))
    low = np.sort(rng.integers(0, columns, rows))
    high = np.maximum(np.sort(rng.integers(1, columns + 1, rows)), low + 1)
    return np.column_stack([low, np.maximum.accumulate(high)])


def replayed_cost(case, path):
    """Cost of a path by going along it; fails where it is none."""
    local, entry = case.local_costs(), case.options["skip_entry"]
    open_begin, open_end = case.is_open
    left_out = [
        {frame for start, stop in ranges for frame in range(start, stop)}
        for ranges in (path.skipped_reference, path.skipped_query)
    ]
    total = 0.0
    for ranges, price in zip(
        (path.skipped_reference, path.skipped_query), case.prices, strict=True
    ):
        assert all(start < stop for start, stop in ranges)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(ranges))
        for start, stop in ranges:
            total += (stop - start) * price + entry
    if not len(path.indices):
        assert left_out[1] == set(range(case.columns))
        assert open_begin or open_end or left_out[0] == set(range(case.rows))
        return total
    weights = {(up, back): weight for up, back, weight in case.steps}
    before = None
    for i, j in path.indices.tolist():
        assert case.is_in_band(i, j)
        assert i not in left_out[0]
        assert j not in left_out[1]
        total += local[i, j] * weight_of(before, (i, j), left_out, weights, open_begin)
        before = i, j
    i, j = before
    assert set(range(j + 1, case.columns)) <= left_out[1]
    assert open_end or set(range(i + 1, case.rows)) <= left_out[0]
    return total


def weight_of(before, pair, left_out, weights, open_begin):
    if before is None:
        assert set(range(pair[1])) <= left_out[1]
        assert open_begin or set(range(pair[0])) <= left_out[0]
        return 1
    between = [set(range(before[side] + 1, pair[side])) for side in (0, 1)]
    if between[0] & left_out[0] or between[1] & left_out[1]:
        assert between[0] <= left_out[0]
        assert between[1] <= left_out[1]
        assert pair[0] > before[0]
        assert pair[1] > before[1]
        return 1
    return weights[pair[0] - before[0], pair[1] - before[1]]


def solved(case, kernel, threads=1):
    """Solve a case; return its path, None if there is none, and its cost alone."""
    question = read_question(case.reference, case.query, **case.options)
    problem, unit = question.prepared()
    answer = kernels.solve(problem, kernel=kernel, threads=threads)
    least = kernels.least_cost(problem, kernel=kernel, threads=threads) * unit
    if not np.isfinite(answer.cost):
        with pytest.raises(ParameterError, match=f"{case.rows} reference frames"):
            read_answer(question, answer)
        return None, least
    return read_answer(question, answer), least


def suits(case, kernel):
    """Whether a kernel is for such a case; without a path in the band no kernel is."""
    try:
        problem, _ = read_question(case.reference, case.query, **case.options).prepared()
    except ParameterError:
        return False
    return kernel == "definition" or bool(kernels._maker(kernel, problem))


def check(case, kernel, threads=1):
    """Check one kernel on one case against the brute force."""
    expected = brute_force(case)
    path, least = solved(case, kernel, threads)
    # Sums of equal frames round to a little more than nothing.
    close = 1e-12 * max(abs(case.reference).max(), abs(case.query).max(), 1)
    assert least == pytest.approx(expected, rel=1e-5, abs=close)
    assert (path is None) == (expected == np.inf)
    if path is not None:
        assert path.cost == pytest.approx(expected, rel=1e-5, abs=close)
        assert replayed_cost(case, path) == pytest.approx(path.cost, rel=1e-9, abs=close)
