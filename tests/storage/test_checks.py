"""What a later write would trip over is found before the work."""

from __future__ import annotations

import errno

import pytest

from storage.faults import failing, names, posix
from syncalign.errors import OutputError, ParameterError
from syncalign.storage import ensure_distinct, ensure_writable


def test_a_path_that_can_be_written_is_accepted_and_nothing_is_made(folder, film):
    ensure_writable(folder / "new.srt", overwrite=False)
    ensure_writable(film, overwrite=True)
    assert names(folder) == ["film.srt"]
    assert film.read_bytes() == b"original"


def test_a_path_that_will_fail_is_refused_before_the_work(folder, film):
    (folder / "season 1").mkdir()
    for place, overwrite, sentence in [
        ("film.srt", False, "exists already"),
        ("season 1", True, "is a folder"),
        ("missing/new.srt", True, "its folder does not exist"),
        ("film.srt/new.srt", True, "its folder does not exist"),
    ]:
        with pytest.raises(OutputError, match=sentence):
            ensure_writable(folder / place, overwrite=overwrite)


def test_a_folder_that_takes_no_files_is_refused(folder, monkeypatch):
    monkeypatch.setattr("tempfile.TemporaryFile", failing(errno.EROFS))
    with pytest.raises(OutputError, match="cannot be written to: Read-only file system"):
        ensure_writable(folder / "new.srt", overwrite=False)


@posix
def test_a_device_is_refused_before_the_work():
    with pytest.raises(OutputError, match="is a device or a pipe"):
        ensure_writable("/dev/null", overwrite=True)


@posix
@pytest.mark.parametrize("kind", ["the same name", "another spelling", "symlink", "hard link"])
def test_an_output_that_is_an_input_is_refused(folder, film, kind):
    (folder / "in").mkdir()
    output = {
        "the same name": film,
        "another spelling": folder / "in" / ".." / "film.srt",
    }.get(kind, folder / "out.srt")
    if kind == "symlink":
        output.symlink_to(film)
    if kind == "hard link":
        output.hardlink_to(film)
    with pytest.raises(ParameterError, match="is an input; name another file"):
        ensure_distinct(output, folder / "film.mkv", film)


def test_files_of_equal_content_are_distinct(folder, film):
    (folder / "copy.srt").write_bytes(film.read_bytes())
    ensure_distinct(folder / "copy.srt", film)
    ensure_distinct(folder / "not there yet.srt", film)
    ensure_distinct(folder / "a\0b.srt", film)
