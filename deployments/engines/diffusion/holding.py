"""Continues a given frame with a model that is trained on text alone.

diffusers has no pipeline for it. At every step the model predicts the finished clip. The first
frame of that is known and replaces the prediction: the frame comes out as its VAE encodes it,
whatever the scheduler. The model's error at the first frame also affects the following ones: each
is corrected by that error, less for later frames and with less noise left. If only the first frame
were corrected, the second would jump to another scene, because such a model follows the majority of
frames.
"""

import inspect
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import torch
from PIL import Image

from deployments.engines.protocols import Frame, RenderError

REACH = 20
"""Latent frames over which a correction, at pure noise, decays to 1/e."""


@contextmanager
def holding(pipe: Any, frame: Frame) -> Generator[None]:
    """Within the block, make `pipe` generate clips that begin with the frame.

    Raises:
        RenderError: if its scheduler uses a prediction type that no family uses.
    """
    known, scheduler = encoded(pipe, frame), pipe.scheduler
    # In CogVideoX frames come before channels; 1.5 takes them in pairs and adds one in front, which
    # is dropped.
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

    # Set on this object, where it shadows the class's method.
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
    """Return the prediction corrected for the known latent frame `first`.

    Args:
        at: scheduler, timestep and sample of the next step.
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
    """Return [1, channels, 1, height, width], normalised like the pipeline's latents."""
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
    """Return `kept` and `noise`, so that `kept * sample - noise * said` is the predicted clip."""
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
