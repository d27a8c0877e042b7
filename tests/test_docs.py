"""Every example in the documentation runs.

- The examples in docstrings of the whole package.
- The ``python`` blocks of README.md and docs/: those of a page run in order, in one namespace.
- The commands of ``console`` and ``sh`` blocks that begin with ``syncalign``: the exit code must
  be 0, or what a comment says (``# exit 4``); output that is shown must be what is printed, with
  ``...`` for what varies. A block without ``$ `` prompts is all commands.
- The scripts of samples/scripts/.

All of it runs in a new folder with a copy of samples/, and with ``film.mkv`` and ``film.srt`` (the
sample film and a subtitle that comes late). ``<!-- not run -->`` before a block leaves it out.
"""

from __future__ import annotations

import doctest
import importlib
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import syncalign

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
PAGES = [
    page for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))] if page.exists()
]
MODULES = [
    "syncalign",
    *(
        module.name
        for module in pkgutil.walk_packages(syncalign.__path__, "syncalign.")
        if not module.name.endswith("__main__")
    ),
]
AS_SHOWN = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

_BLOCK = re.compile(
    r"^(?P<skip><!-- not run -->\s*\n)?^```(?P<language>\w+)[^\n]*\n(?P<body>.*?)^```\s*$",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")


@dataclass(frozen=True)
class Block:
    page: Path
    line: int
    language: str
    body: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


@dataclass(frozen=True)
class Command:
    line: str
    exit_code: int
    output: str


def blocks_of(page: Path, *languages: str) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page, text.count("\n", 0, match.start("language")) + 1, match["language"], match["body"]
        )
        for match in _BLOCK.finditer(text)
        if match["language"] in languages and not match["skip"]
    ]


def commands_of(body: str) -> list[Command]:
    lines = body.replace("\\\n", " ").splitlines()
    if not any(line.startswith("$ ") for line in lines):
        lines = [f"$ {line}" for line in lines if line.strip()]
    commands: list[Command] = []
    for line in lines:
        if line.startswith("$ "):
            told = re.search(r"# exit (\d+)", line)
            commands.append(Command(line[2:], int(told[1]) if told else 0, ""))
        elif commands:
            last = commands.pop()
            commands.append(Command(last.line, last.exit_code, last.output + line + "\n"))
    return [command for command in commands if command.line.split()[:1] == ["syncalign"]]


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A working folder with the samples, where nothing that runs can reach the real ones."""
    folder = tmp_path / "work"
    shutil.copytree(SAMPLES, folder / "samples", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(SAMPLES / "media" / "harbour.mkv", folder / "film.mkv")
    shutil.copy(SAMPLES / "texts" / "harbour.shifted.srt", folder / "film.srt")
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "syncalign"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m syncalign "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", os.fspath(programs), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", os.fspath(ROOT))
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    monkeypatch.setenv("SYNCALIGN_CACHE", os.fspath(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", os.fspath(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    return folder


def run_doctest(test: doctest.DocTest) -> None:
    report: list[str] = []
    failed, _ = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    assert not failed, "".join(report)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name, request):
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as exc:
        if (exc.name or "").startswith("syncalign"):
            raise
        pytest.skip(f"{exc.name} is not installed")
    tests = [test for test in doctest.DocTestFinder().find(module, name) if test.examples]
    if tests:
        request.getfixturevalue("workplace")
    for test in tests:
        run_doctest(test)


@pytest.mark.parametrize("page", [p for p in PAGES if blocks_of(p, "python")], ids=lambda p: p.name)
def test_python_on_pages(page, workplace):
    namespace: dict[str, object] = {"__name__": "__main__"}
    for block in blocks_of(page, "python"):
        if block.body.lstrip().startswith(">>>"):
            test = doctest.DocTestParser().get_doctest(
                block.body, namespace, page.name, os.fspath(page), block.line
            )
            # The runner empties the namespace it is given, but later blocks go on with it.
            test.globs = namespace
            report: list[str] = []
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
            failed, _ = runner.run(test, out=report.append, clear_globs=False)
            assert not failed, "".join(report)
        else:
            # The empty lines make a traceback show the page's own line.
            code = compile("\n" * block.line + block.body, os.fspath(page), "exec")
            exec(code, namespace)


@pytest.mark.skipif(os.name != "posix", reason="the commands are written for a POSIX shell")
@pytest.mark.parametrize(
    "block",
    [b for p in PAGES for b in blocks_of(p, "console", "sh") if commands_of(b.body)],
    ids=str,
)
def test_commands_on_pages(block, workplace):
    for command in commands_of(block.body):
        done = subprocess.run(
            ["sh", "-c", command.line],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == command.exit_code, f"{command.line}\n{done.stdout}"
        if command.output.strip():
            checker = doctest.OutputChecker()
            is_as_shown = checker.check_output(
                command.output.strip(), done.stdout.strip(), AS_SHOWN
            )
            assert is_as_shown, f"{command.line}\nshown:\n{command.output}\nprinted:\n{done.stdout}"


@pytest.mark.parametrize("script", sorted((SAMPLES / "scripts").glob("*.py")), ids=lambda p: p.name)
def test_sample_scripts(script, workplace):
    copy = workplace / script.relative_to(ROOT)
    done = subprocess.run(
        [sys.executable, "-W", "error", copy], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("page", [*PAGES, SAMPLES / "README.md"], ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    targets = _LINK.findall(page.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


def test_what_this_file_reads_in_a_block():
    body = (
        "$ syncalign sync film.mkv \\\n    film.srt\nsynced ...\n  and more\n"
        "$ cat film.synced.srt\nnot compared\n$ syncalign check a b  # exit 4\n"
    )
    assert commands_of(body) == [
        Command("syncalign sync film.mkv      film.srt", 0, "synced ...\n  and more\n"),
        Command("syncalign check a b  # exit 4", 4, ""),
    ]
    assert commands_of("syncalign probe film.mkv\npip install .\n") == [
        Command("syncalign probe film.mkv", 0, "")
    ]
