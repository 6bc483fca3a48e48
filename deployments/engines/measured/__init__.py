"""The caption engine without a model: describes a clip's measurements in words."""

from deployments.engines.measured.engine import MeasuredCaptions

__all__ = ["MeasuredCaptions"]
