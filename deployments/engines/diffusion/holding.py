"""A frame that is there already -> the first of what a model of words alone makes next.

diffusers has no pipeline for it. At every step a model says what it takes the finished clip to be;
of the first frame that is known, and is put there in place of what the model says: the frame comes
out as its VAE makes it, whatever the scheduler. What the model was wrong by there it is wrong by in
the frames after, too: each is put right by as much, less the later it is and the less noise is
left. Were the first frame alone put right, the second would jump to another scene: a model that was
never taught to heed one frame follows the many.
"""

import inspect
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import torch
from PIL import Image

from deployments.engines.protocols import Frame, RenderError

REACH = 20
"""Latent frames over which, at pure noise, a correction fades to a third."""


@contextmanager
def holding(pipe: Any, frame: Frame) -> Generator[None]:
    """Inside it, what `pipe` makes begins with the frame.

    Raises:
        RenderError: if its scheduler wants of the model what no family's does.
    """
    known, scheduler = encoded(pipe, frame), pipe.scheduler
    # CogVideoX has its frames before its channels; 1.5 takes them in pairs, and makes them even
    # with one in front, which is dropped.
    axis = 1 if type(pipe).__name__.startswith("CogVideoX") else 2
    first = (pipe.transformer.config.get("patch_size_t") or 1) - 1
    if axis == 1:
        known = known.transpose(1, 2)
    step = scheduler.step
    takes = inspect.signature(step)

    def knowing(*args: Any, **kwargs: Any) -> Any:
        given = takes.bind(*args, **kwargs)
        told = given.arguments
        at = (scheduler, told["timestep"], told["sample"])
        told["model_output"] = put_right(told["model_output"], at, known, axis, first)
        return step(*given.args, **given.kwargs)

    # Of this object alone, on top of its class's.
    scheduler.step = knowing
    try:
        yield
    finally:
        del scheduler.step


def put_right(
    said: torch.Tensor,
    at: tuple[Any, Any, torch.Tensor],
    known: torch.Tensor,
    axis: int = 2,
    first: int = 0,
) -> torch.Tensor:
    """What the model would have said had it known the latent frame `first`, and what follows of it.

    Args:
        at: scheduler, timestep and sample of the step that is to come.
    """
    scheduler, timestep, sample = at
    kept, noise = _levels(scheduler, timestep)
    said, sample = said.float(), sample.float()
    wrong = known - (kept * sample - noise * said).narrow(axis, first, 1)
    later = torch.arange(sample.shape[axis], device=sample.device) - first
    share = torch.exp(-later.clamp(min=0) / (REACH * noise))
    share = share.view([-1 if dim == axis else 1 for dim in range(sample.ndim)])
    return said - share * wrong / noise


def encoded(pipe: Any, frame: Frame) -> torch.Tensor:
    """[1, channels, 1, height, width], normalised as the latents of the pipeline are."""
    vae, device = pipe.vae, pipe._execution_device
    pixels = pipe.video_processor.preprocess(Image.fromarray(frame)).unsqueeze(2)
    with torch.no_grad():
        found = vae.encode(pixels.to(device, vae.dtype)).latent_dist.mode().float()
    if vae.config.get("latents_mean") is None:
        return found * vae.config.scaling_factor
    mean, std = (
        torch.tensor(vae.config[name], device=device).view(1, -1, 1, 1, 1)
        for name in ("latents_mean", "latents_std")
    )
    return (found - mean) / std


def _levels(scheduler: Any, timestep: Any) -> tuple[Any, Any]:
    """Before a step: `kept * sample - noise * said` is the clip that the model has in mind."""
    match scheduler.config.get("prediction_type", "flow_prediction"):
        case "flow_prediction":
            return 1.0, scheduler.sigmas[scheduler.step_index or 0]
        case "v_prediction":
            kept = scheduler.alphas_cumprod[timestep]
            return kept.sqrt(), (1 - kept).sqrt()
        case other:
            raise RenderError(
                f"a {type(scheduler).__name__} of prediction_type {other} cannot go on from a"
                " frame; flow_prediction and v_prediction can"
            )
