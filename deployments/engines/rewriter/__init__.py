"""Rewriter: a cut's words for the video model, put better by a language model."""

from deployments.engines.rewriter.asking import prompt_at
from deployments.engines.rewriter.rewriting import Rewriting

__all__ = ["Rewriting", "prompt_at"]
