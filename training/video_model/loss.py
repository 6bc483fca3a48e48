"""A batch, noise and times -> the loss. Frames that the model is given do not count."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Generator, Tensor

from conte.frozen import digest
from training.video_model.families.family import Batch, TrainedFamily


def generator(*named: Any) -> Generator:
    """Return a random generator seeded by `named`, so that a resumed run draws the same numbers."""
    return Generator().manual_seed(int(digest(list(named))[:15], 16))


def loss_of(
    family: TrainedFamily, transformer: Any, batch: Batch, noise: Tensor, times: Tensor
) -> Tensor:
    """Return [batch] float32: the mean squared error of each sample."""
    objective = family.objective(batch.latents)
    clean = batch.latents
    noisy = objective.noisy(clean, noise, times)
    if family.first_is_given:
        noisy[:, :, 0] = clean[:, :, 0]
    timesteps = objective.timesteps(times)
    said = family.predict(transformer, noisy, timesteps, batch).float()
    error = (said - objective.target(clean, noise, times).float()).square()
    if family.first_is_given:
        error = error[:, :, 1:]
    return error.mean(dim=(1, 2, 3, 4))


def drawn(
    family: TrainedFamily, batch: Batch, lots: Generator, rank: int, ranks: int
) -> tuple[Tensor, Tensor]:
    """Draw noise and times for a batch, on the CPU, so that every device gets the same."""
    times = family.objective(batch.latents).times(len(batch), lots, rank, ranks)
    noise = torch.randn(batch.latents.shape, generator=lots)
    return noise, times


def fixed_losses(
    family: TrainedFamily, transformer: Any, batch: Batch, names: Sequence[str], device: str
) -> Tensor:
    """Return [batch]: losses at fixed noise and a few fixed times, so that two can be compared."""
    shape = batch.latents.shape[1:]
    total = torch.zeros(len(batch))
    grid = family.objective(batch.latents).grid(GRID)
    for number, time in enumerate(grid):
        noise = torch.stack(
            [torch.randn(shape, generator=generator("fixed", name, number)) for name in names]
        )
        some = batch.on(device)
        times = time.repeat(len(batch)).to(device)
        total += loss_of(family, transformer, some, noise.to(device), times).cpu()
    return total / GRID


GRID = 4
