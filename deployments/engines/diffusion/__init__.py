"""Clips on diffusers: any local checkpoint of the families in `families.py`."""

from deployments.engines.diffusion.engine import DiffusersEngine

__all__ = ["DiffusersEngine"]
