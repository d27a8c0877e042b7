"""The retiming benchmark counts what was gained and what was harmed, and watches the guard."""

import numpy as np
import pytest

from benchmarks.subtitles.retime import Errors, _check_guard, scripts, table


def cells_of(*files):
    return [cell.strip() for cell in table({"row": list(files)}).splitlines()[2].split("|")[1:-1]]


def test_a_line_is_improved_harmed_or_neither():
    before = np.array([0.0, 0.05, 0.3, 0.4])
    after = np.array([0.2, 0.05, 0.01, 0.6])
    row, files, lines, *_, improved, right, other = cells_of(Errors(before, after), None)
    assert (row, files, lines) == ("row", "1 of 2", "4")
    assert improved == "25.0 %"
    assert (right, other) == ("1 of 2", "1 of 2")


def test_a_row_of_files_that_were_not_trusted_has_no_figures():
    assert cells_of(None, None)[1:3] == ["0 of 2", "-"]


@pytest.mark.parametrize(
    ("after", "new_ends"),
    [
        ([0, 5, 7.5], [1, 6, 8.5]),  # too far
        ([0, 3.5, 3], [1, 4.5, 4]),  # out of order
        ([0.0, 3, 3.5], [1, 4, 4.5]),  # an overlap
        ([0, 3, 5], [1, 4.5, 6]),  # a length
    ],
)
def test_a_broken_guard_stops_the_benchmark(after, new_ends):
    before, ends = np.array([0.0, 3, 4.2]), np.array([1.0, 4, 5.2])
    _check_guard(before, ends, before, ends, "as it was")
    with pytest.raises(AssertionError):
        _check_guard(before, ends, np.array(after, float), np.array(new_ends), "broken")


def test_every_case_keeps_the_truth():
    from benchmarks.subtitles.material import Recording, draw_film_like_times
    from benchmarks.subtitles.script import SPOKEN, script_of

    rng = np.random.default_rng(0)
    starts, ends = draw_film_like_times(rng, 120)
    texts, voices = ("line",) * 120, ("a",) * 120
    recording = Recording("film", np.zeros(0, np.float32), starts, ends, texts, voices)
    rows = dict(scripts(script_of(recording, rng), rng))
    assert len(rows) > 15
    for script in rows.values():
        assert np.isin(script.truth[script.roles == SPOKEN], starts).all()
