"""``syncalign fusion``: judge and ask a model that fuses voice and mouth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from syncalign.cli.noise_levels import noise_option
from syncalign.cli.options import PATH, CommonOptions, common_options
from syncalign.cli.output import Answer, answer, named_file, progress_for

if TYPE_CHECKING:
    from syncalign.results.fusion import FusionPrediction

_EVALUATE = """\b
Examples:
  syncalign fusion evaluate letters.safetensors GRID
  syncalign fusion evaluate builtin GRID --snr clean,0 --confusion letters.png

\b
Recordings that the model has learned from are left out, by their content. The noise is babble: five
other voices of DATA."""
_PREDICT = """\b
Examples:
  syncalign fusion predict builtin clip.mp4 --start 1.2 --end 1.6
  syncalign fusion predict words.safetensors word.mp4 --top 3 --json

\b
builtin tells letters and digits, as GRID's speakers say them, builtin-lips by the mouth alone: see
syncalign/models/fusion."""
_KINDS = {"audio": "by the voice alone", "video": "by the mouth alone"}


@click.group(
    epilog="\b\nExamples:\n  syncalign fusion predict builtin clip.mp4 --start 1.2 --end 1.6\n"
    "  syncalign fusion evaluate letters.safetensors GRID"
)
def fusion() -> None:
    """Tell which of some words somebody says, by voice and mouth (see: syncalign train fusion)."""


@fusion.command(epilog=_EVALUATE)
@click.argument("model", type=PATH)
@click.argument("data", type=PATH)
@noise_option
@click.option("--confusion", metavar="PICTURE", help="Draw what is taken for what (.png, .svg).")
@click.option("--force", is_flag=True, help="Replace an existing picture.")
@common_options
def evaluate(
    model: str,
    data: str,
    snrs: tuple[float, ...],
    confusion: str | None,
    force: bool,
    common: CommonOptions,
) -> int:
    """Measure how often MODEL is right on DATA, with noise and with a modality missing."""

    def work() -> Answer:
        from syncalign.cache import Cache
        from syncalign.pipelines.fusion import evaluate_fusion
        from syncalign.report.confusion import draw_confusion
        from syncalign.report.picture import ensure_drawable

        if confusion is not None:
            ensure_drawable(confusion, overwrite=force)
        found = evaluate_fusion(
            named_file(model),
            named_file(data),
            snrs=snrs,
            cache=Cache.default(),
            progress=progress_for(common),
        )
        if confusion is not None:
            draw_confusion(found, confusion, overwrite=force)
        text = "\n".join([*found.reasons, "", found.table()] if found.reasons else [found.table()])
        return Answer(found.to_json(), text)

    return answer("fusion", common, work)


@fusion.command(epilog=_PREDICT)
@click.argument("model", type=PATH)
@click.argument("video", type=PATH)
@click.option("--start", type=float, metavar="S", help="From when it is said (default: 0).")
@click.option("--end", type=float, metavar="S", help="Until when (default: the file's end).")
@click.option("--top", type=int, metavar="N", default=5, show_default=True, help="Classes to tell.")
@common_options
def predict(
    model: str,
    video: str,
    start: float | None,
    end: float | None,
    top: int,
    common: CommonOptions,
) -> int:
    """Tell what is said in VIDEO, and what the voice alone and the mouth alone would tell."""

    def work() -> Answer:
        from syncalign.cache import Cache
        from syncalign.pipelines.fusion import predict_fusion

        found = predict_fusion(
            named_file(video),
            model=named_file(model),
            start=start,
            end=end,
            top=top,
            cache=Cache.default(),
        )
        return Answer(found.to_json(), _described(found))

    return answer("fusion", common, work)


def _described(found: FusionPrediction) -> str:
    lines = [f"{label} ({likely:.0%})" if n == 0 else f"  {label} {likely:.0%}"
             for n, (label, likely) in enumerate(found.top)]  # fmt: skip
    for kind, classes in found.evidence.items():
        told = [f"{label} {likely:.0%}" for label, likely in classes or ()]
        lines.append(f"{_KINDS[kind]}: {', '.join(told) or 'not there'}")
    return "\n".join([*lines, *found.reasons])
