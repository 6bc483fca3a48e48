"""Training objectives of a denoiser: the amount of noise in a sample, and the target.

A time is one number per sample: for flow matching the share of noise (sigma, 0..1), for
v-prediction the scheduler's step (0..999).
"""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import torch
from diffusers.training_utils import compute_density_for_timestep_sampling
from torch import Generator, Tensor

Weighting = Literal["uniform", "logit_normal", "mode"]


class Objective(Protocol):
    """Objective for latents [batch, channels, frames, height, width]; times are [batch]."""

    def times(self, num: int, generator: Generator, rank: int, ranks: int) -> Tensor:
        """Return random times for a batch of this rank."""
        ...

    def grid(self, num: int) -> Tensor:
        """Return `num` fixed times, distributed like the random ones; their losses are
        comparable."""
        ...

    def noisy(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor: ...

    def target(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor: ...

    def timesteps(self, times: Tensor) -> Tensor:
        """Return the times in the transformer's units."""
        ...


@dataclass(frozen=True)
class FlowMatching:
    """Rectified flow (arXiv 2210.02747, 2209.03003): x = (1 - s) z + s n; the target is n - z.

    The time is drawn from a uniform or logit-normal distribution (Esser et al., arXiv 2403.03206,
    section 3.1; also in Wan's report, arXiv 2503.20314), and then shifted towards noise as in the
    family's sampler: s' = shift s / (1 + (shift - 1) s), their equation 23. Of two experts, each
    learns only the range that it denoises.
    """

    shift: float
    weighting: Weighting = "logit_normal"
    lowest: float = 0.0
    highest: float = 1.0
    """Bounds of s'; a time outside is drawn again."""
    num_timesteps: int = 1000

    def times(self, num: int, generator: Generator, rank: int, ranks: int) -> Tensor:
        drawn: list[Tensor] = []
        while sum(map(len, drawn)) < num:
            some = compute_density_for_timestep_sampling(
                self.weighting, num, logit_mean=0.0, logit_std=1.0, mode_scale=1.29,
                generator=generator,
            )  # fmt: skip
            some = self.shifted(some)
            drawn.append(some[(some >= self.lowest) & (some <= self.highest)])
        return torch.cat(drawn)[:num]

    def grid(self, num: int) -> Tensor:
        middle = (torch.arange(num, dtype=torch.float64) + 0.5) / num
        low, high = self._unshifted(self.lowest), self._unshifted(self.highest)
        return self.shifted(low + (high - low) * middle).float()

    def noisy(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        share = _spread(times, clean)
        return (1 - share) * clean + share * noise

    def target(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        return noise - clean

    def timesteps(self, times: Tensor) -> Tensor:
        return times * self.num_timesteps

    def shifted(self, time: Tensor) -> Tensor:
        return self.shift * time / (1 + (self.shift - 1) * time)

    def _unshifted(self, time: float) -> float:
        return time / (self.shift - (self.shift - 1) * time)


@dataclass(frozen=True)
class VPrediction:
    """Diffusion with v-prediction (Salimans and Ho, arXiv 2202.00512): v = sqrt(a) n - sqrt(1-a) z.

    As in the training of CogVideoX (arXiv 2408.06072): uniform steps, with each rank drawing from
    its own interval ("explicit uniform sampling", section 3.2), which reduces the variance of the
    loss. Their loss on z, weighted with 1 / (1 - a), equals the squared error of v.
    """

    scheduler: Any
    """Scheduler of diffusers with `add_noise` and `get_velocity`."""

    def times(self, num: int, generator: Generator, rank: int, ranks: int) -> Tensor:
        # Each sample of each rank has its own interval.
        place = rank * num + torch.arange(num)
        return self._steps((place + torch.rand(num, generator=generator)) / (num * ranks))

    def grid(self, num: int) -> Tensor:
        return self._steps((torch.arange(num) + 0.5) / num)

    def noisy(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        return self.scheduler.add_noise(clean, noise, times)

    def target(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        return self.scheduler.get_velocity(clean, noise, times)

    def timesteps(self, times: Tensor) -> Tensor:
        return times

    def _steps(self, share: Tensor) -> Tensor:
        steps = int(self.scheduler.config.num_train_timesteps)
        return (share * steps).long().clamp(0, steps - 1)


def _spread(times: Tensor, like: Tensor) -> Tensor:
    return times.to(like).view(-1, *(1,) * (like.ndim - 1))
