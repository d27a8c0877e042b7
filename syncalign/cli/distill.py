"""``syncalign distill``: teach a lip reader by a model that hears."""

from __future__ import annotations

from typing import Any

import click

from syncalign.cli.model_output import ensure_model_output
from syncalign.cli.options import PATH, CommonOptions, common_options, split_option
from syncalign.cli.output import (
    Answer,
    answer,
    named_file,
    progress_for,
    shown_path,
)
from syncalign.errors import printable

_EPILOG = """\b
Examples:
  syncalign distill GRID --teacher audio --labels 0.15 -o lips.safetensors
  syncalign distill GRID --teacher whisper --labels 0.15 -o lips.safetensors
  syncalign distill clips.csv --teacher letters.safetensors --labels 0.05 -o lips.safetensors

\b
DATA is as for syncalign train fusion. Rows, each trained alike: the lip reader by its labels alone;
distilled; its teacher; a lip reader that has all labels. A teacher that is trained here comes
twice: with all labels, and with no more than the student. MODEL holds the students of the former.
fusion evaluate and fusion predict take it."""


@click.command(epilog=_EPILOG)
@click.argument("data", type=PATH)
@click.option("-o", "--output", metavar="MODEL", required=True, help="File to write.")
@click.option("--force", is_flag=True, help="Replace existing outputs.")
@click.option(
    "--teacher",
    metavar="audio|whisper|MODEL",
    default="audio",
    show_default=True,
    help="A voice model trained here, Whisper's encoder (whisper:PATH for weights of your own), or "
    "a model's file.",
)
@click.option(
    "--labels",
    type=float,
    metavar="FRACTION",
    default=0.15,
    show_default=True,
    help="Share of the labels that the student sees, above 0 to 1.",
)
@click.option(
    "--temperature",
    type=float,
    metavar="T",
    default=2.0,
    show_default=True,
    help="By which logits are divided before they are compared; useful 1 to 4.",
)
@click.option(
    "--features",
    type=float,
    metavar="W",
    default=1.0,
    show_default=True,
    help="Weight of the regression of the teacher's features; 0 leaves it out.",
)
@click.option(
    "--least-sure",
    type=float,
    metavar="P",
    default=0.1,
    show_default=True,
    help="Clips for which the teacher's highest posterior is lower are dropped.",
)
@split_option
@click.option(
    "--seeds", type=int, metavar="N", default=3, show_default=True, help="Networks a row."
)
@click.option(
    "--epochs", type=int, metavar="N", default=100, show_default=True, help="Times through DATA."
)
@click.option("--checkpoints", metavar="DIR", help="Folder from which a broken run goes on.")
@common_options(uses_device=True, uses_seed=True)
def distill(
    data: str,
    output: str,
    force: bool,
    teacher: str,
    split: str,
    checkpoints: str | None,
    common: CommonOptions,
    **settings: Any,
) -> int:
    """Teach a lip reader that sees few labels of DATA by a model that hears all of it."""

    def work() -> Answer:
        from syncalign.cache import Cache
        from syncalign.pipelines.distillation import distill as distilled
        from syncalign.training.distillation.recipe import DistillationRecipe

        recipe = DistillationRecipe(seed=common.seed, device=common.device, **settings)
        ensure_model_output(output, inputs=[data, teacher], force=force)
        made = distilled(
            named_file(data),
            recipe,
            teacher=teacher,
            split=split,
            checkpoints=checkpoints,
            cache=Cache.default(),
            progress=progress_for(common),
        )
        made.save(output, overwrite=force)
        found = made.report
        lines = [*found.reasons, "", found.table(), "", f"written: {printable(output)}"]
        return Answer({**found.to_json(), "output": shown_path(output)}, "\n".join(lines))

    return answer("distill", common, work, uses_device=True)
