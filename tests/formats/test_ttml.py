"""TTML: every way to write a time, times inside times, and XML that means harm."""

import time

import numpy as np
import pytest

from syncalign.errors import FormatError
from syncalign.formats import parse_subtitles

HEAD = "<tt xmlns='http://www.w3.org/ns/ttml' xmlns:ttp='http://www.w3.org/ns/ttml#parameter' "


def ttml(body: str, head: str = ">") -> bytes:
    return f"{HEAD}{head}<body><div>{body}</div></body></tt>".encode()


@pytest.mark.parametrize(
    ("begin", "head", "seconds", "later"),
    [
        ("00:00:05.250", ">", 5.25, "00:00:06.750"),
        ("00:00:05", ">", 5.0, "00:00:06.5"),
        ("12.5s", ">", 12.5, "14.0s"),
        ("500ms", ">", 0.5, "2000ms"),
        ("0.5h", ">", 1800.0, "0.5004167h"),
        ("00:00:01:12", "ttp:frameRate='24'>", 1.5, "00:00:03:00"),
        ("48f", "ttp:frameRate='24'>", 2.0, "84f"),
        ("24f", "ttp:frameRate='24' ttp:frameRateMultiplier='1000 1001'>", 1.001, "60f"),
        ("15000000t", "ttp:tickRate='10000000'>", 1.5, "30000000t"),
        ("00:00:01:00", "ttp:timeBase='smpte' ttp:frameRate='30' "
         "ttp:frameRateMultiplier='1000 1001'>", 1.001, "00:00:02:15"),
    ],
)  # fmt: skip
def test_a_time_is_read_and_written_in_its_own_way(
    begin: str, head: str, seconds: float, later: str
) -> None:
    data = ttml(f"<p begin='{begin}' dur='2s'>x</p>", head)
    file = parse_subtitles(data)
    assert file.stamps[0].start == pytest.approx(seconds)
    assert file.stamps[0].end == pytest.approx(seconds + 2)
    moved = file.retimed(file.starts + 1.5, file.ends + 1.5)
    assert moved.decode() == data.decode().replace(f"'{begin}'", f"'{later}'")


def test_times_inside_times_count_from_them() -> None:
    data = ttml(
        "<p begin='1s' end='3s'>a<span begin='0.5s' end='1s'>b</span></p>"
        "<p><span begin='4s' end='5s'>c</span></p>"
    ).replace(b"<div>", b"<div begin='100s' end='200s'>")
    file = parse_subtitles(data)
    shown = [
        (c.start, c.end, c.text) for c, on in zip(file.timeline, file.visible, strict=True) if on
    ]
    assert shown == [(101.0, 103.0, "ab"), (104.0, 105.0, "c")]
    # A shift changes the outer element alone.
    moved = file.retimed(file.starts + 7, file.ends + 7)
    assert moved == data.replace(b"'100s' end='200s'", b"'107s' end='207s'")
    # Any other map keeps every child inside and right.
    starts, ends = file.starts * 1.25 + 3, file.ends * 1.25 + 3
    starts[1], ends[1] = 50.0, 60.0
    later = parse_subtitles(file.retimed(starts, ends))
    np.testing.assert_allclose(later.starts[1:], starts[1:], atol=1e-3)
    np.testing.assert_allclose(later.ends[1:], ends[1:], atol=1e-3)


def test_what_only_looks_like_times_is_left_alone() -> None:
    data = ttml(
        "<!-- <p begin='1s'> --><p xml:id=\" begin='8s' \" begin = \"1s\" end='2s' "
        "data-end='3s'>x > begin='4s' &amp; <![CDATA[<p begin='5s'>]]></p>"
    )
    file = parse_subtitles(data)
    assert [cue.text for cue in file.timeline] == ["x > begin='4s' & <p begin='5s'>"]
    moved = file.retimed(file.starts + 1, file.ends + 1)
    assert moved == data.replace(b'"1s"', b'"2s"').replace(b" end='2s'", b" end='3s'")


LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (f"<!DOCTYPE tt [<!ENTITY l0 'ha'>{LAUGHS}]><tt><p begin='1s'>&l9;</p></tt>", "entities"),
        ("<!DOCTYPE tt [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><tt>&x;</tt>", "entities"),
        ("<!DOCTYPE tt [<!ENTITY % x SYSTEM 'http://[::1]/x'> %x;]><tt/>", "declares entities"),
        ("<tt>" + "<div>" * 100_000, "nested more than 64 deep"),
        ("<tt><body>" + "<p/>" * 300_000 + "</body></tt>", "more than 250000 elements"),
        ("<tt><body><p begin='1s' end='2s'>x</body></tt>", "not well-formed XML: mismatched tag"),
        ("<tt><body timeContainer='seq'><p begin='1s'>x</p></body></tt>", "times in sequence"),
        ("<tt><body><p begin='soon' end='later'>x</p></body></tt>", "not a time: 'soon'"),
        ("<tt frameRate='0'><body><p begin='1f'>x</p></body></tt>", "not a positive number"),
        ("<tt><body><p" + "x" * 200_000 + " begin='1s'>x</p></body></tt>", "mismatched tag"),
        ("<tt timeBase='smpte' dropMode='dropNTSC'><p begin='1s'>x</p></tt>", "drop-frame"),
    ],
)  # fmt: skip
def test_harm_is_refused_in_words_and_at_once(data: str, sentence: str) -> None:
    began = time.process_time()
    with pytest.raises(FormatError, match=sentence):
        parse_subtitles(data.encode())
    assert time.process_time() - began < 3


def test_an_external_description_is_never_opened(tmp_path, monkeypatch) -> None:
    outside = tmp_path / "outside.dtd"
    outside.write_text("<!ENTITY harm 'harm'>")
    data = f"<!DOCTYPE tt SYSTEM '{outside.as_uri()}'>".encode() + ttml(
        "<p begin='1s' end='2s'>a &harm; b</p>"
    )
    monkeypatch.setattr("builtins.open", lambda *_: pytest.fail("a file was opened"))
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("the network was used"))
    file = parse_subtitles(data)
    assert file.timeline[0].text == "a &harm; b"


def many_paragraphs(count: int, more: str = "") -> bytes:
    cues = "".join(f'<p begin="{i}s" end="{i + 1}s"{more}>a</p>' for i in range(count))
    return f"<tt><body><div>{cues}</div></body></tt>".encode()


def test_what_has_been_read_of_a_large_file_is_let_go() -> None:
    import tracemalloc

    data = many_paragraphs(5000, more=" " + " ".join(f'a{i}="{i}"' for i in range(20)))
    parse_subtitles(many_paragraphs(2))  # loads what is loaded once
    tracemalloc.start()
    parse_subtitles(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (peak - 3 * len(data)) / 5000 < 1500


def test_larger_than_any_film_is_refused_at_once() -> None:
    data = many_paragraphs(2) + b" " * (16 * 2**20)
    with pytest.raises(FormatError, match="TTML of more than 16 MiB"):
        parse_subtitles(data)
