"""Embedded text tracks as subtitle files: packets from the medium, files from the formats."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from syncalign.errors import MediaError
from syncalign.formats.embedded import Payload, count_cues, format_of_codec, write_track
from syncalign.media import StreamInfo, probe
from syncalign.media.languages import normalise_language
from syncalign.media.text_packets import TextPackets, read_text_packets
from syncalign.results.extraction import ExtractedTrack, SubtitleExtraction

#: A track with less than this share of the cues of the fullest one, if that is a film's, is a stub.
STUB_SHARE, FULL_TRACK = 0.1, 100
_NAMES = {"srt": "subrip", "ssa": "ass"}  # the decoder's name -> the codec's
_PICTURES = {
    "hdmv_pgs_subtitle": "PGS", "pgssub": "PGS", "dvd_subtitle": "VobSub", "dvdsub": "VobSub",
    "dvb_subtitle": "DVB", "dvbsub": "DVB", "xsub": "XSUB",
}  # fmt: skip


def extract_subtitles(
    path: str | os.PathLike[str], *, track: int | None = None, language: str | None = None
) -> SubtitleExtraction:
    """Take the text tracks out of a medium. Nothing is written.

    Parameters
    ----------
    path : path-like
        The medium. Times are those of its clock: 0 is what a player shows at 0:00.
    track : int, optional
        Only this one, counting the subtitle tracks from 0.
    language : str, optional
        Only tracks in this language, such as ``en``.

    Returns
    -------
    SubtitleExtraction
        Its ``save`` writes the files. Picture subtitles are in it too, with the reason why they
        have none.

    Raises
    ------
    MediaError
        The medium cannot be read, or has no subtitle track, or none like this.
    """
    info = probe(path)
    streams = [stream for stream in info.streams if stream.kind == "subtitle"]
    if not streams:
        raise MediaError(path, "has no subtitle tracks")
    chosen = {number for number, _ in _chosen(path, list(enumerate(streams)), track, language)}
    codecs = {stream.index: _NAMES.get(stream.codec, stream.codec) for stream in streams}
    texts = [index for index, codec in codecs.items() if format_of_codec(codec)]
    # Those that were not asked for are read too: beside them a stub is known for one.
    packets = read_text_packets(path, texts)
    stem = Path(os.fspath(path)).stem
    tracks = [
        _extracted(number, stream, codecs[stream.index], packets.get(stream.index), stem)
        for number, stream in enumerate(streams)
    ]
    fullest = max(one.cues for one in tracks)
    tracks = [_named_if_stub(one, fullest, stem) for one in tracks if one.track in chosen]
    reasons = [
        f"Track {one.track} ({one.language or 'unknown language'}): {one.reason}."
        for one in tracks
        if one.reason
    ]
    if any(not found.is_whole for found in packets.values()):
        reasons.append("The medium is damaged: what follows the damage is missing.")
    return SubtitleExtraction(tuple(tracks), tuple(reasons))


def _chosen(
    path: str | os.PathLike[str],
    streams: list[tuple[int, StreamInfo]],
    track: int | None,
    language: str | None,
) -> list[tuple[int, StreamInfo]]:
    listed = ", ".join(f"{n}: {s.language or 'unknown language'} {s.codec}" for n, s in streams)
    if track is not None:
        streams = [pair for pair in streams if pair[0] == track]
        if not streams:
            raise MediaError(path, f"has no subtitle track {track}; it has {listed}")
    if language is not None:
        wanted = normalise_language(language)
        streams = [
            (n, s) for n, s in streams if s.language and normalise_language(s.language) == wanted
        ]
        if not streams:
            raise MediaError(path, f"has no such subtitle track in {language!r}; it has {listed}")
    return streams


def _extracted(
    number: int, stream: StreamInfo, codec: str, found: TextPackets | None, stem: str
) -> ExtractedTrack:
    forced = stream.forced or bool(re.search(r"\bforced\b", stream.title or "", re.IGNORECASE))
    blank = ExtractedTrack(
        index=stream.index, track=number, codec=codec, language=stream.language, forced=forced
    )
    if found is None:
        kind = _PICTURES.get(codec)
        skipped = (
            f"skipped: picture subtitles ({kind}), their text is not in the file"
            if kind
            else f"skipped: {codec} is not supported"
        )
        return replace(blank, reason=skipped)
    payloads = [
        Payload(float(p.start), None if p.duration is None else float(p.start + p.duration), p.data)
        for p in found.packets
    ]
    cues = count_cues(codec, payloads)
    if not cues:
        return replace(blank, reason="skipped: it holds no text")
    data = write_track(codec, found.header, payloads)
    reason = "forced: it holds only what every viewer needs" if forced else None
    one = replace(blank, cues=cues, data=data, reason=reason)
    return replace(one, name=_file_name(one, stem))


def is_stub(cues: int, fullest: int) -> bool:
    """Whether a track has so few cues, beside the fullest one of its medium, that it is forced."""
    return fullest >= FULL_TRACK and cues < STUB_SHARE * fullest


def _named_if_stub(one: ExtractedTrack, fullest: int, stem: str) -> ExtractedTrack:
    if one.name is None or one.forced or not is_stub(one.cues, fullest):
        return one
    reason = f"forced only, it seems: {one.cues} cues where another track has {fullest}"
    one = replace(one, forced=True, reason=reason)
    return replace(one, name=_file_name(one, stem))


def _file_name(one: ExtractedTrack, stem: str) -> str:
    # The language is what the file says: it must not lead out of the folder.
    language = re.sub(r"[^A-Za-z0-9-]", "", one.language or "")[:20] or "und"
    forced = ".forced" if one.forced else ""
    return f"{stem}.{one.track}.{language}{forced}.{format_of_codec(one.codec)}"
