"""Every kernel against a search that knows nothing of tables, and against each other."""

import numpy as np
import pytest
from warping_cases import check, random_case, suits

from syncalign.alignment.warping import kernels, native, search
from syncalign.alignment.warping.question import read_question
from syncalign.errors import ParameterError

COMPILED = [name for name in kernels.KERNELS if name != "definition"]
PLAIN = {"metric": "euclidean", "ends": "closed", "skip": None, "skip_entry": 0.0, "band": None}


def is_there(kernel):
    return kernel != "native" or native.library() is not None


def problem_of(reference, query, **options):
    chosen = PLAIN | {"steps": "symmetric1"} | options
    return read_question(reference, query, **chosen).prepared()[0]


def walks(seed, rows, columns, dimensions=5):
    """A random walk, and the same read at another pace, with noise."""
    rng = np.random.default_rng(seed)
    walk = np.cumsum(rng.normal(size=(rows, dimensions)), axis=0)
    pace = np.sort(rng.uniform(0, rows - 1, columns)).astype(int)
    return walk, walk[pace] + 0.3 * rng.normal(size=(columns, dimensions))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("kernel", kernels.KERNELS)
def test_a_kernel_finds_the_cheapest_path(kernel, threads):
    if not is_there(kernel):
        pytest.skip("the extension was not built")
    rng = np.random.default_rng(threads)
    is_plain = kernel in ("native", "numba-strip") or threads == 2
    checked = 0
    for _ in range(150):
        case = random_case(rng, symmetric=is_plain)
        if suits(case, kernel):
            check(case, kernel, threads)
            checked += 1
    assert checked >= 40


@pytest.mark.parametrize("kernel", [name for name in COMPILED if name != "numba"])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("ends", ["closed", "open_begin", "open_end", "open"])
@pytest.mark.parametrize("skip", [None, (3.0, 4.0)])
def test_long_paths_are_those_of_the_general_kernel(kernel, threads, ends, skip, monkeypatch):
    monkeypatch.setattr(search, "BLOCK_BYTES", 2000)
    for seed, (rows, columns) in enumerate([(400, 300), (257, 513), (33, 900), (700, 40)]):
        problem = problem_of(*walks(seed, rows, columns), ends=ends, skip=skip, skip_entry=2.0)
        if not (is_there(kernel) and kernels._maker(kernel, problem)):
            pytest.skip("not for this kernel")
        answer = kernels.solve(problem, kernel=kernel, threads=threads)
        general = kernels.solve(problem, kernel="numba", threads=1)
        assert answer.cost == pytest.approx(general.cost, rel=1e-6)
        assert answer.indices.tolist() == general.indices.tolist()
        assert answer.reference_marks.tolist() == general.reference_marks.tolist()
        assert answer.query_marks.tolist() == general.query_marks.tolist()


@pytest.mark.parametrize("kernel", COMPILED)
@pytest.mark.parametrize("band", [30, 80])
@pytest.mark.parametrize("skip", [None, (3.0, 4.0)])
def test_bands_and_kept_rows_agree_with_the_definition(kernel, band, skip, monkeypatch):
    monkeypatch.setattr(search, "BLOCK_BYTES", 500)
    problem = problem_of(*walks(3, 170, 150, 2), band=band, skip=skip, skip_entry=1.0)
    if not (is_there(kernel) and kernels._maker(kernel, problem)):
        pytest.skip("not for this kernel")
    answer = kernels.solve(problem, kernel=kernel, threads=1)
    definition = kernels.solve(problem, kernel="definition")
    assert answer.cost == pytest.approx(definition.cost, rel=1e-6)
    assert answer.indices.tolist() == definition.indices.tolist()


@pytest.mark.parametrize("lanes", [4, 8, 16])
@pytest.mark.parametrize("metric", ["euclidean", "sqeuclidean", "cosine", "cityblock"])
def test_every_width_of_vectors_gives_the_same(lanes, metric):
    if not is_there("native"):
        pytest.skip("the extension was not built")
    if lanes > native.library().warping_lanes():
        pytest.skip("this processor has no such vectors")
    problem = problem_of(*walks(5, 500, 400, 13), metric=metric, skip=(9.0, 9.0))
    answer = search.solve(native.NativeKernel(problem, lanes))
    general = kernels.solve(problem, kernel="numba", threads=1)
    assert answer.indices.tolist() == general.indices.tolist()


def test_ties_are_broken_alike():
    rng = np.random.default_rng(8)
    for _ in range(60):
        sides = rng.integers(0, 2, (2, 12, 1)).astype(float)
        problem = problem_of(*sides, metric="sqeuclidean", ends=str(rng.choice(["closed", "open"])))
        definition = kernels.solve(problem, kernel="definition")
        for kernel in COMPILED:
            if is_there(kernel):
                answer = kernels.solve(problem, kernel=kernel, threads=1)
                assert answer.indices.tolist() == definition.indices.tolist()


def test_near_frames_far_from_zero_keep_their_digits():
    rng = np.random.default_rng(4)
    reference = rng.normal(size=(300, 24)) + 1e5
    reference[0] += 50  # not all of it is a common shift
    query = reference[::2] + 1e-4 * rng.normal(size=(150, 24))
    problem = problem_of(reference, query)
    for kernel in COMPILED:
        if is_there(kernel):
            answer = kernels.solve(problem, kernel=kernel, threads=1)
            general = kernels.solve(problem, kernel="numba", threads=1)
            assert answer.cost == pytest.approx(general.cost, rel=1e-5)


def test_a_kernel_says_what_it_cannot_do():
    problem = problem_of([1.0, 2.0], [1.0, 2.0], steps="slope2")
    with pytest.raises(ParameterError, match="numba-strip"):
        kernels.solve(problem, kernel="numba-strip")
    assert kernels.choose_kernel(problem) == "numba"


def test_without_the_extension_numba_is_chosen(monkeypatch):
    problem = problem_of([1.0, 2.0], [1.0, 2.0])
    monkeypatch.setattr(native, "library", lambda: None)
    assert kernels.choose_kernel(problem) == "numba-strip"
