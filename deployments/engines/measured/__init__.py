"""The caption engine without a model: what can be measured of a clip, in words."""

from deployments.engines.measured.engine import MeasuredCaptions

__all__ = ["MeasuredCaptions"]
