import math
from fractions import Fraction

import pytest

from syncalign.errors import ParameterError
from syncalign.timebase import exact_rate, format_timecode, parse_timecode


@pytest.mark.parametrize(
    ("rounded", "exact"),
    [
        (23.976, Fraction(24000, 1001)),
        (23.98, Fraction(24000, 1001)),
        (29.97, Fraction(30000, 1001)),
        (47.952, Fraction(48000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (119.88, Fraction(120000, 1001)),
        (Fraction(2997, 100), Fraction(30000, 1001)),
        (24, Fraction(24)),
        (25.0, Fraction(25)),
        (12.5, Fraction(25, 2)),
        (30, Fraction(30)),
    ],
)
def test_rounded_rates_stand_for_exact_ones(rounded, exact):
    assert exact_rate(rounded) == exact


@pytest.mark.parametrize("rate", [0, -25.0, math.nan, math.inf, 1e-4])
def test_a_rate_that_makes_no_sense_is_refused(rate):
    with pytest.raises(ParameterError, match="frame rate"):
        exact_rate(rate)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:00:00.000", 0.0),
        ("01:02:03,456", 3723.456),
        ("02:03", 123.0),
        ("90:00.5", 5400.5),
        ("-00:00:01.250", -1.25),
        ("+00:00:01.250", 1.25),
        (" 1:00:00 ", 3600.0),
        ("100:00:00.1", 360000.1),
        ("00:00:00.000000001", 1e-9),
    ],
)
def test_every_usual_way_of_writing_is_understood(text, seconds):
    assert parse_timecode(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        *["", "12", "1.5", "a:b:c", "1:2:3:4", "--1:00", "+-1:00", "1:00.", "1:00;5", "1:-2:00"],
        "\u0661:\u0660\u0660",  # Arabic digits are digits to Python
        "9" * 5000 + ":00:00",  # too many for int()
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ParameterError, match="not a timecode"):
        parse_timecode(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "00:00:00.000"),
        (3723.456, "01:02:03.456"),
        (59.9996, "00:01:00.000"),
        (3599.9999, "01:00:00.000"),
        (360000.0, "100:00:00.000"),
        (-1.25, "-00:00:01.250"),
        (-0.0001, "00:00:00.000"),
    ],
)
def test_seconds_are_rounded_to_the_nearest_step_and_carried(seconds, text):
    assert format_timecode(seconds) == text


def test_decimals_and_separator_are_the_callers_choice():
    assert format_timecode(61.256, decimals=2) == "00:01:01.26"
    assert format_timecode(61.256, separator=",") == "00:01:01,256"
    assert format_timecode(61.256, decimals=0) == "00:01:01"


@pytest.mark.parametrize("seconds", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_not_finite_has_no_timecode(seconds):
    with pytest.raises(ParameterError, match="finite"):
        format_timecode(seconds)
