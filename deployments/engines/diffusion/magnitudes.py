"""MagCache's ratios: measured once for a checkpoint and its settings, and stored. Knows no shots.

A ratio says how much larger the blocks' residual is at a step than at the step before; MagCache
skips steps at which it hardly changes. diffusers 0.42 measures the ratios and prints them at the
last configured step: here that step never comes, and the ratios are read instead. Both passes of
guidance use their mean.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from diffusers.hooks.mag_cache import MagCacheConfig

from serve.whole import write_whole

Ratios = list[list[float]]
"""Ratios of the steps, for each denoiser; Wan 2.2's two denoisers share the steps."""


def measuring() -> MagCacheConfig:
    """Return the configuration that computes every block and records the ratios."""
    return MagCacheConfig(calibrate=True, num_inference_steps=sys.maxsize)


def using(ratios: list[float], threshold: float | None) -> MagCacheConfig:
    told: dict[str, Any] = {} if threshold is None else {"threshold": threshold}
    return MagCacheConfig(mag_ratios=ratios, num_inference_steps=len(ratios), **told)


def noted(denoiser: Any) -> list[float]:
    """Return the ratios measured since the last reset."""
    for module in denoiser.modules():
        registry = getattr(module, "_diffusers_hook", None)
        hook = registry and registry.get_hook("mag_cache_leader_block_hook")
        if hook:
            passes = [
                state.calibration_ratios for state in hook.state_manager._state_cache.values()
            ]
            # Rounded, so that two machines that measure the same checkpoint skip the same steps.
            return [round(sum(step) / len(step), 3) for step in zip(*passes, strict=True)]
    return []


def kept(file: Path, denoisers: int, measure: Callable[[], Ratios]) -> Ratios:
    """Return the ratios in the file; if there are none, measure and write them.

    Raises:
        ValueError: if they cannot be written.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if len(found) == denoisers:
            return [[float(ratio) for ratio in ratios] for ratios in found]
    # The file is missing, or holds no ratios.
    except (OSError, ValueError, TypeError):
        pass
    found = measure()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(found))
    except OSError as error:
        raise ValueError(f"diffusers.cache_folder: {file} cannot be written: {error}") from error
    return found
