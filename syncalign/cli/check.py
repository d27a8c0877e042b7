"""``syncalign check``: does a subtitle fit, and could it be made to fit."""

from __future__ import annotations

import click

from syncalign.cli.options import PATH, CommonOptions, common_options
from syncalign.cli.output import DONE, NO_ALIGNMENT, Answer, answer
from syncalign.cli.search import SearchOptions, search_options, searched
from syncalign.cli.sync_text import described

_EPILOG = """\b
Examples:
  syncalign check film.mkv film.srt && echo it fits, or can be made to
  syncalign check film.mkv film.srt --json
  syncalign check film.en.srt film.fr.srt           against subtitles that are in sync

\b
Exit code 0 for a subtitle that is in sync or could be corrected, 4 for one that is not to be
trusted. A positive offset means that the subtitle would move later."""


@click.command(epilog=_EPILOG)
@click.argument("reference", type=PATH)
@click.argument("subtitles", type=PATH)
@search_options
@common_options
def check(reference: str, subtitles: str, search: SearchOptions, common: CommonOptions) -> int:
    """Say whether SUBTITLES fit REFERENCE; the search of sync, writing nothing.

    REFERENCE is a medium, or a subtitle file that is in sync.
    """

    def work() -> Answer:
        result = searched(reference, subtitles, search, common)
        fields = {**result.to_json(), "output": None}
        if search.explain:
            fields["explanation"] = list(result.explanation)
        text = "\n".join(described(result, explain=search.explain))
        return Answer(fields, text, DONE if result.is_trusted else NO_ALIGNMENT)

    return answer("check", common, work)
