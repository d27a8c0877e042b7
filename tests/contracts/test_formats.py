"""What other people's readers say of the same files, and the contract of every row of the table."""

import warnings

import numpy as np
import pysrt
import pysubs2
import pytest

from contracts.clean_files import CLEAN
from syncalign.formats import (
    FORMATS,
    Format,
    SubtitleFile,
    convert,
    decode,
    detect,
    parse_subtitles,
)
from syncalign.formats.source import Source
from syncalign.formats.writers import WRITERS

PEERS = ["srt", "vtt", "ass", "microdvd", "mpl2"]  # what pysubs2 reads without loss


def opened(name: str) -> SubtitleFile:
    return parse_subtitles(CLEAN[name].encode())


def test_pysrt_reads_the_same_from_a_clean_file() -> None:
    file, peer = opened("srt"), pysrt.from_string(CLEAN["srt"])
    np.testing.assert_allclose(file.starts, [item.start.ordinal / 1000 for item in peer])
    np.testing.assert_allclose(file.ends, [item.end.ordinal / 1000 for item in peer])
    assert [cue.text for cue in file.timeline] == [item.text_without_tags for item in peer]


@pytest.mark.parametrize("name", PEERS)
def test_pysubs2_reads_the_same_from_a_clean_file(name: str) -> None:
    file = opened(name)
    peer = pysubs2.SSAFile.from_string(CLEAN[name])
    np.testing.assert_allclose(file.starts, [event.start / 1000 for event in peer])
    np.testing.assert_allclose(file.ends, [event.end / 1000 for event in peer])
    texts = [event.plaintext for event in peer]
    assert [cue.text for cue in file.timeline] == [text.removeprefix("/") for text in texts]


@pytest.mark.parametrize("name", PEERS)
def test_a_retimed_file_says_the_new_times_to_other_readers(name: str) -> None:
    file = opened(name)
    new = file.retimed(file.starts * 1.04 + 7, file.ends * 1.04 + 7).decode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = pysubs2.SSAFile.from_string(new)
    step = file.notation.step
    starts = [event.start / 1000 for event in peer]
    np.testing.assert_allclose(starts, file.starts * 1.04 + 7, atol=step / 2 + 1e-6)


def masked(file: SubtitleFile) -> bytes:
    spans = [span for s in file.stamps for span in (s.start_span, s.end_span) if span]
    spans += [inner.span for s in file.stamps for inner in s.inner]
    parts, done = [], 0
    for first, last in sorted(spans):
        parts += [file.data[done:first], b"<time>"]
        done = last
    return b"".join([*parts, file.data[done:]])


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_every_row_of_the_table_knows_its_own_files_and_no_others(row: Format) -> None:
    file = opened(row.name)
    assert file.format == row.name
    assert len(file) == len(file.timeline)
    assert int(file.visible.sum()) == 40
    assert all(ending.startswith(".") for ending in row.extensions)
    sure = [other.name for other in FORMATS if other.sniff(Source.of(file.data, decode(file.data)))]
    assert detect(file.data, "film.txt") == row.name
    assert row.name in sure


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1251"])
@pytest.mark.parametrize("name", list(CLEAN))
def test_only_the_times_change(name: str, encoding: str) -> None:
    data = CLEAN[name].replace("second", "\u0447\u0430\u0441").encode(encoding)
    file = parse_subtitles(data, encoding=encoding)
    assert file.format == name
    assert file.retimed(file.starts, file.ends) == data
    later = parse_subtitles(file.retimed(file.starts + 7.24, file.ends + 7.24), encoding=encoding)
    assert masked(later) == masked(file)
    half = file.notation.step / 2 + 1e-6
    told = [stamp.end_span is not None for stamp in file.stamps]
    np.testing.assert_allclose(later.starts, file.starts + 7.24, atol=half, rtol=0)
    np.testing.assert_allclose(later.ends[told], file.ends[told] + 7.24, atol=half, rtol=0)
    inner = [mark.time for stamp in file.stamps for mark in stamp.inner]
    moved = [mark.time for stamp in later.stamps for mark in stamp.inner]
    np.testing.assert_allclose(moved, np.array(inner) + 7.24, atol=half, rtol=0)
    assert later.retimed(file.starts, file.ends) == data or len(later.data) != len(data)


@pytest.mark.parametrize("name", list(CLEAN))
def test_the_text_stands_where_the_stamp_says(name: str) -> None:
    file = opened(name)
    for stamp, cue in zip(file.stamps, file.timeline, strict=True):
        if stamp.visible:
            assert stamp.text_span is not None
            assert cue.text.split()[0].encode() in file.data[slice(*stamp.text_span)]


@pytest.mark.parametrize("wanted", list(WRITERS))
@pytest.mark.parametrize("name", list(CLEAN))
def test_any_format_becomes_any_other(name: str, wanted: str) -> None:
    file = opened(name)
    done = convert(file, format=wanted, frame_rate=25)
    new = parse_subtitles(done.data)
    assert new.format == wanted
    assert done.cues == 40
    if name == wanted:
        assert done.data == file.data
        assert not done.reasons
        return
    step = max(0.0005, new.notation.step / 2) + 1e-6
    np.testing.assert_allclose(new.starts[new.visible], file.starts[file.visible], atol=step)
    texts = [cue.text for cue, seen in zip(file.timeline, file.visible, strict=True) if seen]
    if wanted == "lrc":
        texts = [text.replace("\n", " ") for text in texts]
    seen = zip(new.timeline, new.visible, strict=True)
    assert [cue.text for cue, is_visible in seen if is_visible] == texts


def test_every_format_has_a_writer() -> None:
    assert {row.name for row in FORMATS} == set(WRITERS) == set(CLEAN)
