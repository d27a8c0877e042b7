"""The text tracks of a medium, kept: to take them out is to read the whole film."""

from __future__ import annotations

import json
from dataclasses import asdict

from syncalign.cache import Cache, content_key
from syncalign.media import MediaInfo
from syncalign.pipelines.extract import read_every_track
from syncalign.results.extraction import ExtractedTrack

_BYTES = "latin-1"  # a character for each byte


def every_track(info: MediaInfo, cache: Cache | None) -> tuple[ExtractedTrack, ...]:
    """Return what :func:`syncalign.pipelines.extract.read_every_track` does, from a cache if there.

    Parameters
    ----------
    info : MediaInfo
        The medium, with at least one subtitle track.
    cache : Cache or None
        What is kept of a damaged medium is nothing: its damage is met anew each time.

    Raises
    ------
    MediaError
        The medium cannot be read.
    """
    key = content_key(info.path, "text tracks") if cache is not None else None
    if cache is None or key is None:
        return read_every_track(info).tracks
    stored = cache.get(key)
    if stored is not None:
        return tuple(
            ExtractedTrack(**{**track, "data": track["data"].encode(_BYTES)})
            for track in json.loads(stored)
        )
    found = read_every_track(info)
    if found.is_whole:
        tracks = [{**asdict(track), "data": track.data.decode(_BYTES)} for track in found.tracks]
        cache.put(key, json.dumps(tracks).encode())
    return found.tracks
