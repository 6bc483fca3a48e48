"""Feedback in words -> operations, by rules: the embedded engine. Not a language model."""

from deployments.engines.feedback.rules import FeedbackRules

__all__ = ["FeedbackRules"]
