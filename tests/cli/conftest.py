"""A folder to work in, and a way to call the command line that watches every file."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from syncalign.cli.main import run
from syncalign.results import load_schema

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "samples" / "texts"
FILM = ROOT / "samples" / "media" / "harbour.mkv"
FIRST_KEYS = ["schema", "status", "confidence", "reasons", "seconds", "version"]


@dataclass(frozen=True)
class Called:
    """What a call printed, and its exit code."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def text(self) -> str:
        return self.stdout.decode()

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output, checked against its published schema."""

        def refuse(constant: str) -> None:
            raise AssertionError(f"{constant} is no JSON")

        document = json.loads(self.stdout, parse_constant=refuse)
        assert self.stdout.count(b"\n") == 1
        assert list(document)[:6] == FIRST_KEYS
        self.stdout.decode("ascii")  # any pipe takes it
        json.dumps(document, ensure_ascii=False).encode()  # no lone surrogates
        command = document["schema"].removeprefix("syncalign.").removesuffix("/1")
        jsonschema.Draft202012Validator(load_schema(command)).validate(document)
        return document


def contents(folder: Path) -> dict[str, str]:
    return {
        os.fsencode(path.relative_to(folder)).decode("latin-1"): (
            hashlib.sha256(path.read_bytes()).hexdigest()
        )
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def work(tmp_path, monkeypatch) -> Path:
    """The current folder: subtitles that come late, right ones, a stranger's, and a film."""
    folder = tmp_path / "work"
    folder.mkdir()
    names = {"late": "harbour.shifted", "right": "harbour", "cut": "harbour.cut"}
    for name, source in {**names, "other": "other-film", "pal": "harbour.25fps"}.items():
        shutil.copy(TEXTS / f"{source}.srt", folder / f"{name}.srt")
    (folder / "film.mkv").write_bytes(b"read_evidence is replaced where this is used")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SYNCALIGN_CACHE", os.fspath(tmp_path / "cache"))
    return folder


@pytest.fixture
def call(work, capfdbinary) -> Callable[..., Called]:
    """Run a command line; no file but those named may appear, and none may change."""

    def called(
        *arguments: str | Path, writes: tuple[str, ...] = (), changes: tuple[str, ...] = ()
    ) -> Called:
        before = contents(work)
        capfdbinary.readouterr()
        code = run([os.fspath(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        after = contents(work)
        assert set(after) - set(before) == set(writes)
        assert {name for name in before if after.get(name) != before[name]} == set(changes)
        said = err.decode()
        assert "Traceback" not in said
        return Called(code, out, said)

    return called


@pytest.fixture(scope="session")
def evidence(tmp_path_factory):
    from syncalign.pipelines.subtitles import read_evidence

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNCALIGN_CACHE", os.fspath(tmp_path_factory.mktemp("cache")))
        return read_evidence(FILM)


@pytest.fixture
def heard(evidence, monkeypatch) -> None:
    """Take every reference for the sample film, listened to before."""
    monkeypatch.setattr(
        "syncalign.pipelines.subtitles.read_evidence", lambda *given, **options: evidence
    )
    monkeypatch.setattr("syncalign.pipelines.subtitles.probe", lambda path: None)
    monkeypatch.setattr("syncalign.pipelines.subtitles._told_of_medium", lambda *given: ())
    monkeypatch.setattr(
        "syncalign.pipelines.subtitles.text_instead", lambda heard, *given, **options: heard
    )


@pytest.fixture
def doubtful(heard, monkeypatch) -> None:
    """Trust nothing: what would be synced or in sync is unsure."""
    monkeypatch.setattr("syncalign.pipelines.cue_sync.TRUSTED", 2.0)


@pytest.fixture
def deaf(monkeypatch) -> None:
    """Nothing may be decoded."""

    def fail(*given, **options):
        raise AssertionError("the sound was decoded")

    monkeypatch.setattr("syncalign.pipelines.subtitles.read_evidence", fail)
