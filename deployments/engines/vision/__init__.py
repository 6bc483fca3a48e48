"""The caption engine with a vision language model on any server."""

from deployments.engines.vision.engine import Vision

__all__ = ["Vision"]
