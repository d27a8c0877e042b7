"""Talk in many languages and old encodings: its letters are found, its bytes are kept."""

from __future__ import annotations

import re

import pytest

from formats.sentences import SENTENCES, as_written
from syncalign.formats import convert, parse_subtitles

PAIRS = [(name, codec) for name, (codecs, _) in SENTENCES.items() for codec in codecs]
TAILED = [pair for pair in PAIRS if pair[1] in ("gbk", "gb18030", "big5", "shift_jis", "cp949")]
DIGITS = re.compile(rb"\d")

#: How a line of text is written in each format, with n for its number, of two digits.
WRITTEN = {
    "srt": "{n}\r\n00:00:{n},000 --> 00:00:{n},900\r\n<i>{text}</i>\r\n\r\n",
    "vtt": "00:00:{n}.000 --> 00:00:{n}.900\n{text}\n\n",
    "ass": "Dialogue: 0,0:00:{n}.00,0:00:{n}.90,Default,,0,0,0,,{{\\k20}}{text}\\N{text}\n",
    "microdvd": "{{{n}0}}{{{n}9}}{{y:i}}{text}|{text}\n",
    "ttml": '<p begin="00:00:{n}.000" end="00:00:{n}.900">{text}</p>\n',
    "sbv": "0:00:{n}.000,0:00:{n}.900\n{text}\n\n",
    "lrc": "[00:{n}.00]{text}\n",
    "subviewer": "00:00:{n}.00,00:00:{n}.90\n{text}[br]{text}\n\n",
    "mpl2": "[{n}0][{n}9]/{text}|{text}\n",
    "sami": "<SYNC Start={n}000><P>{text}\n<SYNC Start={n}900><P>&nbsp;\n",
    "jsonl": '{{"start": {n}.0, "end": {n}.9, "text": "{text}"}}\n',
}
HEADS = {
    "vtt": "WEBVTT\n\n", "ass": "[Events]\n", "microdvd": "{1}{1}10\n", "sami": "<SAMI><BODY>\n",
    "ttml": '<tt xmlns="http://www.w3.org/ns/ttml"><body><div>\n',
}  # fmt: skip
FEET = {"ttml": "</div></body></tt>\n", "sami": "</BODY></SAMI>\n"}


def lines_of(language: str) -> list[str]:
    return SENTENCES[language][1].split("\n")


def file_of(lines: list[str], codec: str, name: str = "srt") -> bytes:
    body = "".join(WRITTEN[name].format(n=10 + at, text=text) for at, text in enumerate(lines))
    whole = HEADS.get(name, "") + body + FEET.get(name, "")
    return as_written(whole, codec).encode(codec)


@pytest.mark.parametrize(("language", "codec"), PAIRS)
def test_the_letters_of_twenty_lines_are_found(language: str, codec: str) -> None:
    lines = lines_of(language)
    assert len(set(lines)) == 20
    data = file_of(lines, codec)
    done = convert(parse_subtitles(data), format="vtt").data.decode()
    for line in lines:
        assert f"<i>{as_written(line, codec)}</i>\n" in done


def test_eight_lines_are_mostly_enough() -> None:
    wrong = []
    for language, codec in PAIRS:
        for first in (0, 4, 8, 12):
            lines = lines_of(language)[first : first + 8]
            file = parse_subtitles(file_of(lines, codec))
            if [cue.text for cue in file.timeline] != [as_written(line, codec) for line in lines]:
                wrong.append((language, codec, first, file.encoding))
    assert len(wrong) <= 2, wrong  # of 276


@pytest.mark.parametrize(("language", "codec"), PAIRS)
def test_only_digits_of_times_change(language: str, codec: str) -> None:
    data = file_of(lines_of(language), codec)
    file = parse_subtitles(data)
    assert file.retimed(file.starts, file.ends) == data
    later = file.retimed(file.starts + 17.5, file.ends + 17.5)
    assert later != data
    assert DIGITS.sub(b"", later) == DIGITS.sub(b"", data)
    assert file.retimed(file.starts + 0.0001, file.ends) == data


@pytest.mark.parametrize("name", list(WRITTEN))
@pytest.mark.parametrize(("language", "codec"), TAILED)
def test_tails_like_brackets_and_backslashes_do_no_harm(
    language: str, codec: str, name: str
) -> None:
    # Such as the second byte of a character in Shift-JIS: "ソ" ends in a backslash, "ー" in "[".
    data = file_of(lines_of(language), codec, name)
    file = parse_subtitles(data)
    assert file.format == name
    shown = [c.text for c, s in zip(file.timeline, file.stamps, strict=True) if s.visible]
    assert [text.split("\n")[0] for text in shown] == lines_of(language)
    later = file.retimed(file.starts + 20, file.ends + 20)
    # The same number of digits, so that what moved can be laid beside what was there.
    changed = {at for at, (a, b) in enumerate(zip(data, later, strict=True)) if a != b}
    spans = [s.start_span for s in file.stamps] + [s.end_span for s in file.stamps if s.end_span]
    assert changed <= {at for span in spans for at in range(*span)}


@pytest.mark.parametrize(
    "odd",
    ["It’s “nothing”…", "A café in Paris.", "Señor Gómez is here.", "Zoë and Chloë.",
     "Mr. Müller – come in.", "Déjà vu, again.", "It costs £5 at 5°.", "¡España!"],
)  # fmt: skip
def test_a_foreign_name_in_english_is_western(odd: str) -> None:
    lines = ["Where were you last night?", "I sat at home and waited.", "Not a word of it.", odd]
    assert parse_subtitles(file_of(lines, "cp1252")).timeline[3].text == odd


def test_curly_quotes_in_every_line_are_no_letters_of_dos() -> None:
    # What cp1252 writes as an apostrophe or a dash is a letter in DOS.
    lines = ["I can’t – I won’t.", "“Come in,” he said.", "It’s late… let’s go.", "She’s there."]
    for count in range(1, len(lines) + 1):
        file = parse_subtitles(file_of(lines[:count], "cp1252"))
        assert [cue.text for cue in file.timeline] == lines[:count]


def test_a_line_of_credits_does_not_decide_for_other_letters() -> None:
    lines = ["I sat at home and waited."] * 40 + ["字幕由我们的小组翻译"]
    assert parse_subtitles(file_of(lines, "gbk")).timeline[40].text == lines[40]


@pytest.mark.parametrize("name", list(WRITTEN))
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_found_where_few_letters_are_latin(codec: str, name: str) -> None:
    lines = ["".join(lines_of("simplified chinese")[at : at + 4]) for at in range(0, 20, 4)]
    file = parse_subtitles(file_of(lines, codec, name))
    assert (file.encoding, file.format) == (codec, name)
