"""The caption engine without a model: what can be measured of a clip, in words."""

from deployments.engines.measured.engine import Measured

__all__ = ["Measured"]
