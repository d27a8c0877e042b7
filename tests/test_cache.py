"""The cache: bounded, keyed by content, and never a reason to fail."""

import os

import pytest

from syncalign.cache import Cache, content_key


def test_what_was_put_is_got_back_and_can_be_cleared(tmp_path):
    cache = Cache(tmp_path / "deep" / "folder")
    assert cache.get("a") is None
    assert (cache.entries(), cache.size_bytes(), cache.clear()) == (0, 0, 0)
    cache.put("a", b"12345")
    cache.put("a", b"123")
    cache.put("b", b"4")
    assert cache.get("a") == b"123"
    assert (cache.entries(), cache.size_bytes()) == (2, 4 + 2 * 16)
    assert cache.clear() == 2
    assert cache.get("a") is None


def test_the_entries_used_longest_ago_make_room(tmp_path):
    cache = Cache(tmp_path, limit_bytes=60)
    for number, key in enumerate("abc"):
        cache.put(key, b"x" * 10)
        for path in tmp_path.glob(f"{key}.*"):
            os.utime(path, (number, number))
    assert cache.get("a") is None  # gone when c came
    assert cache.get("b") is not None  # and this makes b the youngest
    cache.put("d", b"x" * 10)
    assert cache.get("c") is None
    assert cache.get("b") is not None


@pytest.mark.parametrize("damage", [b"", b"x", b"x" * 40])
def test_a_damaged_entry_is_none(tmp_path, damage):
    cache = Cache(tmp_path)
    cache.put("a", b"12345")
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage)
    assert cache.get("a") is None


def test_clear_leaves_other_peoples_files_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    cache = Cache(tmp_path)
    cache.put("a", b"1")
    assert cache.clear() == 1
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put("a", b"1")
    assert cache.get("a") is None


def test_the_environment_names_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNCALIGN_CACHE", str(tmp_path / "here"))
    assert Cache.default().folder == tmp_path / "here"
    monkeypatch.delenv("SYNCALIGN_CACHE")
    assert "syncalign" in str(Cache.default().folder)


@pytest.fixture
def medium(tmp_path):
    path = tmp_path / "film.mkv"
    path.write_bytes(bytes(5 << 20))
    os.utime(path, (1, 1))
    return path


def test_the_key_follows_content_time_and_settings(medium, tmp_path):
    key = content_key(medium, "speech", 0)
    assert key == content_key(medium, "speech", 0)
    assert key != content_key(medium, "speech", 1)
    copy = tmp_path / "renamed.mkv"
    medium.rename(copy)
    assert key == content_key(copy, "speech", 0)
    with copy.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"!")
    os.utime(copy, (1, 1))
    assert key != content_key(copy, "speech", 0)
    changed = content_key(copy, "speech", 0)
    os.utime(copy, (2, 2))
    assert changed != content_key(copy, "speech", 0)


def test_a_file_that_cannot_be_read_has_no_key(tmp_path):
    assert content_key(tmp_path / "missing") is None
    assert content_key(tmp_path) is None
    assert content_key("nul\0name") is None


@pytest.mark.skipif(os.name != "posix", reason="makes a named pipe")
def test_a_pipe_has_no_key_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert content_key(tmp_path / "pipe") is None
