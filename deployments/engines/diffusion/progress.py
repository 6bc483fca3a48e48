"""Denoising steps -> the fraction of a clip that is done."""

from collections.abc import Callable
from typing import Any

from deployments.engines.diffusion.plan import RenderPlan
from deployments.engines.protocols import OnStep


class Steps:
    """Progress over all pieces. Decoding a piece counts as one more step."""

    def __init__(self, planned: RenderPlan, on_step: OnStep) -> None:
        self._pieces, self._on_step = len(planned.pieces), on_step
        self._done = 0

    def of(self, pipe: Any) -> Callable[..., dict[str, Any]]:
        def stepped(_pipe: Any, step: int, _timestep: Any, tensors: dict[str, Any]) -> Any:
            self._on_step((self._done + (step + 1) / (pipe.num_timesteps + 1)) / self._pieces)
            return tensors

        return stepped

    def decoded(self) -> None:
        self._done += 1
        self._on_step(self._done / self._pieces)
