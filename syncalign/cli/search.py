"""The search that ``sync`` and ``check`` share, from its options to its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import click

from syncalign.cli.frame_rate import fps_option
from syncalign.cli.options import PATH, CommonOptions, gathered
from syncalign.cli.output import named_file, progress_for
from syncalign.cli.text_track import text_track_option

if TYPE_CHECKING:
    from syncalign.results import SubtitleSync


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """What ``sync`` and ``check`` may be told of the search.

    Parameters
    ----------
    explain : bool
        Whether to tell what was tried.
    use_cache : bool
        Whether what is found in a medium is kept.
    max_offset, points, retime, words, model, track, language, text_track, encoding, frame_rate
        As for :func:`syncalign.pipelines.subtitles.sync_subtitles`.
    """

    max_offset: float | None
    points: str | None
    retime: bool
    words: bool
    model: str | None
    explain: bool
    track: int | None
    language: str | None
    text_track: int | Literal["auto"] | None
    encoding: str | None
    frame_rate: Fraction | None
    use_cache: bool


def search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what ``sync`` and ``check`` share; it arrives as one argument, ``search``."""
    return gathered(
        command,
        "search",
        SearchOptions,
        click.option(
            "--max-offset",
            type=click.FloatRange(min=0),
            metavar="S",
            help="Refuse a result that moves a cue by more than S seconds.",
        ),
        click.option(
            "--points",
            type=PATH,
            metavar="FILE",
            help="Places set by hand, one 'SUBTITLE_TIME REFERENCE_TIME' a line; the map passes"
            " through them.",
        ),
        click.option(
            "--retime",
            is_flag=True,
            help="Move single lines too, by up to 1 s, onto the speech that is surely theirs.",
        ),
        click.option(
            "--words",
            is_flag=True,
            help="Look for the words of the cues in what a Whisper hears: for badly cut films.",
        ),
        click.option(
            "--model",
            metavar="M",
            help="For --words: base (default), tiny.en (English alone), or a path.",
        ),
        click.option("--explain", is_flag=True, help="Tell what was tried and its evidence."),
        click.option(
            "--track",
            type=click.IntRange(min=0),
            metavar="N",
            help="Sound track to listen to, from 0 (default: the one a viewer would hear).",
        ),
        click.option("--language", metavar="xx", help="Language of the sound track, such as en."),
        text_track_option,
        click.option(
            "--encoding",
            metavar="E",
            help="Encoding of SUBTITLES (default: found; that of a REFERENCE always is).",
        ),
        fps_option("A REFERENCE that does not say its own is read at it too."),
        click.option(
            "--cache/--no-cache",
            "use_cache",
            default=True,
            help="Keep the speech found in the medium for the next run (see: syncalign cache).",
        ),
    )


def searched(
    reference: str, subtitles: str, search: SearchOptions, common: CommonOptions
) -> SubtitleSync:
    """Run the search."""
    from syncalign.cache import Cache
    from syncalign.pipelines.subtitles import sync_subtitles

    return sync_subtitles(
        named_file(reference),
        named_file(subtitles),
        track=search.track,
        language=search.language,
        text_track=search.text_track,
        encoding=search.encoding,
        frame_rate=search.frame_rate,
        max_offset=search.max_offset,
        points=None if search.points is None else named_file(search.points),
        retime=search.retime,
        words=search.words,
        model=search.model,
        device=common.device,
        cache=Cache.default() if search.use_cache else None,
        progress=progress_for(common),
    )
