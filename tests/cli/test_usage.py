"""Wrong usage is exit code 2 with a sentence on standard error; help has examples."""

from __future__ import annotations

import pytest

from cli.conftest import FILM

COMMANDS = ["probe", "sync", "check"]


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["sync"],
        ["sync", "film.mkv"],
        ["sync", "film.mkv", "late.srt", "more"],
        ["sync", "film.mkv", "late.srt", "--no-such-option"],
        ["sync", "film.mkv", "late.srt", "-o", "-", "--json"],
        ["sync", "film.mkv", "late.srt", "-o", "a.srt", "--in-place"],
        ["sync", "film.mkv", "late.srt", "-o", ""],
        ["sync", "film.mkv", "late.srt", "--accept", "refused"],
        ["sync", "film.mkv", "late.srt", "--track", "-1"],
        ["sync", "film.mkv", "late.srt", "--encoding", "klingon"],
        ["sync", "film.mkv", "late.srt", "--device", "tpu"],
        ["sync", "film.mkv", "late.srt", "--seed", "-1"],
        ["check", "film.mkv"],
        ["check", "film.mkv", "late.srt", "-o", "out.srt"],
        ["probe"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("as_json", [False, True])
def test_wrong_usage_is_2_and_no_json(arguments, as_json, call):
    done = call(*arguments, *(["--json"] if as_json else []))
    assert done.code == 2
    assert done.stdout == b""
    assert "Error: " in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples_and_says_what_is_always_so(command, call):
    done = call(command, "--help")
    assert done.code == 0
    assert f"  syncalign {command} film.mkv" in done.text.split("Example", 1)[1]
    assert "always runs on the CPU" in " ".join(done.text.split())


def test_help_lists_commands_and_exit_codes(call):
    done = call("--help")
    assert done.code == 0
    for word in [*COMMANDS, "Exit codes", "130"]:
        assert word in done.text


@pytest.mark.parametrize("command", ["sync", "check"])
def test_help_says_what_the_sign_of_an_offset_means(command, call):
    assert "positive offset" in call(command, "--help").text


def test_the_version_is_told(call):
    from syncalign.version import VERSION

    assert call("--version").text.strip() == f"syncalign {VERSION}"


def test_no_command_shows_the_help(call):
    assert call().code == 2


class TestBug:
    """A bug is exit code 1: a sentence, and a traceback only for those who ask."""

    @pytest.fixture(autouse=True)
    def broken(self, monkeypatch):
        def fail(*given):
            raise RuntimeError("a screw\nis loose")

        monkeypatch.setattr("syncalign.media.probe", fail)

    def test_is_one_sentence(self, call):
        done = call("probe", FILM)
        assert done.code == 1
        assert done.stdout == b""
        bug, hint = done.stderr.splitlines()
        assert bug == r"syncalign: a bug in syncalign: RuntimeError: a screw\nis loose"
        assert "-v" in hint

    def test_is_a_json_error(self, call):
        done = call("probe", FILM, "--json")
        assert done.code == 1
        assert done.json["status"] == "error"
        assert done.json["confidence"] is None
        assert done.json["error"] == {"type": "RuntimeError", "path": None, "line": None}

    def test_shows_its_place_to_those_who_ask(self, work, capfd):
        from syncalign.cli.main import run

        assert run(["probe", str(FILM), "-v"]) == 1
        assert "Traceback" in capfd.readouterr().err


def test_a_missing_dependency_is_5_with_the_command_that_adds_it(monkeypatch, call):
    from syncalign.errors import DependencyError

    def fail(*given):
        raise DependencyError("torch is missing", "pip install 'syncalign[speech]'")

    monkeypatch.setattr("syncalign.media.probe", fail)
    done = call("probe", FILM, "--json")
    assert done.code == 5
    assert done.json["error"]["type"] == "DependencyError"
    assert done.json["error"]["remedy"] == "pip install 'syncalign[speech]'"
    assert "pip install" in done.stderr


@pytest.mark.parametrize("name", [None, "film.mkv", b"film.mkv", b"\xff", 3])
def test_an_error_of_the_system_is_3_whatever_python_puts_into_its_name(name, monkeypatch, call):
    def fail(*given):
        raise OSError(5, "Input/output error", name)

    monkeypatch.setattr("syncalign.media.probe", fail)
    done = call("probe", FILM, "--json")
    assert done.code == 3
    assert "Input/output error" in done.json["reasons"][0]
    assert done.json["error"]["type"] == "InputError"


def test_too_little_memory_is_3(monkeypatch, call):
    def fail(*given):
        raise MemoryError

    monkeypatch.setattr("syncalign.media.probe", fail)
    assert call("probe", FILM, "--json").code == 3
