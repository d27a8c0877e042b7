"""``syncalign check``: does a subtitle fit, and could it be made to fit."""

from __future__ import annotations

import click

from syncalign.cli.options import CommonOptions, common_options, track_options
from syncalign.cli.output import DONE, NO_ALIGNMENT, Answer, answer, progress_for
from syncalign.cli.sync_text import described


@click.command(
    epilog="\b\nExample:\n  syncalign check film.mkv film.srt && echo it fits, or can be made to"
)
@click.argument("reference", type=click.Path())
@click.argument("subtitles", type=click.Path())
@click.option("--explain", is_flag=True, help="Tell what was tried and its evidence.")
@track_options
@common_options
def check(
    reference: str,
    subtitles: str,
    explain: bool,
    track: int | None,
    language: str | None,
    encoding: str | None,
    common: CommonOptions,
) -> int:
    """Say whether SUBTITLES fit REFERENCE; the search of sync, writing nothing.

    Exit code 0 for a subtitle that is in sync or could be corrected, 4 for one that is not to be
    trusted.
    """

    def work() -> Answer:
        from syncalign.pipelines.subtitles import sync_subtitles

        result = sync_subtitles(
            reference,
            subtitles,
            track=track,
            language=language,
            encoding=encoding,
            progress=progress_for(common),
        )
        fields = {**result.to_json(), "output": None}
        if explain:
            fields["explanation"] = list(result.explanation)
        text = "\n".join(described(result, explain=explain))
        return Answer(fields, text, DONE if result.is_trusted else NO_ALIGNMENT)

    return answer("check", common, work)
