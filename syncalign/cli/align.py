"""``syncalign align``: find when each line of a text is read in a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from syncalign.cli.alignment_text import described
from syncalign.cli.options import PATH, CommonOptions, common_options
from syncalign.cli.output import (
    DONE,
    NO_ALIGNMENT,
    Answer,
    answer,
    ensure_output_usable,
    named_file,
    progress_for,
    shown_path,
)
from syncalign.cli.target import Target, chosen_target
from syncalign.errors import ParameterError, printable

if TYPE_CHECKING:
    from syncalign.results import TextAlignment

_EPILOG = """\b
Examples:
  syncalign align chapter1.mp3 chapter1.txt             writes chapter1.aligned.json
  syncalign align chapter1.mp3 chapter1.txt -o chapter1.srt
  syncalign align part1.mp3 part2.mp3 book.html -o book.vtt --level sentence
  syncalign align song.wav song.txt -o song.lrc --format lrc-words
  syncalign align talk.wav talk.txt -o talk.TextGrid --level word --language de
  syncalign align book.m4b book.txt -o map.json --format aeneas
  syncalign align book.m4b book.epub -o read-aloud.epub --level sentence
  syncalign align chapter1.mp3 chapter1.txt -o - --format ctm | less

\b
Formats, by the ending of OUT:
  .json json    all that is known            .TextGrid textgrid   Praat, with a tier of words
  .srt  srt     SubRip                       .ctm      ctm        times of words for scoring
  .vtt  vtt     WebVTT                       .txt      audacity   labels
  .lrc  lrc     lyrics                       .csv      csv        aeneas: id, begin, end, text
  .ass  ass     ASS                          .tsv      tsv        aeneas: begin, end, id
  .epub epub    the book TEXT, read aloud: EPUB 3 with the sound and the times in it
and only by --format:
  aeneas      aeneas' sync map in JSON       vtt-words, lrc-words, karaoke (ASS): with times
                                             of the words inside each line

\b
What nobody reads has no time: it is listed in the JSON and left out of the other formats. A
recording that is no reading of TEXT is refused: nothing is written and the exit code is 4."""


@click.command(epilog=_EPILOG)
@click.argument("audio", nargs=-1, required=True, type=PATH)
@click.argument("text", type=PATH)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help="File to write (default: STEM.aligned.ENDING beside TEXT); - for standard output.",
)
@click.option(
    "--format",
    "format_",
    metavar="F",
    help="Format of OUT (default: what its ending says; json without one).",
)
@click.option(
    "--level",
    type=click.Choice(["paragraph", "line", "sentence", "word"]),
    default="line",
    show_default=True,
    help="What gets a time.",
)
@click.option("--language", metavar="xx", help="Language of TEXT, such as en (default: found).")
@click.option(
    "--backend",
    type=click.Choice(["auto", "synth", "phones", "ctc", "whisper"]),
    default="auto",
    show_default=True,
    help="What listens: auto picks the best that is there and says which.",
)
@click.option(
    "--model",
    metavar="M",
    help="For whisper: tiny.en, base, or a path (default: the smallest at hand that will do). "
    "For ctc: wav2vec2-en, mms-fa, or the path of a checkpoint.",
)
@click.option(
    "--retakes",
    type=click.Choice(["last", "first", "all"]),
    default="last",
    show_default=True,
    help="For whisper: the take that counts where TEXT is read twice; all: the last, others told.",
)
@click.option(
    "--cache/--no-cache",
    "use_cache",
    default=True,
    help="Keep what was heard and placed, so that a run that was broken off goes on.",
)
@click.option(
    "--audio",
    "audio_place",
    metavar="included|URL",
    default="included",
    show_default=True,
    help="For a read-aloud book: put the sound into it, or refer to the files at URL.",
)
@click.option("--force", is_flag=True, help="Replace an existing output.")
@click.option(
    "--accept",
    type=click.Choice(["unsure"]),
    help="Write the best guess too where it cannot be trusted.",
)
@click.option(
    "--track", type=click.IntRange(min=0), metavar="N", help="Sound track of each AUDIO, from 0."
)
@click.option(
    "--text-format",
    metavar="F",
    help="How to read TEXT: txt, md, html, epub, docx, srt, ... (default: found).",
)
@click.option("--encoding", metavar="E", help="Encoding of TEXT (default: found).")
@common_options(uses_device=True)
def align(
    audio: tuple[str, ...],
    text: str,
    output: str | None,
    format_: str | None,
    force: bool,
    accept: str | None,
    use_cache: bool,
    audio_place: str,
    common: CommonOptions,
    **options: Any,
) -> int:
    """Find when each line of TEXT is read in AUDIO, and what is not read; or refuse.

    Several AUDIO files are one recording, in the order given; a folder is its sound files.
    """
    ensure_output_usable(output, common)

    def work() -> Answer:
        from syncalign.cache import Cache
        from syncalign.pipelines.text import align_text

        audio_url = None if audio_place == "included" else audio_place
        target = chosen_target(text, output, format_, force, default="json", suffix="aligned")
        target.check(*audio, text)
        if _is_book(target):
            _ensure_book(target, text)
            if audio_url is not None:
                _ensure_elsewhere(audio_url, audio)
        elif audio_url is not None:
            raise ParameterError("--audio is for read-aloud books: name an OUT.epub with -o")
        result = align_text(
            [named_file(path) for path in audio],
            named_file(text),
            device=common.device,
            cache=Cache.default() if use_cache else None,
            progress=progress_for(common),
            **options,
        )
        may_write = result.is_trusted or (accept == "unsure" and result.status == "unsure")
        written = None
        if may_write:
            written = _write(target, result, text, options["track"], audio_url, common)
        content = None
        if target.path is None:  # where nothing may be written, nothing is: not even a text
            content = result.to_bytes(target.format) if may_write else b""
        if written is not None:
            outcome = f"written: {printable(written)}"
        else:
            outcome = "written to standard output" if content else "nothing was written"
        fields = {**result.to_json(), "output": shown_path(written)}
        lines = "\n".join([*described(result), outcome])
        return Answer(fields, lines, DONE if may_write else NO_ALIGNMENT, content)

    return answer("align", common, work, uses_device=True)


def _is_book(target: Target) -> bool:
    """Whether what is written is TEXT with its reading in it."""
    from syncalign.formats.transcript_formats import EPUB

    return target.format == EPUB


def _ensure_book(target: Target, text: str) -> None:
    """Fail before the long work where no book could be written after it."""
    from syncalign.formats.epub.read_aloud import ensure_can_speak

    if target.path is None:
        raise ParameterError("a book is no text: name a file for it with -o")
    ensure_can_speak(named_file(text))


def _ensure_elsewhere(audio_url: str, audio: tuple[str, ...]) -> None:
    """Fail before the long work where a book could not refer to the sound."""
    from syncalign.pipelines.read_aloud import ensure_web_address, sounds_elsewhere
    from syncalign.streams.sound import Sound

    ensure_web_address(audio_url)
    sounds_elsewhere(audio_url, Sound([named_file(path) for path in audio]).paths)


def _write(
    target: Target,
    result: TextAlignment,
    text: str,
    track: int | None,
    audio_url: str | None,
    common: CommonOptions,
) -> str | None:
    """Write the file, if it is one, and say where."""
    if target.path is None or not _is_book(target):
        return target.write(result)
    from syncalign.pipelines.read_aloud import make_read_aloud

    make_read_aloud(
        result,
        named_file(text),
        target.path,
        audio_url=audio_url,
        track=track,
        overwrite=target.force,
        progress=progress_for(common),
    )
    return target.path
