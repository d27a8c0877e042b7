"""The text tracks of a medium, kept: to take them out is to read the whole film."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial

from syncalign.cache import Cache, remembered
from syncalign.media import MediaInfo
from syncalign.pipelines.extract import read_every_track
from syncalign.results.extraction import ExtractedTrack

_BYTES = "latin-1"  # a character for each byte


def every_track(info: MediaInfo, cache: Cache | None) -> tuple[ExtractedTrack, ...]:
    """Return the tracks that :func:`syncalign.pipelines.extract.read_every_track` finds, or found.

    Parameters
    ----------
    info : MediaInfo
        The medium, with at least one subtitle track.
    cache : Cache or None
        Where they are kept.

    Raises
    ------
    MediaError
        The medium cannot be read.
    """
    stored = remembered(cache, info.path, "text tracks", make=partial(_packed, info))
    return tuple(
        ExtractedTrack(**{**track, "data": track["data"].encode(_BYTES)})
        for track in json.loads(stored)
    )


def _packed(info: MediaInfo) -> tuple[bytes, bool]:
    found = read_every_track(info)
    tracks = [{**asdict(track), "data": track.data.decode(_BYTES)} for track in found.tracks]
    return json.dumps(tracks).encode(), found.is_whole
