"""Clips on diffusers: any local checkpoint of the families in `families.py`.

Importing the engine imports PyTorch, so it is loaded on demand: the prompts work without it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deployments.engines.diffusion.engine import DiffusersEngine

__all__ = ["DiffusersEngine"]


def __getattr__(name: str) -> Any:
    if name != "DiffusersEngine":
        raise AttributeError(f"{__name__} has no {name!r}")
    from deployments.engines.diffusion.engine import DiffusersEngine

    return DiffusersEngine
