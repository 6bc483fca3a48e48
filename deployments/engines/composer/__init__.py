"""The composer: writes contes by rules and a library of advertising knowledge, without a model."""

from deployments.engines.composer.writer import Composer

__all__ = ["Composer"]
