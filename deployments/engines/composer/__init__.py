"""The composer: contes by rules, from what advertising people know. Not a language model."""

from deployments.engines.composer.writer import Composer

__all__ = ["Composer"]
