"""A name for programs that write files themselves."""

from __future__ import annotations

import pytest

from syncalign.errors import OutputError
from syncalign.storage import written_beside


def test_what_was_written_takes_the_name(tmp_path):
    target = tmp_path / "film.mp4"
    with written_beside(target, overwrite=False) as temporary:
        assert (temporary.parent, temporary.suffix) == (tmp_path, ".mp4")
        temporary.write_bytes(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_an_existing_file_is_replaced_only_when_allowed(tmp_path):
    target = tmp_path / "film.mp4"
    target.write_bytes(b"old")
    target.chmod(0o640)
    with (
        pytest.raises(OutputError, match="exists"),
        written_beside(target, overwrite=False) as temporary,
    ):
        temporary.write_bytes(b"new")
    assert target.read_bytes() == b"old"
    with written_beside(target, overwrite=True) as temporary:
        temporary.write_bytes(b"new")
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_nothing_is_left_where_the_work_fails_or_writes_nothing(tmp_path):
    target = tmp_path / "film.mp4"
    with pytest.raises(KeyError):
        fail_half_way(target)
    with written_beside(target, overwrite=False):
        pass
    assert not list(tmp_path.iterdir())


def fail_half_way(target):
    with written_beside(target, overwrite=False) as temporary:
        temporary.write_bytes(b"half")
        raise KeyError
