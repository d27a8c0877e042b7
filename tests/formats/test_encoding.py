import subprocess
import sys

import pytest

from syncalign.errors import FormatError, ParameterError
from syncalign.formats import decode, parse_subtitles

LINES = {
    "cp1251": ["Привет, как дела?", "Я не знаю, что тебе сказать.", "Пойдём домой, уже поздно."],
    "koi8_r": ["Привет, как дела?", "Я не знаю, что тебе сказать.", "Пойдём домой, уже поздно."],
    "gb18030": ["你好，你今天怎么样？", "我不知道该对你说什么。", "我们回家吧，已经很晚了。"],
    "big5": ["你好，你今天怎麼樣？", "我不知道該對你說什麼。", "我們回家吧，已經很晚了。"],
    "cp932": ["こんにちは、元気ですか。", "ソ連の表示が分からない。", "もう遅いから家に帰ろう。"],
    "euc_jp": ["こんにちは、元気ですか。", "何と言えばいいのか。", "もう遅いから家に帰ろう。"],
    "cp949": ["안녕하세요, 어떻게 지내세요?", "무슨 말을 해야 할지 모르겠어요.", "집에 가자."],
    "cp1252": ["Bonjour, comment ça va ?", "Je ne sais pas, ma chérie.", "Il est déjà très tard."],
    "cp1250": ["Cześć, jak się masz?", "Nie wiem, co ci powiedzieć.", "Chodźmy, już późno. Żółw."],
    "cp1253": ["Γεια σου, τι κάνεις;", "Δεν ξέρω τι να σου πω.", "Πάμε σπίτι, είναι ήδη αργά."],
    "cp1255": ["שלום, מה שלומך?", "אני לא יודע מה להגיד לך.", "בוא נלך הביתה, כבר מאוחר."],
    "cp1256": ["مرحبا، كيف حالك؟", "لا أعرف ماذا أقول لك.", "هيا نذهب إلى البيت، لقد تأخر الوقت."],
}


def srt_of(lines: list[str]) -> str:
    return "".join(
        f"{n}\r\n00:00:0{n},000 --> 00:00:0{n},900\r\n<i>{line}</i>\r\n\r\n"
        for n, line in enumerate(lines, 1)
    )


@pytest.mark.parametrize("codec", list(LINES))
def test_old_code_pages_are_found_and_kept(codec: str) -> None:
    data = srt_of(LINES[codec]).encode(codec)
    file = parse_subtitles(data)
    assert [cue.text for cue in file.timeline] == LINES[codec]
    assert file.retimed(file.starts, file.ends) == data
    later = file.retimed(file.starts + 10, file.ends + 10)
    assert later == srt_of(LINES[codec]).replace("00:00:0", "00:00:1").encode(codec)


@pytest.mark.parametrize(
    ("codec", "bom"),
    [
        ("utf-8", ""),
        ("utf-8", "\ufeff"),
        ("utf-16-le", "\ufeff"),
        ("utf-16-be", "\ufeff"),
        ("utf-16-le", ""),
        ("utf-16-be", ""),
        ("utf-32-le", "\ufeff"),
        ("utf-32-be", "\ufeff"),
        ("utf-32-le", ""),
    ],
)
@pytest.mark.parametrize("language", ["cp1252", "gb18030"])
def test_unicode_is_found_and_kept(codec: str, bom: str, language: str) -> None:
    lines = [*LINES[language], "𝄞 🎵"]
    data = (bom + srt_of(lines)).encode(codec)
    file = parse_subtitles(data)
    assert file.encoding == codec
    assert decode(data).has_bom is bool(bom)
    assert [cue.text for cue in file.timeline] == lines
    assert file.retimed(file.starts, file.ends) == data
    later = file.retimed(file.starts + 10, file.ends + 10)
    assert later == (bom + srt_of(lines).replace("00:00:0", "00:00:1")).encode(codec)


def test_an_odd_byte_after_utf_16_is_kept() -> None:
    data = srt_of(["Hello"]).encode("utf-16") + b"\n"
    file = parse_subtitles(data)
    assert file.retimed(file.starts + 1, file.ends + 1)[-1:] == b"\n"
    assert file.notes == ("1 character cannot be read as utf-16-le; the bytes are kept.",)


def test_utf_8_with_one_damaged_letter_is_utf_8() -> None:
    data = srt_of(LINES["cp1251"]).encode().replace("ё".encode(), b"\xd1")
    file = parse_subtitles(data)
    assert (file.encoding, file.timeline[0].text) == ("utf-8", LINES["cp1251"][0])
    assert file.notes == ("1 character cannot be read as utf-8; the bytes are kept.",)
    assert file.retimed(file.starts, file.ends) == data


def test_the_encoding_given_is_the_one_used() -> None:
    data = srt_of(["Ã©"]).encode()
    assert parse_subtitles(data, encoding="latin-1").timeline[0].text == "Ã\x83Â©"
    assert (
        parse_subtitles(srt_of(["x"]).encode("utf-16"), encoding="UTF-16").encoding == "utf-16-le"
    )
    assert parse_subtitles(data, encoding="utf-8-sig").encoding == "utf-8"


def test_a_wrong_encoding_is_refused_with_its_place() -> None:
    data = srt_of(["Hello", "Привет"]).encode("cp1251")
    with pytest.raises(FormatError, match=r"is not utf-8: byte 0xCF at offset 87 cannot") as caught:
        parse_subtitles(data, encoding="utf-8")
    assert caught.value.line == 7


@pytest.mark.parametrize("name", ["utf-9", "rot13", "hex", "a b", ""])
def test_an_unknown_encoding_is_a_wrong_parameter(name: str) -> None:
    with pytest.raises(ParameterError, match="there is no text encoding named"):
        decode(b"x", name)


def test_an_encoding_without_ascii_is_a_wrong_parameter() -> None:
    with pytest.raises(ParameterError, match="cp037 does not write digits as ASCII does"):
        decode(b"x", "cp037")


def test_the_detector_is_not_loaded_for_utf_8() -> None:
    program = (
        "import sys; from syncalign.formats import parse_subtitles as p;"
        "p('1\\n00:00:01,000 --> 00:00:02,000\\nçà\\n'.encode());"
        "print(sorted({'chardet', 'pysrt', 'pysubs2', 'scipy'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"
