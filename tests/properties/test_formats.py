"""Retiming changes the digits of the stamps and not one byte more, whatever the file looks like."""

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncalign.errors import FormatError
from syncalign.formats import SubtitleFile, parse_subtitles

LINE_ENDS = ["\n", "\r\n", "\r"]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "utf-32"]
TEXTS = [
    "Hello",
    "<i>été</i>",
    "- 你好。",
    "1984",
    "{\\an8}x --> y",
    "a & b",
    "",
    "  ",
    "♪ la ♪",
    "𝄞",
]
relaxed = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, str]:
    hours = draw(st.sampled_from(["00:", "0:", "100:", "01:", ""]))
    point = draw(st.sampled_from([",", "."]))

    def one() -> str:
        minutes, seconds = draw(st.integers(0, 59)), draw(st.integers(0, 59))
        return f"{hours}{minutes:02d}:{seconds:02d}{point}{draw(st.integers(0, 999)):03d}"

    return one(), one()


@st.composite
def srt_files(draw: st.DrawFn) -> bytes:
    lines: list[str] = draw(st.sampled_from([[], [""], ["garbage"]]))[:]
    for number in range(draw(st.integers(1, 5))):
        start, end = draw(moments())
        arrow = draw(st.sampled_from([" --> ", "-->", "  -->  ", " -> "]))
        tail = draw(st.sampled_from(["", " ", "  X1:1 X2:2 Y1:3 Y2:4"]))
        lines += draw(st.sampled_from([[str(number + 1)], ["7"], []]))
        lines += [start + arrow + end + tail, *draw(st.lists(st.sampled_from(TEXTS), max_size=4))]
        lines += draw(st.sampled_from([[""], ["", ""], []]))
    return encoded(draw, lines)


@st.composite
def vtt_files(draw: st.DrawFn) -> bytes:
    lines = ["WEBVTT", ""]
    for number in range(draw(st.integers(1, 5))):
        aside = ["NOTE 00:00.000 --> 00:01.000"], ["STYLE", "::cue {}"], ["REGION", "id:a"], []
        lines += [*draw(st.sampled_from(aside)), ""]
        start, end = (stamp.replace(",", ".") for stamp in draw(moments()))
        lines += [f"cue {number}"] * draw(st.integers(0, 1)) + [f"{start} --> {end} line:0"]
        lines += [f"<v A>x <{start}>y" if draw(st.booleans()) else "plain", ""]
    return encoded(draw, lines)


@st.composite
def ass_files(draw: st.DrawFn) -> bytes:
    columns = draw(st.permutations(["Layer", "Start", "End", "Style", "Name"]))
    lines = ["[Script Info]", "[Fonts]", "Dialogue: 0,0:00:00.00,", "", "[Events]"]
    lines += ["Format: " + ", ".join([*columns, "Text"])]
    for _ in range(draw(st.integers(1, 5))):
        values = {"Layer": "0", "Style": "D", "Name": "n"}
        for column in ("Start", "End"):
            values[column] = f"{draw(st.integers(0, 11))}:{draw(st.integers(0, 59)):02d}:07.25"
        kind = draw(st.sampled_from(["Dialogue", "Comment"]))
        text = draw(st.sampled_from(TEXTS))
        lines += [f"{kind}: " + ",".join([*(values[column] for column in columns), text])]
    return encoded(draw, lines)


def encoded(draw: st.DrawFn, lines: list[str]) -> bytes:
    ends = draw(st.sampled_from([[end] for end in LINE_ENDS] + [LINE_ENDS]))
    text = "".join(line + draw(st.sampled_from(ends)) for line in lines)
    if draw(st.booleans()):
        text = text.rstrip("\r\n")
    return text.encode(draw(st.sampled_from(ENCODINGS)))


any_file = st.one_of(srt_files(), vtt_files(), ass_files())


def spans(file: SubtitleFile) -> list[tuple[int, int]]:
    inner = [mark.span for stamp in file.stamps for mark in stamp.inner]
    both = [span for stamp in file.stamps for span in (stamp.start_span, stamp.end_span)]
    return sorted(inner + both)


def masked(file: SubtitleFile) -> bytes:
    parts, done = [], 0
    for first, last in spans(file):
        parts += [file.data[done:first], b"<time>"]
        done = last
    return b"".join([*parts, file.data[done:]])


@relaxed
@given(any_file)
def test_times_that_stay_leave_every_byte(data: bytes) -> None:
    file = parse_subtitles(data)
    assert file.retimed(file.starts, file.ends) == data


@relaxed
@given(any_file, st.integers(0, 400_000))
def test_a_shift_moves_all_times_and_nothing_else(data: bytes, hundredths: int) -> None:
    file = parse_subtitles(data)
    by = hundredths / 100
    later = parse_subtitles(file.retimed(file.starts + by, file.ends + by), format=file.format)
    np.testing.assert_allclose(later.starts, file.starts + by, atol=1e-6, rtol=0)
    np.testing.assert_allclose(later.ends, file.ends + by, atol=1e-6, rtol=0)
    assert masked(later) == masked(file)
    assert [cue.text for cue in later.timeline] == [cue.text for cue in file.timeline]
    if len(later.data) == len(data):  # no hours appeared or grew: the way back is exact
        assert later.retimed(file.starts, file.ends) == data


@relaxed
@given(any_file, st.data())
def test_any_new_times_are_read_back_within_half_a_step(data: bytes, draw: st.DataObject) -> None:
    file = parse_subtitles(data)
    times = st.lists(st.floats(0, 500_000, allow_nan=False), min_size=len(file), max_size=len(file))
    starts, ends = np.array(draw.draw(times)), np.array(draw.draw(times))
    later = parse_subtitles(file.retimed(starts, ends), format=file.format)
    half = file.notation.step / 2 + 1e-6
    np.testing.assert_allclose(later.starts, starts, atol=half, rtol=0)
    np.testing.assert_allclose(later.ends, ends, atol=half, rtol=0)
    assert masked(later) == masked(file)


SEEDS = [
    "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Hi</i>\r\n\r\n"
    "2\r\n00:00:03,000 --> 00:00:04,000\r\nyé\r\n",
    "WEBVTT\n\nNOTE x\n\nid\n00:01.000 --> 00:02.000 line:0\na<00:01.500>b &amp;\n\n"
    "00:03.000 --> 00:04.000\ny\n",
    "[Script Info]\n\n[Events]\nFormat: Layer, Start, End, Text\n"
    "Dialogue: 0,0:00:01.00,0:00:02.00,{\\k5}a\\Nb\nComment: 0,0:00:01.00,0:00:02.00,c\n",
]
TOKENS = [
    b"-->",
    b"\r",
    b"\n",
    b"\n\n",
    b"\0",
    b"\xff",
    b"00:00:01,000",
    b":",
    b"9" * 40,
    b"<",
    b",",
]


def mutated(random_: random.Random, data: bytes) -> bytes:
    for _ in range(random_.randint(1, 6)):
        first = random_.randrange(len(data) + 1)
        last = min(len(data), first + random_.choice([0, 0, 1, 1, 2, 9, 40]))
        kind = random_.random()
        if kind < 0.4:
            new = random_.choice(TOKENS)
        elif kind < 0.7:
            new = bytes([random_.randrange(256)])
        else:
            new = data[first:last] * random_.choice([0, 2, 3])
        data = data[:first] + new + data[last:]
    return data


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_damaged_files_are_read_or_refused_in_words(encoding: str) -> None:
    random_ = random.Random(20)
    read = 0
    for round_ in range(100):
        data = mutated(random_, SEEDS[round_ % 3].encode(encoding))
        try:
            file = parse_subtitles(data)
        except FormatError:
            continue
        read += 1
        assert file.retimed(file.starts, file.ends) == data
        parse_subtitles(file.retimed(np.abs(file.starts) + 5, np.abs(file.ends) + 5))
    assert read > 20


@pytest.mark.parametrize(
    "unit",
    [
        b" ",
        b"-",
        b">",
        b"->",
        b"-->",
        b"0",
        b"0:",
        b"00:00:00,000 --> ",
        b"{",
        b"<",
        b"\r",
        b"\xe9",
    ],
)
@pytest.mark.parametrize(
    "head", [b"", b"1\n00:00:01,000 --> 00:00:02,000\n", b"WEBVTT\n\n", b"[Events]\n"]
)
def test_hostile_repetition_takes_no_long_time(head: bytes, unit: bytes) -> None:
    # A quarter of a MiB: anything quadratic would take minutes.
    data = head + unit * (2**18 // len(unit))
    try:
        parse_subtitles(data)
    except FormatError:
        return
