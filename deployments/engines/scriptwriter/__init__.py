"""A conte written by a language model, whatever serves it. It repairs, and knows no server."""

from deployments.engines.scriptwriter.scriptwriter import Scriptwriter

__all__ = ["Scriptwriter"]
