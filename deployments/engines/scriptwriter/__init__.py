"""A conte engine on any language model, with repairs. Knows no server."""

from deployments.engines.scriptwriter.scriptwriter import Scriptwriter

__all__ = ["Scriptwriter"]
