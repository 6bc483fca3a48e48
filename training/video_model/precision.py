"""Precision of the computation: float32, or bfloat16 by autocast over weights of either type."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

from training.video_model.settings import VideoTraining


def is_half(settings: VideoTraining, device: str) -> bool:
    return settings.precision == "bfloat16" or (settings.precision == "auto" and device != "cpu")


def computing(device: str, *, half: bool) -> AbstractContextManager[Any]:
    if not half:
        return nullcontext()
    return torch.autocast(device.partition(":")[0], torch.bfloat16)
