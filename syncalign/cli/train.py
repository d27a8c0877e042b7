"""``syncalign train``: learn models from a data set."""

from __future__ import annotations

from typing import Any

import click

from syncalign.cli.model_output import ensure_model_output
from syncalign.cli.noise_levels import noise_option
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
  syncalign train fusion GRID -o letters.safetensors
  syncalign train fusion clips.csv -o words.safetensors --split speaker --confusion words.png
  syncalign train fusion LRW -o lrw.safetensors --split given --device cuda --checkpoints lrw.run

\b
DATA is a folder of GRID (videos with .align files), of LRW (WORD/train/CLIP.mp4), a folder a class
(CLASS/CLIP.mp4), or a CSV table with the columns path and label, and perhaps start, end, speaker;
further columns are a third modality. What cannot be used is skipped and told. Beside MODEL a card
is written, NAME.md."""


@click.group(
    epilog="""\b
Examples:
  syncalign train fusion GRID -o letters.safetensors
  syncalign train lipsync VIDEOS -o ours.safetensors"""
)
def train() -> None:
    """Learn a model from a data set of your own, and measure it on what was held out."""


@train.command("fusion", epilog=_EPILOG)
@click.argument("data", type=PATH)
@click.option("-o", "--output", metavar="MODEL", required=True, help="File to write.")
@click.option("--force", is_flag=True, help="Replace existing outputs.")
@click.option(
    "--fusion",
    multiple=True,
    type=click.Choice(["early", "mid", "late", "attention"]),
    default=("mid",),
    show_default=True,
    help="Way of fusion; may be given several times: the first answers.",
)
@click.option(
    "--table",
    type=click.Choice(["logistic", "trees", "none"]),
    default="logistic",
    show_default=True,
    help="Table route: logistic regression, boosted trees (LightGBM), or none.",
)
@split_option
@click.option(
    "--seeds", type=int, metavar="N", default=3, show_default=True, help="Networks a system."
)
@click.option(
    "--epochs", type=int, metavar="N", default=100, show_default=True, help="Times through DATA."
)
@noise_option
@click.option("--confusion", metavar="PICTURE", help="Draw what is taken for what (.png, .svg).")
@click.option("--curves", metavar="PICTURE", help="Draw the loss over the epochs (.png, .svg).")
@click.option("--checkpoints", metavar="DIR", help="Folder from which a broken run goes on.")
@common_options(uses_device=True, uses_seed=True)
def train_fusion(
    data: str,
    output: str,
    force: bool,
    fusion: tuple[str, ...],
    table: str,
    split: str,
    snrs: tuple[float, ...],
    confusion: str | None,
    curves: str | None,
    checkpoints: str | None,
    common: CommonOptions,
    **lengths: Any,
) -> int:
    """Learn to tell the classes of DATA apart by voice and mouth, by each alone and by both."""

    def work() -> Answer:
        from syncalign.cache import Cache
        from syncalign.pipelines.fusion_training import train_fusion as trained
        from syncalign.report.confusion import draw_confusion
        from syncalign.report.curves import draw_curves
        from syncalign.training.fusion.recipe import FusionRecipe

        recipe = FusionRecipe(
            fusion=fusion,
            table=None if table == "none" else table,
            seed=common.seed,
            device=common.device,
            **lengths,
        )
        pictures = (confusion, curves)
        ensure_model_output(output, inputs=[data], pictures=pictures, force=force)
        made = trained(
            named_file(data),
            recipe,
            split=split,
            snrs=snrs,
            checkpoints=checkpoints,
            cache=Cache.default(),
            progress=progress_for(common),
        )
        made.save(output, overwrite=force)
        if confusion is not None:
            draw_confusion(made.evaluation, confusion, overwrite=force)
        if curves is not None:
            draw_curves(made.histories, curves, overwrite=force)
        found = made.evaluation
        lines = [*found.reasons, "", found.table(), "", f"written: {printable(output)}"]
        fields = {**found.to_json(), "kind": "fusion", "output": shown_path(output)}
        return Answer(fields, "\n".join(lines))

    return answer("train", common, work, uses_device=True)


_LIPREADER_EPILOG = """\b
Examples:
  syncalign train lipreader GRID -o lips.safetensors
  syncalign fusion predict lips.safetensors clip.mp4 --start 1.2 --end 1.6

\b
DATA is as for syncalign train fusion. fusion evaluate and fusion predict take MODEL. With few
labels, syncalign distill teaches a lip reader by a model that hears."""


@train.command("lipreader", epilog=_LIPREADER_EPILOG)
@click.argument("data", type=PATH)
@click.option("-o", "--output", metavar="MODEL", required=True, help="File to write.")
@click.option("--force", is_flag=True, help="Replace existing outputs.")
@split_option
@click.option(
    "--seeds", type=int, metavar="N", default=3, show_default=True, help="Networks that answer."
)
@click.option(
    "--epochs", type=int, metavar="N", default=100, show_default=True, help="Times through DATA."
)
@click.option("--checkpoints", metavar="DIR", help="Folder from which a broken run goes on.")
@common_options(uses_device=True, uses_seed=True)
def train_lipreader(
    data: str,
    output: str,
    force: bool,
    split: str,
    seeds: int,
    epochs: int,
    checkpoints: str | None,
    common: CommonOptions,
) -> int:
    """Learn to tell the classes of DATA apart by the mouth alone."""

    def work() -> Answer:
        from syncalign.cache import Cache
        from syncalign.pipelines.lip_reading import train_lip_reader
        from syncalign.training.fusion.recipe import FusionRecipe

        ensure_model_output(output, inputs=[data], force=force)
        made = train_lip_reader(
            named_file(data),
            FusionRecipe(seeds=seeds, epochs=epochs, seed=common.seed, device=common.device),
            split=split,
            checkpoints=checkpoints,
            cache=Cache.default(),
            progress=progress_for(common),
        )
        made.save(output, overwrite=force)
        found = made.evaluation
        lines = [*found.reasons, "", found.table(), "", f"written: {printable(output)}"]
        fields = {**found.to_json(), "kind": "lipreader", "output": shown_path(output)}
        return Answer(fields, "\n".join(lines))

    return answer("train", common, work, uses_device=True)


_LIPSYNC_EPILOG = """\b
Examples:
  syncalign train lipsync VIDEOS -o ours.safetensors
  syncalign lipsync talk.mp4 --model ours.safetensors

\b
DATA is a folder of videos that are in sync, in each of which one face speaks, a folder a speaker;
or a CSV table with the columns path and speaker. A fifth of the speakers is held out and measured.
What cannot be used is skipped and told. Beside MODEL a card is written, NAME.md."""


@train.command("lipsync", epilog=_LIPSYNC_EPILOG)
@click.argument("data", type=PATH)
@click.option("-o", "--output", metavar="MODEL", required=True, help="File to write.")
@click.option("--force", is_flag=True, help="Replace existing outputs.")
@click.option(
    "--networks",
    type=click.IntRange(min=1),
    metavar="N",
    default=2,
    show_default=True,
    help="Networks whose similarities are averaged.",
)
@click.option(
    "--epochs",
    type=click.IntRange(min=1),
    metavar="N",
    default=18,
    show_default=True,
    help="Times that 800 examples are drawn.",
)
@click.option("--checkpoints", metavar="DIR", help="Folder from which a broken run goes on.")
@common_options(uses_device=True, uses_seed=True)
def train_lipsync(
    data: str,
    output: str,
    force: bool,
    networks: int,
    epochs: int,
    checkpoints: str | None,
    common: CommonOptions,
) -> int:
    """Learn how lips and sound belong together, and measure it on people who are held out."""

    def work() -> Answer:
        from syncalign.cache import Cache
        from syncalign.pipelines.lipsync_training import train_lipsync as trained

        ensure_model_output(output, inputs=[data], force=force)
        made = trained(
            named_file(data),
            networks=networks,
            epochs=epochs,
            seed=common.seed,
            device=common.device,
            checkpoints=checkpoints,
            cache=Cache.default(),
            progress=progress_for(common),
        )
        made.save(output, overwrite=force)
        shares = ", ".join(f"{share:.1%} within {name}" for name, share in made.within.items())
        lines = [*made.reasons, f"offsets: {shares}", f"written: {printable(output)}"]
        fields = {**made.to_json(), "kind": "lipsync", "output": shown_path(output)}
        return Answer(fields, "\n".join(lines))

    return answer("train", common, work, uses_device=True)
