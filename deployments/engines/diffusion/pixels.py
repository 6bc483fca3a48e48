"""Output of a pipeline -> pixels."""

import numpy as np
import torch
from numpy.typing import NDArray

from deployments.engines.diffusion.families import Family
from deployments.engines.protocols import RenderError

AT_A_TIME = 8
"""Frames that are converted together."""

Frames = NDArray[np.uint8]
"""[frames, height, width, 3] uint8."""


def to_uint8(video: torch.Tensor, family: Family) -> Frames:
    """Convert [frames, 3, height, width], 0..1, to [frames, height, width, 3] uint8.

    Converts on the tensor's device, since uint8 is a quarter to copy, and a few frames at a time,
    so that it takes no more memory than denoising did.
    """
    made = np.empty((len(video), *video.shape[2:], 3), np.uint8)
    for first in range(0, len(video), AT_A_TIME):
        some = video[first : first + AT_A_TIME].float()
        if not bool(torch.isfinite(some).all()):
            raise RenderError(
                f"{family.label} made frames that are not numbers; another dtype (float32, or"
                " bfloat16 for float16) keeps them finite"
            )
        # Rounded as `VideoProcessor` would: the frames are the bare pipeline's, bit for bit.
        whole = (some * 255).round().to(torch.uint8)
        made[first : first + AT_A_TIME] = whole.permute(0, 2, 3, 1).cpu().numpy()
    return made
