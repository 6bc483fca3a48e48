"""The ranks of a training: one process each, with gloo on CPUs and NCCL on GPUs; or only one."""

from collections.abc import Sequence
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from training.video_model.errors import TrainingStopped


class Ranks:
    """This process among the ranks. Each method must be called by all ranks at once."""

    def __init__(self) -> None:
        together = dist.is_available() and dist.is_initialized()
        self.rank: int = dist.get_rank() if together else 0
        self.size: int = dist.get_world_size() if together else 1
        self.device = f"cuda:{torch.cuda.current_device()}" if torch.cuda.is_available() else "cpu"

    @property
    def first(self) -> bool:
        return self.rank == 0

    def mean(self, value: Tensor) -> Tensor:
        """Average the tensor over all ranks, in place."""
        if self.size > 1:
            dist.all_reduce(value)
            value /= self.size
        return value

    def average(self, gradients: Sequence[Tensor]) -> None:
        """Average the gradients over all ranks, in place, as one flat vector.

        `DistributedDataParallel` reorders its buckets after the first step, so that three or more
        ranks would add up in another order after a resume than without it.
        """
        if self.size == 1 or not gradients:
            return
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
        self.mean(flat)
        start = 0
        for gradient in gradients:
            gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient))
            start += gradient.numel()

    def agree(self, error: str) -> None:
        """Raise TrainingStopped on all ranks if one of them has an error."""
        if self.size > 1:
            errors: list[Any] = [None] * self.size
            dist.all_gather_object(errors, error)
            error = next((each for each in errors if each), "")
        if error:
            raise TrainingStopped(error)
