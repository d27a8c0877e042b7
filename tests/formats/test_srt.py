import numpy as np
import pytest

from syncalign.formats import SubtitleFile, parse_subtitles

PLAIN = "1\n00:00:01,000 --> 00:00:02,500\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nyou\n"


def opened(text: str, **options: str) -> SubtitleFile:
    return parse_subtitles(text.encode(), **options)


def texts(file: SubtitleFile) -> list[str]:
    return [cue.text for cue in file.timeline]


def moved(file: SubtitleFile, by: float) -> str:
    return file.retimed(file.starts + by, file.ends + by).decode(file.encoding)


def test_times_and_texts_are_read() -> None:
    file = opened(PLAIN)
    assert (file.format, file.encoding, file.notes) == ("srt", "utf-8", ())
    assert file.starts.tolist() == [1.0, 3.0]
    assert file.ends.tolist() == [2.5, 4.0]
    assert texts(file) == ["Hello", "you"]


def test_a_span_is_where_the_time_stands() -> None:
    file = opened("\ufeff" + PLAIN)
    first, last = file.stamps[1].end_span
    assert file.data[first:last] == b"00:00:04,000"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_line_end_separates_number_text_and_times(line_end: str) -> None:
    file = opened(PLAIN.replace("\n", line_end))
    assert texts(file) == ["Hello", "you"]
    assert moved(file, 1.0) == PLAIN.replace("\n", line_end).replace("01,", "02,", 1).replace(
        "02,500", "03,500"
    ).replace("04,000", "05,000").replace("03,000", "04,000")


def test_text_after_a_blank_line_belongs_to_the_cue() -> None:
    file = opened(PLAIN.replace("Hello\n", "Hello\n\n\nagain\n"))
    assert texts(file)[0] == "Hello\n\n\nagain"


def test_missing_repeated_and_wrong_numbers_do_no_harm() -> None:
    none = PLAIN.replace("1\n00", "00").replace("\n2\n", "\n")
    assert texts(opened(none)) == ["Hello", "you"]
    assert texts(opened(PLAIN.replace("2\n00", "1\n00"))) == ["Hello", "you"]


def test_cues_need_no_blank_line_between_them() -> None:
    assert texts(opened(PLAIN.replace("\n\n", "\n"))) == ["Hello", "you"]


def test_a_number_that_is_spoken_stays_text() -> None:
    file = opened(PLAIN.replace("Hello", "1984").replace("you\n", "2001"))
    assert texts(file) == ["1984", "2001"]


def test_a_number_may_be_the_whole_text_of_the_last_cue() -> None:
    assert texts(opened("00:00:01,000 --> 00:00:02,000\n42"))[0] == "42"


def test_a_cue_without_text_is_a_cue() -> None:
    file = opened("1\n00:00:01,000 --> 00:00:02,000\n2\n00:00:03,000 --> 00:00:04,000\nx")
    assert texts(file) == ["", "x"]


@pytest.mark.parametrize(
    ("line", "start", "end", "shifted"),
    [
        ("00:00:01,000 --> 00:00:02,500", 1, 2.5, "00:00:02,250 --> 00:00:03,750"),
        ("00:00:01.000-->00:00:02.500", 1, 2.5, "00:00:02.250-->00:00:03.750"),
        ("0:0:1,000  -->  0:0:2,500", 1, 2.5, "0:0:2,250  -->  0:0:3,750"),
        ("00: 00: 01, 000 -> 00: 00: 02, 500", 1, 2.5, "00: 00: 02, 250 -> 00: 00: 03, 750"),
        ("00:01,000 --> 00:02,500", 1, 2.5, "00:02,250 --> 00:03,750"),
        ("00:00:01:000 --> 00:00:02:500", 1, 2.5, "00:00:02:250 --> 00:00:03:750"),
        ("00:00:01,00 --> 00:00:02,50", 1, 2.5, "00:00:02,25 --> 00:00:03,75"),
        ("00:00:01 --> 00:00:02,500", 1, 2.5, "00:00:02.250 --> 00:00:03,750"),
        ("00:00:01,5 --> 00:00:02,500", 1.005, 2.5, "00:00:02,255 --> 00:00:03,750"),
        ("100:00:01,000 --> 100:00:02,500", 360001, 360002.5, "100:00:02,250 --> 100:00:03,750"),
        (
            "00:00:01,000 --> 00:00:02,500  X1:40 X2:600 Y1:20 Y2:50",
            1,
            2.5,
            "00:00:02,250 --> 00:00:03,750  X1:40 X2:600 Y1:20 Y2:50",
        ),
    ],
)
def test_a_line_of_times_keeps_its_manner(
    line: str, start: float, end: float, shifted: str
) -> None:
    file = opened(f"1\n{line}\nHello\n")
    assert file.stamps[0].start == pytest.approx(start)
    assert file.stamps[0].end == pytest.approx(end)
    assert moved(file, 1.25) == f"1\n{shifted}\nHello\n"


def test_hours_grow_where_they_are_needed() -> None:
    file = opened("1\n99:59:59,000 --> 99:59:59,900\nx\n\n2\n59:59,000 --> 59:59,500\ny\n")
    assert "100:00:00,000 --> 100:00:00,900" in moved(file, 1.0)
    assert "01:00:00,000 --> 01:00:00,500" in moved(file, 1.0)


def test_a_stamp_that_need_not_change_keeps_odd_digits() -> None:
    text = "1\n00:75:99,000 --> 00:76:40,000\nx\n"
    file = opened(text)
    assert file.starts[0] == 75 * 60 + 99
    assert file.retimed(file.starts, file.ends).decode() == text
    assert file.retimed(file.starts + 0.0004, file.ends + 0.0004).decode() == text


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        ([5, 9, 1, 2], "at cue 3"),
        ([5, 1, 5, 1], "at cues 2 and 4"),
        ([5, 1] * 5, "at cues 2, 4, 6 and 2 more"),
    ],
)
def test_times_that_begin_anew_are_no_disorder(minutes: list[int], told: str) -> None:
    blocks = [f"{n}\n00:{m:02}:00,000 --> 00:{m:02}:01,000\nx\n" for n, m in enumerate(minutes, 1)]
    assert opened("\n".join(blocks)).notes == (
        f"The times jump back by more than a minute {told}.",
    )


def test_disorder_and_negative_durations_are_evidence() -> None:
    file = opened(
        "1\n00:00:05,000 --> 00:00:03,000\na\n\n2\n00:00:01,000 --> 00:00:02,000\nb\n\n"
        "3\n00:00:04,000 --> 00:00:06,000\nc\n"
    )
    assert file.notes == ("1 cue is out of order.", "1 cue ends before it starts.")
    assert file.stamps[0].end - file.stamps[0].start == -2.0
    assert file.timeline[0].segment.duration == 0.0
    assert "00:00:06,000 --> 00:00:04,000" in moved(file, 1.0)


def test_a_time_before_zero_is_read_with_its_sign() -> None:
    file = opened("1\n-00:00:01,500 --> 00:00:02,000\na\n")
    assert file.starts[0] == -1.5
    assert file.notes == ("1 cue has a time before 0.",)
    assert file.retimed(file.starts, file.ends) == file.data
    assert moved(file, 2.0) == "1\n00:00:00,500 --> 00:00:04,000\na\n"


def test_tags_are_not_text_but_a_less_than_is() -> None:
    file = opened(PLAIN.replace("Hello", '{\\an8}<font color="#fff"><I>I <3</I> you</font>\\Nnow'))
    assert texts(file)[0] == "I <3 you\nnow"


def test_an_arrow_in_a_text_is_not_a_line_of_times() -> None:
    file = opened(PLAIN.replace("Hello", "Go --> there 5\n\nx --> y"))
    assert texts(file) == ["Go --> there 5\n\nx --> y", "you"]
    assert file.notes == ()


def test_one_broken_cue_is_left_alone_and_said() -> None:
    broken = "2\n00:00:0x,000 --> 00:00:04,000\nlost\n\n"
    file = opened(PLAIN.replace("2\n00", broken + "3\n00"))
    assert texts(file) == ["Hello", "you"]
    assert file.notes == (
        "1 cue without readable times was left alone "
        "(line 6: not a time: '00:00:0x,000 --> 00:00:04,000').",
    )
    assert broken in moved(file, 1.0)


def test_new_times_are_rounded_alike() -> None:
    file = opened(PLAIN.replace("00:00:03,000", "00:00:02,500"))
    again = parse_subtitles(file.retimed(file.starts + 0.0005, file.ends + 0.0005))
    assert again.starts[1] == again.ends[0] == 2.501
    np.testing.assert_allclose(again.ends - again.starts, file.ends - file.starts, atol=0.0011)
