"""Rewriter: a language model improves a cut's prompt for the video model."""

from deployments.engines.rewriter.requests import prompt_at
from deployments.engines.rewriter.rewriting import Rewriting

__all__ = ["Rewriting", "prompt_at"]
