"""``syncalign cache``: what is kept of earlier runs."""

from __future__ import annotations

import click

from syncalign.cli.options import CommonOptions, common_options
from syncalign.cli.output import Answer, answer


@click.group(epilog="\b\nExamples:\n  syncalign cache info\n  syncalign cache clear")
def cache() -> None:
    """Look at the cache, or empty it.

    It lies in $SYNCALIGN_CACHE, else in the platform's cache folder, and never grows beyond 1 GiB.
    """


@cache.command(epilog="\b\nExample:\n  syncalign cache info --json")
@common_options
def info(common: CommonOptions) -> int:
    """Say where the cache lies and how much it holds."""

    def work() -> Answer:
        from syncalign.cache import Cache

        kept = Cache.default()
        entries, size = kept.entries(), kept.size_bytes()
        fields = {"folder": str(kept.folder), "entries": entries, "bytes": size}
        text = f"{kept.folder}: {_entries(entries)}, {size / 2**20:.1f} MiB"
        return Answer(_judging_nothing(fields), text)

    return answer("cache", common, work)


@cache.command(epilog="\b\nExample:\n  syncalign cache clear")
@common_options
def clear(common: CommonOptions) -> int:
    """Empty the cache."""

    def work() -> Answer:
        from syncalign.cache import Cache

        kept = Cache.default()
        deleted = kept.clear()
        fields = {"folder": str(kept.folder), "deleted": deleted}
        return Answer(_judging_nothing(fields), f"{kept.folder}: {_entries(deleted)} deleted")

    return answer("cache", common, work)


def _entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}"


def _judging_nothing(fields: dict[str, object]) -> dict[str, object]:
    return {"status": "ok", "confidence": None, "reasons": [], **fields}
