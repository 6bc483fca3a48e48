"""Final captions, written by a paid model within a budget."""

from deployments.engines.refine.engine import Refine

__all__ = ["Refine"]
