"""The caption engine that sees: a vision language model, whoever serves it."""

from deployments.engines.vision.engine import Vision

__all__ = ["Vision"]
