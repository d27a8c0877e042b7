"""``syncalign sync``: put a subtitle on the sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from syncalign.cli.options import PATH, CommonOptions, common_options
from syncalign.cli.output import (
    DONE,
    NO_ALIGNMENT,
    Answer,
    answer,
    ensure_output_usable,
    named_file,
    shown_path,
)
from syncalign.cli.search import SearchOptions, search_options, searched
from syncalign.cli.sync_text import described
from syncalign.errors import printable
from syncalign.storage import ensure_distinct, ensure_writable, replace_keeping_backup

if TYPE_CHECKING:
    from syncalign.results import SubtitleSync

_EPILOG = """\b
Examples:
  syncalign sync film.mkv film.srt                   writes film.synced.srt
  syncalign sync film.mkv film.srt -o fixed.srt
  syncalign sync film.mkv film.srt --in-place        keeps film.srt.bak
  syncalign sync film.mkv film.srt -o - > fixed.srt
  syncalign sync film.mkv film.srt --json --explain
  syncalign sync film.en.srt film.fr.srt             onto subtitles that are in sync
  syncalign sync film.mkv film.srt --text-track 0    onto an embedded text track
  syncalign sync film.mkv film.srt --points p.txt    through places set by hand
  syncalign sync film.mkv film.srt --retime          single lines too, where their speech is found

\b
Where the evidence is not there, nothing is written and the exit code is 4. A positive offset
means that the subtitle is moved later: t_reference = rate * t_subtitle + offset."""


@click.command(epilog=_EPILOG)
@click.argument("reference", type=PATH)
@click.argument("subtitles", type=PATH)
@click.option("-o", "--output", metavar="OUT", help="File to write; - for standard output.")
@click.option("--in-place", is_flag=True, help="Replace the subtitle; NAME.bak keeps the old one.")
@click.option("--force", is_flag=True, help="Replace an existing output.")
@click.option(
    "--accept",
    type=click.Choice(["unsure"]),
    help="Write the best guess too where it cannot be trusted.",
)
@search_options
@common_options
def sync(
    reference: str,
    subtitles: str,
    output: str | None,
    in_place: bool,
    force: bool,
    accept: str | None,
    search: SearchOptions,
    common: CommonOptions,
) -> int:
    """Put SUBTITLES on the sound of REFERENCE: offset, frame rate, breaks; or refuse.

    REFERENCE is a medium, or a subtitle file that is in sync.
    """
    if output is not None and in_place:
        raise click.UsageError("choose one of --output and --in-place")
    ensure_output_usable(output, common)

    target = _Target(subtitles, output, in_place, force)

    def work() -> Answer:
        target.check(named_file(reference), search.points)
        result = searched(reference, subtitles, search, common)
        may_write = result.is_trusted or (accept == "unsure" and result.status == "unsure")
        written = target.write(result) if may_write else None
        fields = {**result.to_json(), "output": shown_path(written and written.path)}
        if search.explain:
            fields["explanation"] = list(result.explanation)
        content = None
        if target.is_stdout:  # where nothing may be written, nothing is: not even a text
            content = result.to_bytes() if may_write else b""
        told = described(result, explain=search.explain)
        text = "\n".join([*told, *_outcome(result, written, content)])
        return Answer(fields, text, DONE if may_write else NO_ALIGNMENT, content)

    return answer("sync", common, work)


class _Written(NamedTuple):
    """A file that was written, and the name of the one beside it that holds what it held."""

    path: str
    backup: str | None = None


@dataclass(frozen=True, slots=True)
class _Target:
    """Where the corrected subtitle goes."""

    subtitles: str
    output: str | None
    in_place: bool
    force: bool

    @property
    def is_stdout(self) -> bool:
        return self.output == "-"

    @property
    def path(self) -> str:
        if self.in_place:
            return self.subtitles
        source = Path(self.subtitles)
        return self.output or str(source.with_name(f"{source.stem}.synced{source.suffix}"))

    def check(self, reference: str, points: str | None) -> None:
        """Fail before the long work where the writing would fail after it."""
        if self.is_stdout:
            return
        if not self.in_place:
            ensure_distinct(self.path, reference, *([points] if points else []))
            ensure_distinct(self.path, self.subtitles, remedy="use --in-place to replace it")
        ensure_writable(self.path, overwrite=self.force or self.in_place)

    def write(self, result: SubtitleSync) -> _Written | None:
        """Write what there is to write, and say where."""
        nothing_to_do = result.is_unchanged and self.output is None
        if self.is_stdout or nothing_to_do:
            return None
        if self.in_place:
            backup = replace_keeping_backup(self.path, result.to_bytes())
            return _Written(self.path, backup.name)
        result.save(self.path, overwrite=self.force)
        return _Written(self.path)


def _outcome(result: SubtitleSync, written: _Written | None, content: bytes | None) -> list[str]:
    if written is not None:
        kept = f" (what it held is kept as {printable(written.backup)})" if written.backup else ""
        return [f"written: {printable(written.path)}{kept}"]
    if content:
        return ["written to standard output"]
    return ["nothing to write"] if result.status == "in_sync" else ["nothing was written"]
