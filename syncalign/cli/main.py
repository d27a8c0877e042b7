"""The group of commands, loaded one at a time, and what happens around each of them."""

from __future__ import annotations

import importlib
import io
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from syncalign.cli.output import DONE, UNUSABLE, abandon_stdout
from syncalign.version import VERSION

# A command's module is imported when the command is called: start-up is part of the speed.
_COMMANDS = (
    "probe",
    "sync",
    "check",
    "align",
    "align-signals",
    "lipsync",
    "transcribe",
    "convert",
    "extract",
    "train",
    "fusion",
    "distill",
    "models",
    "cache",
)
INTERRUPTED = 130

_EPILOG = """\b
Examples:
  syncalign sync film.mkv film.srt              writes film.synced.srt
  syncalign check film.mkv film.srt             says whether it fits, writes nothing
  syncalign align chapter1.mp3 chapter1.txt     times the lines of a text that is read aloud
  syncalign align-signals studio.wav live.mp4   says how one recording runs along another
  syncalign lipsync talk.mp4                    says by how much the sound is off the lips
  syncalign transcribe talk.mp3                 writes down what is said, by a Whisper model
  syncalign probe film.mkv                      shows streams and chapters
  syncalign convert film.srt film.vtt           writes another format, says what is lost
  syncalign extract film.mkv -o subtitles       writes the text tracks as files
  syncalign fusion predict builtin clip.mp4     which letter or digit is said, by voice and mouth

\b
Exit codes:
  0 done   2 wrong usage   3 a file cannot be used   4 no trustworthy alignment
  5 something is not installed   130 interrupted   1 a bug"""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"syncalign.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command


@click.group(
    cls=_LazyGroup,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, prog_name="syncalign", message="%(prog)s %(version)s")
def syncalign() -> None:
    """Align time-based media: subtitles to the sound, a text to its reading; or refuse."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line as the whole process, and leave with its exit code."""
    # Python's own handler raises at every Ctrl-C: a second one could stop the tidying up after the
    # first. While it is tidied up, which takes no time, there is nothing left to interrupt.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else told to ignore it
        signal.signal(signal.SIGINT, _interrupt_once)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a name is no reason
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(arguments))


def _interrupt_once(number: int, frame: FrameType | None) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; by default those of the process.

    Returns
    -------
    int
        The exit code.
    """
    try:
        code = syncalign.main(arguments, prog_name="syncalign", standalone_mode=False)
    except click.ClickException as exc:
        exc.show()
        return exc.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing was left half-written", err=True)
        return INTERRUPTED
    except SystemExit:  # click's answer where the reader of --help has gone away
        abandon_stdout()
        return DONE
    except OSError as exc:  # the help did not fit on a full disk
        click.echo(f"syncalign: standard output cannot be written: {exc.strerror or exc}", err=True)
        abandon_stdout()
        return UNUSABLE
    return code if isinstance(code, int) else 0
