from __future__ import annotations

import pytest


@pytest.fixture
def folder(tmp_path):
    """A folder that must hold, at the end, no file that nobody asked for."""
    yield tmp_path
    assert not list(tmp_path.rglob(".syncalign-*"))


@pytest.fixture
def film(folder):
    path = folder / "film.srt"
    path.write_bytes(b"original")
    return path
