"""The search that ``sync`` and ``check`` share, from a command's options to its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncalign.cli.options import CommonOptions
from syncalign.cli.output import named_file, progress_for

if TYPE_CHECKING:
    from syncalign.results import SubtitleSync


def searched(
    reference: str,
    subtitles: str,
    common: CommonOptions,
    *,
    points: str | None,
    use_cache: bool,
    **options: Any,
) -> SubtitleSync:
    """Run the search with the options of :func:`syncalign.cli.options.search_options`."""
    from syncalign.cache import Cache
    from syncalign.pipelines.subtitles import sync_subtitles

    return sync_subtitles(
        named_file(reference),
        named_file(subtitles),
        points=None if points is None else named_file(points),
        cache=Cache.default() if use_cache else None,
        progress=progress_for(common),
        **options,
    )
