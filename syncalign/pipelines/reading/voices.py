"""Voices: which of espeak-ng's says a language."""

from __future__ import annotations

import re

from syncalign.errors import ParameterError
from syncalign.streams.espeak import using_voice

#: Where the voice is not called as the language is, or another is what most people speak.
_VOICES = {
    "en": "en-us", "en-gb": "en", "en-au": "en", "en-nz": "en", "en-ie": "en", "es": "es-419",
    "es-es": "es", "pt": "pt-br", "pt-pt": "pt", "zh": "cmn", "no": "nb", "nn": "nb",
}  # fmt: skip


def voice_of(language: str) -> str:
    """Return the name of the voice for a language.

    Parameters
    ----------
    language : str
        Its code, such as "en" or "en-GB".

    Raises
    ------
    ParameterError
        espeak-ng does not speak it.
    DependencyError
        espeak-ng is not there.
    """
    code = re.sub("_", "-", language.lower())
    for name in (_VOICES.get(code, code), _VOICES.get(code.split("-")[0], code.split("-")[0])):
        try:
            with using_voice(name):
                return name
        except ParameterError:
            continue
    raise ParameterError(
        f"no voice speaks the language {language!r}: name it by its code, such as en or pt-br"
    )
