"""Half precision where it is safe, with losses scaled where numbers would vanish in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import torch


class Precision:
    """How the steps of a training compute.

    Parameters
    ----------
    name : {"single", "mixed"}
        See :class:`syncalign.training.plan.TrainingPlan`.
    device : torch.device
        Where.
    """

    def __init__(self, name: str, device: torch.device) -> None:
        is_mixed = name == "mixed"
        lacks_bfloat = device.type == "cuda" and not torch.cuda.is_bf16_supported()
        self._context = torch.autocast(
            device.type, dtype=torch.float16 if lacks_bfloat else torch.bfloat16, enabled=is_mixed
        )
        self._scaler = torch.amp.GradScaler(device.type, enabled=is_mixed and lacks_bfloat)

    def lowered(self) -> AbstractContextManager[Any]:
        """Return the context in which losses are computed."""
        return self._context

    def step(
        self,
        loss: torch.Tensor,
        optimiser: torch.optim.Optimizer,
        weights: Iterable[torch.nn.Parameter],
        longest: float | None,
    ) -> None:
        """Go one step down a loss, with gradients shortened to a length if one is given."""
        self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        if longest is not None:
            self._scaler.unscale_(optimiser)
            torch.nn.utils.clip_grad_norm_(weights, longest)
        self._scaler.step(optimiser)
        self._scaler.update()

    def state(self) -> dict[str, Any]:
        """Return what has to be kept for going on later."""
        return dict(self._scaler.state_dict())

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what :meth:`state` returned."""
        if state:
            self._scaler.load_state_dict(dict(state))
