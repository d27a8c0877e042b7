"""The espeak-ng library: loaded and set up when it is needed, with one voice at a time."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from functools import cache

from syncalign.errors import DependencyError, ParameterError

REMEDY = "pip install espeakng-loader"
SAMPLE_RATE = 22050

# From the library's public header speak_lib.h.
_SYNCHRONOUS = 2  # samples are handed to a callback before the call returns; none are played
_PHONEME_EVENTS = 0x0001
_PHONEME_IPA = 0x0002  # phones are named as in phonemes()
_DO_NOT_EXIT = 0x8000  # without data, return an error instead of ending the process
_UTF8 = 1
_IPA = 0x02
_OK = 0

# The library keeps voice, rate and text in variables of its own: one user at a time.
_LOCK = threading.RLock()
_voice: str | None = None


def load_library() -> ctypes.CDLL:
    """Load espeak-ng, unless it is there, and set it up to hand out samples.

    Call its functions inside :func:`using_voice` only.

    Returns
    -------
    ctypes.CDLL

    Raises
    ------
    DependencyError
        The library or its data is not there.
    """
    with _LOCK:
        return _load()


@cache
def _load() -> ctypes.CDLL:
    try:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path()
    except (ImportError, OSError, RuntimeError) as exc:
        raise DependencyError("espeak-ng, which pronounces words, is missing", REMEDY) from exc
    _declare(library)
    options = _DO_NOT_EXIT | _PHONEME_EVENTS | _PHONEME_IPA
    if library.espeak_Initialize(_SYNCHRONOUS, 0, os.fsencode(data), options) != SAMPLE_RATE:
        raise DependencyError("the data of espeak-ng, which pronounces words, is missing", REMEDY)
    return library


def unload_library() -> None:
    """Forget the library and all that it said: the next that uses it finds it as new.

    Its samples depend on what it said before, by way of variables that nothing else sets back.
    """
    global _voice
    with _LOCK:
        if not _load.cache_info().currsize:
            return
        library = _load()
        library.espeak_Terminate()
        _load.cache_clear()
        _voice = None
        if sys.platform == "win32":
            unload = ctypes.WinDLL("kernel32").FreeLibrary
        else:
            unload = ctypes.CDLL(None).dlclose
        unload.argtypes = [ctypes.c_void_p]
        unload(library._handle)


@contextlib.contextmanager
def using_voice(name: str) -> Iterator[ctypes.CDLL]:
    """Have the library for oneself, with a voice set.

    Parameters
    ----------
    name : str
        As espeak-ng calls it: ``en-us``, ``it``, ``pt-br``.

    Raises
    ------
    ParameterError
        There is no such voice.
    DependencyError
        The library is not there.
    """
    with _LOCK:
        library = load_library()
        global _voice
        if name != _voice:  # setting it loads its dictionary anew
            _voice = None
            if library.espeak_SetVoiceByName(name.encode()) != _OK:
                raise ParameterError(f"espeak-ng has no voice {name!r}")
            _voice = name
        yield library


def phonemes(text: str, voice: str) -> str:
    """Tell in IPA how a text is pronounced.

    Parameters
    ----------
    text : str
        Words.
    voice : str
        As for :func:`using_voice`.

    Returns
    -------
    str
        Phones joined by ``_``, words by a blank, with stress and length marks; a change of
        language is told in round brackets, as ``(fr)``.

    Examples
    --------
    >>> phonemes("church", "en-us")
    'tʃ_ˈɜː_tʃ'
    """
    rest = ctypes.c_char_p(text.replace("\0", " ").encode())
    clauses = []
    with using_voice(voice) as library:
        while rest.value is not None:  # the library moves it clause by clause, then to NULL
            clauses.append(
                library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA | ord("_") << 8)
            )
    return " ".join(clause.decode() for clause in clauses if clause).strip()


def _declare(library: ctypes.CDLL) -> None:
    """Tell ctypes the types of what is called here: it takes them all for int."""
    library.espeak_Initialize.argtypes = [
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_int,
    ]
    library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [
        ctypes.POINTER(ctypes.c_char_p),
        ctypes.c_int,
        ctypes.c_int,
    ]
