"""``syncalign transcribe``: write down what is said, with the time of each word."""

from __future__ import annotations

from typing import Any

import click

from syncalign.cli.options import PATH, CommonOptions, common_options
from syncalign.cli.output import (
    Answer,
    answer,
    ensure_output_usable,
    named_file,
    progress_for,
    shown_path,
)
from syncalign.cli.target import chosen_target
from syncalign.errors import printable

_EPILOG = """\b
Examples:
  syncalign transcribe talk.mp3                        writes talk.transcript.srt
  syncalign transcribe talk.mp3 -o talk.json           with the times of words
  syncalign transcribe film.mkv -o film.vtt --format vtt-words --language it
  syncalign transcribe talk.wav --model tiny.en -o - --format ctm | less

\b
OUT is in any of the formats of syncalign align (see syncalign align --help). The model must be
at hand: syncalign models fetch whisper-base. Nothing is downloaded unasked."""


@click.command(epilog=_EPILOG)
@click.argument("media", type=PATH)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help="File to write (default: STEM.transcript.srt beside MEDIA); - for standard output.",
)
@click.option(
    "--format",
    "format_",
    metavar="F",
    help="Format of OUT (default: what its ending says, or srt).",
)
@click.option(
    "--model",
    metavar="M",
    default="base",
    show_default=True,
    help="Whisper that listens: tiny.en (English alone), base, or a path.",
)
@click.option("--language", metavar="xx", help="What is spoken, such as en (default: found).")
@click.option(
    "--backend",
    type=click.Choice(["auto", "whisper", "faster-whisper"]),
    default="auto",
    show_default=True,
    help="What runs the model: auto takes faster-whisper where it is installed.",
)
@click.option("--force", is_flag=True, help="Replace an existing output.")
@click.option("--track", type=click.IntRange(min=0), metavar="N", help="Sound track, from 0.")
@click.option(
    "--cache/--no-cache",
    "use_cache",
    default=True,
    help="Keep what was heard, so that a run that was broken off goes on (see: syncalign cache).",
)
@common_options(uses_device=True)
def transcribe(
    media: str,
    output: str | None,
    format_: str | None,
    force: bool,
    use_cache: bool,
    common: CommonOptions,
    **options: Any,
) -> int:
    """Write down what is said in MEDIA, with the time of each word; silence is not listened to."""
    ensure_output_usable(output, common)

    def work() -> Answer:
        from syncalign.cache import Cache
        from syncalign.pipelines.transcribe import transcribe as transcribed

        target = chosen_target(media, output, format_, force, default="srt", suffix="transcript")
        target.check(media)
        result = transcribed(
            named_file(media),
            device=common.device,
            cache=Cache.default() if use_cache else None,
            progress=progress_for(common),
            **options,
        )
        written = target.write(result)
        content = result.to_bytes(target.format) if written is None else None
        outcome = (
            "written to standard output" if written is None else f"written: {printable(written)}"
        )
        count = sum(len(cue.parts) for cue in result.lines)
        lines = [
            f"{result.status.replace('_', ' ')} ({result.language}; {result.model} by "
            f"{result.backend} on {result.device})",
            *(f"  {reason}" for reason in result.reasons),
            f"  {len(result.lines)} lines, {count} words",
            outcome,
        ]
        fields = {**result.to_json(), "output": shown_path(written)}
        return Answer(fields, "\n".join(map(printable, lines)), content=content)

    return answer("transcribe", common, work, uses_device=True)
