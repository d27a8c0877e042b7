"""Training the systems that are compared: each modality alone, ways of fusion, the table route."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from syncalign.models.fusion.answers import Member
from syncalign.models.fusion.networks import built
from syncalign.progress import Progress
from syncalign.training.fusion.objective import FusionObjective
from syncalign.training.fusion.prepared import Prepared
from syncalign.training.fusion.recipe import FusionRecipe
from syncalign.training.fusion.table_route import learned_table
from syncalign.training.history import EpochRecord
from syncalign.training.loop import train


def trained_member(
    prepared: Prepared,
    classes: int,
    recipe: FusionRecipe,
    number: int = 0,
    *,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Member, dict[str, tuple[EpochRecord, ...]]]:
    """Train each modality alone, the ways of fusion, and the table route, with one seed.

    Parameters
    ----------
    prepared : Prepared
        What to learn from.
    classes : int
        How many there are.
    recipe : FusionRecipe
        What to train, and for how long.
    number : int
        Of the member, from 0: its seed is so much beyond the recipe's.
    folder : Path or None
        Where checkpoints are kept, to go on after a kill.
    progress : Progress or None
        Told about steps.

    Returns
    -------
    member : Member
        In half precision, as it is kept: what is judged is what is saved.
    histories : dict
        Epochs of each system.
    """
    networks, histories = {}, {}
    plan = recipe.plan(number)
    for system in ("audio", "video", *recipe.fusion):
        alone = system in ("audio", "video")
        done = train(
            built(system, classes, prepared.facts.shape[1], plan.seed),
            FusionObjective(prepared, 0.0 if alone else recipe.modality_dropout),
            plan,
            folder=None if folder is None else folder / f"{system}-{plan.seed}",
            progress=progress,
            task=f"train {system} (seed {plan.seed})",
        )
        networks[system], histories[system] = halved(done.network), done.history
    member = Member(networks)
    if recipe.table is not None:
        head = learned_table(member, prepared, recipe.table, seed=plan.seed)
        member = replace(member, table=head)
    return member, histories


def halved(network: torch.nn.Module) -> torch.nn.Module:
    """Round weights to half precision, as they are kept: what is judged is what is saved."""
    return network.half().float().eval()
