"""Two outputs may not be one file."""

from __future__ import annotations

import pytest

from syncalign.errors import ParameterError
from syncalign.storage import ensure_apart


def test_two_outputs_are_two_files(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "one")
    ensure_apart()
    ensure_apart(tmp_path / "one", tmp_path / "two")
    for twin in (tmp_path / "one", tmp_path / "." / "one", tmp_path / "link"):
        with pytest.raises(ParameterError, match="a file each"):
            ensure_apart(tmp_path / "one", tmp_path / "two", twin)
