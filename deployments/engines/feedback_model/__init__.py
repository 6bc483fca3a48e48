"""Feedback in words -> operations, by any language model, within a bounded schema."""

from deployments.engines.feedback_model.engine import FeedbackModel

__all__ = ["FeedbackModel"]
