"""Languages: a text in a foreign script is told, and the language of ordinary prose is guessed."""

from __future__ import annotations

import pytest

from syncalign.formats.document import parse_document
from syncalign.streams.languages import guess_language, wrong_script

PROSE = {
    "en": "It was late in the evening when the old man came down to the harbour and asked the "
    "first sailor he saw whether there was still a boat for the island.",
    "it": "Era tardi nella sera quando il vecchio scese al porto e chiese al primo marinaio che "
    "vide se c'era ancora una barca per l'isola, ma non ne rimaneva più nessuna.",
    "es": "Era tarde cuando el viejo bajó al puerto y preguntó al primer marinero que vio si "
    "todavía había una barca para la isla, pero ya no quedaba ninguna en el muelle.",
    "fr": "Il était tard dans la soirée quand le vieil homme descendit au port et demanda au "
    "premier marin qu'il vit s'il y avait encore un bateau pour l'île.",
    "de": "Es war spät am Abend, als der alte Mann zum Hafen hinunterkam und den ersten Seemann, "
    "den er sah, fragte, ob es noch ein Boot zu der Insel gibt.",
    "pt": "Era tarde da noite quando o velho desceu ao porto e perguntou ao primeiro marinheiro "
    "que viu se ainda havia um barco para a ilha, mas não havia mais nenhum.",
    "nl": "Het was laat op de avond toen de oude man naar de haven kwam en aan de eerste zeeman "
    "die hij zag vroeg of er nog een boot naar het eiland ging.",
    "sv": "Det var sent på kvällen när den gamle mannen kom ner till hamnen och frågade den "
    "förste sjömannen han såg om det fanns någon båt till ön.",
    "pl": "Było już późno, gdy stary człowiek zszedł do portu i zapytał pierwszego marynarza, "
    "którego zobaczył, czy jest jeszcze łódź na wyspę, ale nie było już żadnej.",
    "ru": "Был уже поздний вечер, когда старик спустился в гавань и спросил у первого моряка, "
    "которого он увидел, не осталось ли ещё лодки, которая идёт на остров.",
    "uk": "Був уже пізній вечір, коли старий спустився в гавань і запитав у першого моряка, якого "
    "він побачив, чи не залишилося ще човна, що йде на острів.",
    "el": "Ήταν αργά το βράδυ.", "ja": "夜も遅くなってから老人は港へ下りていった。",
    "zh": "天色已晚，老人走到港口。", "ko": "늦은 저녁 노인이 항구로 내려왔다.",
    "he": "היה ערב מאוחר.", "th": "เป็นเวลาดึกแล้ว",
}  # fmt: skip


def document_of(text: str, name: str = "a.txt"):
    return parse_document(text.encode(), name)


@pytest.mark.parametrize("language", PROSE)
def test_prose_is_told_by_its_script_and_its_small_words(language):
    assert guess_language(document_of(PROSE[language])) == language


@pytest.mark.parametrize("text", ["Hello there", "1984 2001", "Lorem ipsum dolor sit amet " * 9])
def test_what_is_in_doubt_is_not_guessed(text):
    assert guess_language(document_of(text)) is None


def test_what_a_page_says_comes_first():
    page = f"<html lang='cy'><p>{PROSE['en']}</p></html>"
    assert guess_language(document_of(page, "a.html")) == "cy"


@pytest.mark.parametrize(
    ("text", "language", "script"),
    [
        (PROSE["ru"], "en", "Cyrillic"),
        (PROSE["en"], "ru", "Latin"),
        (PROSE["zh"], "it", "Chinese"),
        (PROSE["el"], "ru-RU", "Greek"),
        (PROSE["ja"], "ja", None),
        ("ありがとうございました", "zh", "Hiragana"),
        (PROSE["ko"], "ko", None),
        (PROSE["en"], "fr", None),
        (PROSE["ru"], "sr", None),
        (PROSE["ru"], "xx", None),
        (PROSE["en"] + " Война", "en", None),
        ("12 34", "ru", None),
    ],
)
def test_a_foreign_script(text, language, script):
    assert wrong_script(document_of(text), language) == script
