"""Languages: which one a text is in, by its script and its small words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from syncalign.formats.document import Document

_SAMPLE = 20_000  # characters
_LEAST_WORDS = 20
_LEAST_SHARE = 0.15  # of words that are small words of the language; running text has 0.3 to 0.5
_LEAST_LEAD = 1.25  # times the share of the next language
_FOREIGN_SHARE = 0.8
_BY_SCRIPT = {
    "GREEK": "el", "HEBREW": "he", "ARMENIAN": "hy", "GEORGIAN": "ka", "BENGALI": "bn",
    "GURMUKHI": "pa", "GUJARATI": "gu", "TAMIL": "ta", "TELUGU": "te", "KANNADA": "kn",
    "MALAYALAM": "ml", "SINHALA": "si", "THAI": "th", "LAO": "lo", "MYANMAR": "my", "KHMER": "km",
    "ETHIOPIC": "am", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh",
}  # fmt: skip
_WORD = re.compile(r"[^\s\d.,;:!?\"“”„«»()\[\]…—–_*<>]+")


@dataclass(frozen=True, slots=True)
class _Languages:
    """What is known of languages: the scripts of each, with blanks between, and its small words."""

    scripts: dict[str, str]
    small_words: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def _known() -> _Languages:
    file = files("syncalign.streams") / "languages.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    words = {code: frozenset(words.split()) for code, words in data["small_words"].items()}
    return _Languages(data["scripts"], words)


def wrong_script(document: Document, language: str) -> str | None:
    """Return the name of the script that a text is in, if its language is not written in it.

    Examples
    --------
    >>> from syncalign.formats.document import parse_document
    >>> document = parse_document("Мороз и солнце; день чудесный!".encode(), "a.txt")
    >>> wrong_script(document, "en"), wrong_script(document, "ru"), wrong_script(document, "??")
    ('Cyrillic', None, None)
    """
    allowed = _known().scripts.get(re.split(r"[-_]", language.lower())[0])
    scripts = _scripts(_sample(document))
    if allowed is None or not scripts:
        return None
    foreign = {name: n for name, n in scripts.items() if name not in allowed.split()}
    if sum(foreign.values()) < _FOREIGN_SHARE * scripts.total():
        return None
    name = max(foreign, key=lambda script: foreign[script])
    return "Chinese" if name == "CJK" else name.capitalize()


def guess_language(document: Document) -> str | None:
    """Return the language that a text says it is in, or seems to be in; None if that is in doubt.

    Examples
    --------
    >>> from syncalign.formats.document import parse_document
    >>> text = "Nel mezzo del cammin di nostra vita mi ritrovai per una selva oscura, " * 2
    >>> guess_language(parse_document(text.encode(), "a.txt"))
    'it'
    """
    if document.language is not None:
        return document.language
    text = _sample(document)
    scripts = _scripts(text)
    if not scripts:
        return None
    script = scripts.most_common(1)[0][0]
    if script == "CJK" and scripts["HIRAGANA"] + scripts["KATAKANA"] > 0.1 * scripts.total():
        return "ja"
    if script in _BY_SCRIPT:
        return _BY_SCRIPT[script]
    return _by_small_words(text.lower().replace("\u2019", "'"))


def _by_small_words(text: str) -> str | None:
    words = Counter(_WORD.findall(text))
    if words.total() < _LEAST_WORDS:
        return None
    shares = {
        code: sum(words[word] for word in small) / words.total()
        for code, small in _known().small_words.items()
    }
    best, second = sorted(shares, key=lambda code: shares[code], reverse=True)[:2]
    is_clear = shares[best] >= max(_LEAST_SHARE, _LEAST_LEAD * shares[second])
    return best if is_clear else None


def _sample(document: Document) -> str:
    """Return text from all over a document: its beginning may be a licence."""
    step = max(1, document.size // _SAMPLE)
    spans = document.spans[:: min(step, max(1, len(document.spans) // 50))]
    return "\n".join(span.text[:2_000] for span in spans)[: 5 * _SAMPLE]


def _scripts(text: str) -> Counter[str]:
    """Count the letters of each script."""
    letters = Counter(character for character in text if character.isalpha())
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[unicodedata.name(letter, "OTHER").split(" ")[0]] += count
    return +scripts
