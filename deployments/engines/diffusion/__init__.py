"""Clips on diffusers: any local checkpoint of the families in `families.py`.

The engine brings PyTorch with it, and is loaded when it is asked for: its prompts are of use
without.
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
