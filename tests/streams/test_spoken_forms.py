"""What a reader says for what is not written in letters: right first, and other ways known."""

from __future__ import annotations

import pytest

from syncalign.streams.spoken_forms import spoken_forms

# A sentence, and what is said for each word that is not plain: the likeliest phrase.
FIRST = {
    "en": [
        ("Dr. Lee met Mrs. Poe", {"Dr.": "doctor", "Mrs.": "missus"}),
        ("In 1984, 2012 and 1905", {"1984,": "nineteen eighty four", "2012": "twenty twelve",
                                    "1905": "nineteen oh five"}),
        ("paid $5.50 or $1 or $5 million", {"$5.50": "five dollars and fifty cents",
                                            "$1": "one dollar", "$5": "five",
                                            "million": "million dollars"}),
        ("at 10:30am or 3:05 or 7:00", {"10:30am": "ten thirty a m", "3:05": "three oh five",
                                        "7:00": "seven o'clock"}),
        ("the 3rd, 21st and 100th", {"3rd,": "third", "21st": "twenty first",
                                     "100th": "one hundredth"}),
        ("1,234 men, 3.14 and 25%", {"1,234": "one thousand two hundred and thirty four",
                                     "3.14": "three point one four", "25%": "twenty five percent"}),
        ("Chapter IV of Henry VIII", {"IV": "four", "VIII": "the eighth"}),
        ("the XIX century and I", {"XIX": "nineteenth", "I": "I"}),
        ("the FBI and NATO in the U.S.", {"FBI": "F B I", "NATO": "nato", "U.S.": "U S"}),
        ("5km at 20°C or 5 kg", {"5km": "five kilometers", "20°C": "twenty degrees Celsius",
                                 "kg": "kilograms"}),
        ("call 555-1234 or 007", {"555-1234": "five five five one two three four",
                                  "007": "zero zero seven"}),
        ("1914–1918, the 1980s & '80s", {"1914–1918,": "nineteen fourteen to nineteen eighteen",
                                         "1980s": "nineteen eighties", "&": "and",
                                         "'80s": "eighties"}),
        ("3/4 or ½ of it", {"3/4": "three quarters", "½": "one half"}),
        ("a well-known e-mail to a@b.com", {"well-known": "well known", "e-mail": "e mail",
                                            "a@b.com": "a at b dot com"}),
        ("May 12 in COVID-19 No. 5, No.", {"12": "twelfth", "COVID-19": "covid nineteen",
                                           "No.": ["number", "No"]}),
        ("on 2001-05-12", {"2001-05-12": "May twelfth two thousand and one"}),
        ("notes[12] and note¹ and word*", {"notes[12]": "notes", "note¹": "note", "word*": "word"}),
        ("“It’s” Ⅳ x ﬁne", {"“It’s”": "It's", "ﬁne": "fine"}),
    ],
    "it": [
        ("Il sig. Rossi e la sig.ra", {"sig.": "signor", "sig.ra": "signora"}),
        ("nel XX secolo Luigi XIV", {"XX": "ventesimo", "XIV": "quattordicesimo"}),
        ("pagò €3,50 e 1.234 lire", {"€3,50": "tre euro e cinquanta centesimi",
                                     "1.234": "milleduecentotrentaquattro"}),
        ("il 12/05/1998 alle 10:30", {
            "12/05/1998": "dodici maggio millenovecentonovantotto", "10:30": "dieci e trenta"}),
        ("3,14 e 25% ecc.", {"3,14": "tre virgola quattordici", "25%": "venticinque per cento",
                             "ecc.": "eccetera"}),
        ("1° maggio, 3ª volta", {"1°": "primo", "3ª": "terzo"}),
        ("10 000 uomini", {"10": "dieci", "000": "mila"}),
    ],
    "es": [
        ("El Sr. Gil y la Sra. Paz", {"Sr.": "señor", "Sra.": "señora"}),
        ("siglo XXI de Felipe II", {"XXI": "veintiuno", "II": "segundo"}),
        ("a las 7:30 en EE.UU.", {"7:30": "siete y media", "EE.UU.": "estados unidos"}),
        ("3.º y 1er de 21 años", {"3.º": "tercero", "1er": "primero", "21": "veintiuno"}),
        ("$20 y 5,5", {"$20": "veinte dólares", "5,5": "cinco coma cinco"}),
        ("el 12/05/1998", {"12/05/1998": "doce de mayo de mil novecientos noventa y ocho"}),
    ],
    "fr": [
        ("M. Dupont et Mme Curie", {"M.": "monsieur", "Mme": "madame"}),
        ("au XXe siècle, Louis XIV", {"XXe": "vingtième", "XIV": "quatorze"}),
        ("le 1er mai à 10h30", {"1er": "premier", "10h30": "dix heures trente"}),
        ("20 000 € et 3,5 %", {"20": "vingt", "000": "mille", "€": "euros",
                               "3,5": "trois virgule cinq", "%": "pour cent"}),
        ("n° 5 en 1984", {"n°": "numéro", "5": "cinq",
                          "1984": "mille neuf cent quatre vingt quatre"}),
    ],
    "de": [
        ("Dr. Ott, z. B. am 3. Mai", {"Dr.": "Doktor", "z.": "zum", "B.": "Beispiel",
                                      "3.": "dritter"}),
        ("1984 um 10:30 Uhr", {"1984": "neunzehnhundertvierundachtzig", "10:30": "zehn",
                               "Uhr": "Uhr dreißig"}),
        ("1,50 € und 3,5 %", {"1,50": "eins Komma fünf null", "€": "Euro",
                              "3,5": "drei Komma fünf", "%": "Prozent"}),
        ("Ludwig XIV. usw.", {"XIV.": "der vierzehnte", "usw.": "und so weiter"}),
    ],
    "pt": [("O Sr. Sá e 1984", {"Sr.": "senhor", "1984": "mil novecentos e oitenta e quatro"})],
    "ru": [("В 1984 г. т.е.", {"1984": "одна тысяча девятьсот восемьдесят четыре", "г.": "год",
                               "т.е.": "то есть"})],
}  # fmt: skip
CASES = [
    pytest.param(language, text, said, id=f"{language}-{text}")
    for language, cases in FIRST.items()
    for text, said in cases
]


@pytest.mark.parametrize(("language", "text", "said"), CASES)
def test_the_likeliest_phrase(language, text, said):
    words = text.split()
    forms = spoken_forms(words, language)
    for word, expected in said.items():
        found = [form[0] for w, form in zip(words, forms, strict=True) if w == word]
        assert found == (expected if isinstance(expected, list) else [expected])


@pytest.mark.parametrize(
    ("language", "word", "also"),
    [
        ("en", "1984", {"one thousand nine hundred and eighty four", "one nine eight four"}),
        ("en", "$5.50", {"five fifty", "five dollars fifty"}),
        ("en", "12/05/1998", {"May twelfth nineteen ninety eight"}),
        ("en", "St.", {"saint", "street"}),
        ("en", "NATO", {"N A T O"}),
        ("en", "105", {"one hundred five", "one oh five"}),
        ("it", "21", {"ventuno", "ventun"}),
        ("es", "21", {"veintiún"}),
        ("fr", "1984", {"dix neuf cent quatre vingt quatre"}),
        ("fr", "1er", {"première"}),
        ("de", "10:30", {"halb elf"}),
    ],
)
def test_other_phrases_are_known_too(language, word, also):
    assert also <= set(spoken_forms([word], language)[0])


@pytest.mark.parametrize(
    "word", ["--", "***", "…", "—", "🙂", "👨‍👩‍👧", "[12]", "[^note]", "•", "“”"]
)
def test_what_nobody_says(word):
    assert spoken_forms(["so", word, "on"], "en") == [("so",), (), ("on",)]


def test_a_language_without_numbers_keeps_its_digits_and_one_without_a_table_its_signs():
    assert spoken_forms(["1984", "5%", "3.14", "&"], "gd") == [
        ("1984",),
        ("5 %",),
        ("3.14",),
        ("&",),
    ]
    assert spoken_forms(["21", "5%"], "sv")[1] == ("fem %",)


def test_digits_of_other_scripts_are_numbers():
    assert spoken_forms(["١٢"], "en") == [("twelve",)]


def test_marks_stay_with_their_letters():
    assert spoken_forms(["हिन्दी।", "e\u0301te\u0301"], "hi") == [("हिन्दी",), ("e\u0301te\u0301",)]


@pytest.mark.parametrize("sign", ["1-a", "'", "a1", "1,", "$", "½", "a."])
def test_a_word_without_end_is_read_soon(sign):
    (forms,) = spoken_forms([f"x{sign * 20_000}x"], "it")
    assert len(forms) == 1


def test_a_number_without_end_is_read_by_its_digits():
    (forms,) = spoken_forms(["9" * 3_000], "en")
    assert forms[0].split() == ["nine"] * 3_000
