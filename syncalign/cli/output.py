"""What goes to standard output and to standard error, and the exit code."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from syncalign.cli.options import CommonOptions
from syncalign.errors import DependencyError, InputError, ParameterError, SyncalignError, printable
from syncalign.progress import NoProgress, Progress
from syncalign.version import VERSION

DONE, BUG, USAGE, UNUSABLE, NO_ALIGNMENT, MISSING = 0, 1, 2, 3, 4, 5
_FIRST_KEYS = ("schema", "status", "confidence", "reasons", "seconds", "version")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say.

    Parameters
    ----------
    fields : dict
        The command's own keys of the JSON object; ``status``, ``confidence`` and ``reasons``
        stand among them.
    text : str
        The same for people; empty says nothing.
    code : int
        Exit code.
    content : bytes or None
        A file to write to standard output instead (``-o -``); the text then goes to standard error.
    """

    fields: dict[str, Any]
    text: str
    code: int = DONE
    content: bytes | None = None


def answer(
    command: str, common: CommonOptions, work: Callable[[], Answer], *, uses_device: bool = False
) -> int:
    """Do a command's work, print its answer or its error, and return the exit code."""
    _configure_logging(common)
    if common.device == "cuda" and not uses_device:
        logging.getLogger(__name__).warning("this command always runs on the CPU")
    began = time.perf_counter()
    try:
        given = work()
    except ParameterError as exc:
        raise click.UsageError(str(exc), click.get_current_context(silent=True)) from exc
    except Exception as exc:  # noqa: BLE001  the last door: a bug is reported, not thrown at the user
        given = _failure(exc, common)
    if not common.as_json:
        return _printed(given, quiet=common.quiet)
    fields = {
        "schema": f"syncalign.{command}/1",
        "seconds": round(time.perf_counter() - began, 3),
        "version": VERSION,
        **given.fields,
    }
    ordered = {key: fields.pop(key) for key in _FIRST_KEYS} | fields
    text = json.dumps(ordered, ensure_ascii=True, allow_nan=False)
    return _printed(Answer({}, text, given.code), quiet=True)


def _failure(exc: Exception, common: CommonOptions) -> Answer:
    """Tell people what went wrong, and return the same for programs."""
    known = _as_known(exc)
    if known is None:
        code = BUG
        sentence = f"a bug in syncalign: {type(exc).__name__}: {printable(str(exc))}"
        if common.verbose:
            traceback.print_exception(exc)
    else:
        code = UNUSABLE if isinstance(known, InputError) else MISSING
        sentence = str(known)
    _complain(sentence)
    if code == BUG and not common.verbose:
        click.echo("run it again with -v to see where", err=True)
    error = {
        "type": type(known or exc).__name__,
        "path": shown_path(getattr(known, "path", None)),
        "line": getattr(known, "line", None),
    }
    if isinstance(known, DependencyError):
        error["remedy"] = known.remedy
    fields = {"status": "error", "confidence": None, "reasons": [sentence], "error": error}
    return Answer(fields, "", code)


def _as_known(exc: Exception) -> SyncalignError | None:
    """Return the error of our own tree that this is, or None for a bug."""
    if isinstance(exc, SyncalignError):
        return exc
    if isinstance(exc, MemoryError):
        return InputError(None, "there is not enough memory")
    if isinstance(exc, OSError):
        # Python puts whatever was opened there: also bytes, or the number of a descriptor.
        name = exc.filename
        path = os.fsdecode(name) if isinstance(name, str | bytes) else None
        return InputError(path, exc.strerror or str(exc))
    return None


def _complain(sentence: str) -> None:
    with contextlib.suppress(OSError):  # nobody listens; the exit code still tells
        click.echo(f"syncalign: {sentence}", err=True)


def _printed(given: Answer, *, quiet: bool) -> int:
    """Write the answer to standard output; return its exit code, or that of the failure to."""
    if given.content is not None and sys.stdout is None:
        _complain("standard output is closed")
        return UNUSABLE
    try:
        if given.content is not None:
            sys.stdout.buffer.write(given.content)
            sys.stdout.flush()
            if not quiet:
                click.echo(given.text, err=True)
        elif given.text:
            click.echo(given.text)
    except BrokenPipeError:  # the reader has what it wanted, as `head` does
        abandon_stdout()
    except OSError as exc:
        _complain(f"standard output cannot be written: {exc.strerror or exc}")
        abandon_stdout()
        return UNUSABLE
    return given.code


def abandon_stdout() -> None:
    """Send what is still buffered nowhere: Python would complain about it once more at its end."""
    with contextlib.suppress(OSError, ValueError):  # a stream without a descriptor
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def ensure_output_usable(output: str | None, common: CommonOptions) -> None:
    """Refuse an ``--output`` without a name, and one that competes with ``--json``."""
    if output == "":
        raise click.UsageError("--output needs a name")
    if output == "-" and common.as_json:
        raise click.UsageError("-o - and --json both want standard output; choose one")


def shown_path(path: str | None) -> str | None:
    """Show a path in JSON: bytes that are no text become escapes, which every parser accepts."""
    return None if path is None else path.encode("utf-8", "backslashreplace").decode("utf-8")


def named_file(path: str) -> str:
    """Return the path of an input.

    Raises
    ------
    InputError
        It is ``-``: an input is read more than once, a pipe only once.
    """
    if path == "-":
        raise InputError(
            path, "standard input cannot be read; save it to a file (one named - is ./-)"
        )
    return path


def progress_for(common: CommonOptions) -> Progress:
    """Return the listener that draws a bar on standard error, or none."""
    wanted = sys.stderr.isatty() if common.progress is None else common.progress
    if not wanted or common.quiet:
        return NoProgress()
    from syncalign.cli.bar import ProgressBar

    return ProgressBar()


def _configure_logging(common: CommonOptions) -> None:
    level = logging.ERROR if common.quiet else logging.WARNING
    if common.verbose:
        level = logging.INFO if common.verbose == 1 else logging.DEBUG
    logging.basicConfig(level=level, format="syncalign: %(message)s", stream=sys.stderr)
