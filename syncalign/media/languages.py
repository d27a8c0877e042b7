"""Names and codes of languages, so that ``en``, ``eng`` and ``English`` mean the same."""

from __future__ import annotations

# ISO 639-1, then ISO 639-2 (both codes where there are two), then names.
_TABLE = """
af afr afrikaans
ar ara arabic
bg bul bulgarian
bn ben bengali
bs bos bosnian
ca cat catalan
cs ces cze czech
cy cym wel welsh
da dan danish
de deu ger german deutsch
el ell gre greek
en eng english
es spa spanish español castilian
et est estonian
eu eus baq basque
fa fas per persian farsi
fi fin finnish suomi
fr fra fre french français
ga gle irish
gl glg galician
he heb hebrew iw
hi hin hindi
hr hrv croatian scr
hu hun hungarian magyar
hy hye arm armenian
id ind indonesian
is isl ice icelandic
it ita italian italiano
ja jpn japanese
ka kat geo georgian
kk kaz kazakh
ko kor korean
la lat latin
lt lit lithuanian
lv lav latvian
mk mkd mac macedonian
mr mar marathi
ms msa may malay
nl nld dut dutch nederlands flemish
no nor norwegian nb nob nn nno norsk
pl pol polish polski
pt por portuguese português pob
ro ron rum romanian moldavian
ru rus russian
sk slk slo slovak
sl slv slovenian
sq sqi alb albanian
sr srp serbian scc
sv swe swedish svenska
sw swa swahili
ta tam tamil
te tel telugu
th tha thai
tl tgl tagalog filipino fil
tr tur turkish türkçe
uk ukr ukrainian
ur urd urdu
vi vie vietnamese
zh zho chi chinese mandarin cmn yue cantonese
"""
_CODES = {word: words[0] for words in map(str.split, _TABLE.strip().splitlines()) for word in words}


def normalise_language(language: str) -> str:
    """Give the ISO 639-1 code of a language, or the word itself in lower case if unknown.

    Examples
    --------
    >>> normalise_language("eng"), normalise_language("pt-BR"), normalise_language("German")
    ('en', 'pt', 'de')
    """
    word = language.strip().lower()
    primary = word.replace("_", "-").split("-")[0]
    return _CODES.get(word) or _CODES.get(primary, primary)
