"""The animatic: what people see first. `Animatic` is its engine; a panel is one shot drawn."""

from deployments.engines.animatic.animatic import Animatic

__all__ = ["Animatic"]
