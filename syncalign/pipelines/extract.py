"""Embedded text tracks as subtitle files: packets from the medium, files from the formats."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from syncalign.formats.embedded import Payload, count_cues, format_of_codec, write_track
from syncalign.media import MediaInfo, StreamInfo, choose_texts, probe
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
    chosen = choose_texts(info, track=track, language=language)
    found = read_every_track(info)
    tracks = tuple(found.tracks[number] for number in chosen)
    reasons = [
        f"Track {one.track} ({one.language or 'unknown language'}): {one.reason}."
        for one in tracks
        if one.reason
    ]
    if not found.is_whole:
        reasons.append("The medium is damaged: what follows the damage is missing.")
    return SubtitleExtraction(tracks, tuple(reasons), found.is_whole)


def read_every_track(info: MediaInfo) -> SubtitleExtraction:
    """Read all subtitle tracks of a medium in one pass: beside the others a stub is known for one.

    Parameters
    ----------
    info : MediaInfo
        The medium; with at least one subtitle track.

    Returns
    -------
    SubtitleExtraction
        Track n is the nth.

    Raises
    ------
    MediaError
        The medium cannot be read.
    """
    codecs = {stream.index: _NAMES.get(stream.codec, stream.codec) for stream in info.subtitles}
    texts = [index for index, codec in codecs.items() if format_of_codec(codec)]
    packets = read_text_packets(info.path, texts)
    stem = Path(info.path).stem
    tracks = [
        _extracted(number, stream, codecs[stream.index], packets.get(stream.index), stem)
        for number, stream in enumerate(info.subtitles)
    ]
    fullest = max(one.cues for one in tracks)
    return SubtitleExtraction(
        tuple(_named_if_stub(one, fullest, stem) for one in tracks),
        is_whole=all(found.is_whole for found in packets.values()),
    )


def _extracted(
    number: int, stream: StreamInfo, codec: str, found: TextPackets | None, stem: str
) -> ExtractedTrack:
    forced = stream.forced or bool(re.search(r"\bforced\b", stream.title or "", re.IGNORECASE))
    blank = ExtractedTrack(
        index=stream.index, track=number, codec=codec, language=stream.language, forced=forced
    )
    if found is None:
        kind = _PICTURES.get(codec)
        if kind is not None:
            skipped = f"picture subtitles ({kind}), their text is not in the file"
        elif codec == "unknown":
            skipped = "FFmpeg does not know how its text is stored"
        else:
            skipped = f"{codec} is not supported"
        return replace(blank, reason=f"skipped: {skipped}")
    payloads = [
        Payload(
            float(p.start),
            None if p.duration is None else float(p.start + p.duration),
            p.data,
            p.name,
            p.settings,
        )
        for p in found.packets
    ]
    cues = count_cues(codec, payloads)
    if not cues:
        return replace(blank, reason="skipped: it holds no text")
    data = write_track(codec, found.header, payloads)
    reason = "forced: it holds only what every viewer needs" if forced else None
    one = replace(blank, cues=cues, data=data, reason=reason)
    return replace(one, name=_file_name(one, stem))


def _named_if_stub(one: ExtractedTrack, fullest: int, stem: str) -> ExtractedTrack:
    if one.name is None or fullest < FULL_TRACK or one.cues >= STUB_SHARE * fullest:
        return one
    reason = f"forced only, it seems: {one.cues} cues where another track has {fullest}"
    one = replace(one, is_stub=True, forced=True, reason=one.reason or reason)
    return replace(one, name=_file_name(one, stem))


def _file_name(one: ExtractedTrack, stem: str) -> str:
    # The language is what the file says: it must not lead out of the folder.
    language = re.sub(r"[^A-Za-z0-9-]", "", one.language or "")[:20] or "und"
    forced = ".forced" if one.forced else ""
    return f"{stem}.{one.track}.{language}{forced}.{format_of_codec(one.codec)}"
