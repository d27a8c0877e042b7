import pytest

from syncalign.formats import parse_subtitles

FILE = r"""[Script Info]
; Dialogue: 0,0:00:00.00,0:00:01.00,not,an,event
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Start, End
Style: Default,Arial,20

[Fonts]
fontname: a.ttf
Dialogue: 0,0:00:07.00,0:00:08.00,Default,,0,0,0,,a font
[EVENTS]
[F]

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.50,0:00:01.50,Default,,0,0,0,,{\k20}template, with comma
Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\an8\t(0,500,\fs30)}Hello,\Nyou{\k50}
Dialogue: 0, 0:00:03.00 ,0:00:04.00,Default,,0,0,0,,{\p1}m 0 0 l 100 0 100 100{\p0}
Dialogue: 0,9:59:59.99,9:59:59.99,Default,,0,0,0,,end

[Graphics]
filename: b.bmp
Dialogue: 0,0:00:07.00,0:00:08.00,Default,,0,0,0,,a picture
"""


def test_events_are_cues_and_only_dialogue_with_words_is_visible() -> None:
    file = parse_subtitles(FILE.encode())
    assert file.format == "ass"
    assert file.starts.tolist() == [0.5, 1.0, 3.0, 35999.99]
    assert file.visible.tolist() == [False, True, False, True]
    assert [cue.text for cue in file.timeline] == ["template, with comma", "Hello,\nyou", "", "end"]


def test_comments_move_and_attachments_do_not() -> None:
    file = parse_subtitles(FILE.encode())
    new = file.retimed(file.starts + 1.254, file.ends + 1.254).decode()
    expected = FILE
    for old, moved in [
        ("0:00:00.50,0:00:01.50", "0:00:01.75,0:00:02.75"),
        ("0:00:01.00,0:00:02.50,Default", "0:00:02.25,0:00:03.75,Default"),
        (" 0:00:03.00 ,0:00:04.00", " 0:00:04.25 ,0:00:05.25"),
        ("9:59:59.99,9:59:59.99", "10:00:01.24,10:00:01.24"),
    ]:
        assert old in expected
        expected = expected.replace(old, moved)
    assert new == expected


def test_the_format_line_says_where_the_times_are() -> None:
    text = (
        "[Script Info]\n[Events]\nFormat: End, Layer, Style, Text_, Start, Text\n"
        "Dialogue: 0:00:02.00,0,Default,x,0:00:01.00,a, b\n"
    )
    file = parse_subtitles(text.encode())
    assert (file.stamps[0].start, file.stamps[0].end, file.timeline[0].text) == (1.0, 2.0, "a, b")
    assert "Dialogue: 0:00:06.00,0,Default,x,0:00:05.00,a, b" in file.retimed([5], [6]).decode()


def test_the_older_ssa_is_read() -> None:
    text = (
        "[Script Info]\nScriptType: v4.00\n\n[V4 Styles]\n\n[Events]\n"
        "Dialogue: Marked=0,0:00:01.00,0:00:02.00,Default,NTP,0000,0000,0000,!Effect,Hi\\nyou\n"
    )
    file = parse_subtitles(text.encode(), format="ssa")
    assert file.timeline[0].text == "Hi\nyou"
    assert b"Marked=0,0:00:02.00,0:00:03.00," in file.retimed([2], [3])


def test_times_are_written_to_a_hundredth() -> None:
    file = parse_subtitles(FILE.encode())
    assert file.notation.step == pytest.approx(0.01)


def test_one_broken_event_is_left_alone_and_said() -> None:
    broken = "Dialogue: 0,0:00:xx.00,0:00:08.00,Default,,0,0,0,,?\nDialogue: too short\n"
    file = parse_subtitles(FILE.replace("\n[Graphics]", broken + "\n[Graphics]").encode())
    assert len(file) == 4
    assert file.notes[-1].startswith("2 cues without readable times were left alone (line 21: ")
