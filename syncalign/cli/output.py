"""What goes to standard output and to standard error, and the exit code."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from syncalign.cli.options import CommonOptions
from syncalign.errors import (
    DependencyError,
    InputError,
    ParameterError,
    SyncalignError,
    printable,
)
from syncalign.progress import NoProgress, Progress
from syncalign.version import VERSION

DONE, BUG, USAGE, UNUSABLE, NO_ALIGNMENT, MISSING = 0, 1, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say.

    Parameters
    ----------
    fields : dict
        The command's own keys of the JSON object; ``status``, ``confidence`` and ``reasons``
        stand among them.
    text : str
        The same for people.
    code : int
        Exit code.
    content : bytes or None
        A file to write to standard output instead (``-o -``); the text then goes to standard error.
    """

    fields: dict[str, Any]
    text: str
    code: int = DONE
    content: bytes | None = None


def answer(command: str, common: CommonOptions, work: Callable[[], Answer]) -> int:
    """Do a command's work, print its answer or its error, and return the exit code."""
    _configure_logging(common)
    began = time.perf_counter()
    head = {"schema": f"syncalign.{command}/1"}

    def tail() -> dict[str, Any]:
        return {"seconds": round(time.perf_counter() - began, 3), "version": VERSION}

    try:
        given = work()
    except ParameterError as exc:
        raise click.UsageError(str(exc)) from exc
    except SyncalignError as exc:
        return _fail(
            exc, UNUSABLE if isinstance(exc, InputError) else MISSING, common, head, tail()
        )
    except OSError as exc:
        return _fail(
            InputError(exc.filename, exc.strerror or str(exc)), UNUSABLE, common, head, tail()
        )
    except MemoryError:
        return _fail(InputError(None, "the memory is not enough"), UNUSABLE, common, head, tail())
    except Exception as exc:  # noqa: BLE001  the last door: a bug is reported, not thrown at the user
        return _fail(exc, BUG, common, head, tail())
    if common.as_json:
        _print_json(_ordered(head, given.fields, tail()))
    elif given.content is not None:
        sys.stdout.buffer.write(given.content)
        if not common.quiet:
            click.echo(given.text, err=True)
    else:
        click.echo(given.text)
    return given.code


def _fail(
    exc: Exception, code: int, common: CommonOptions, head: dict[str, Any], tail: dict[str, Any]
) -> int:
    bug = code == BUG
    sentence = f"a bug in syncalign: {type(exc).__name__}: {exc}" if bug else str(exc)
    if bug and common.verbose:
        traceback.print_exception(exc)
    click.echo(f"syncalign: {sentence}", err=True)
    if bug and not common.verbose:
        click.echo("run it again with -v to see where", err=True)
    if common.as_json:
        path, line = getattr(exc, "path", None), getattr(exc, "line", None)
        error = {"type": type(exc).__name__, "path": _shown(path), "line": line}
        fields = {"status": "error", "confidence": None, "reasons": [sentence], "error": error}
        if isinstance(exc, DependencyError):
            error["remedy"] = exc.remedy
        _print_json(_ordered(head, fields, tail))
    return code


def _ordered(head: dict[str, Any], fields: dict[str, Any], tail: dict[str, Any]) -> dict[str, Any]:
    first = {key: fields[key] for key in ("status", "confidence", "reasons")}
    return {**head, **first, **tail, **{k: v for k, v in fields.items() if k not in first}}


def _shown(path: str | None) -> str | None:
    # A name that is no valid text (a lone surrogate) could not be encoded as JSON for a pipe.
    return None if path is None else path.encode("utf-8", "backslashreplace").decode("utf-8")


def _print_json(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=True, allow_nan=False))


def shown_name(path: str) -> str:
    """Show a path in a sentence for people."""
    return printable(path)


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
