"""Vocabulary of briefs, read from the YAML files beside this module."""

from functools import cache
from importlib import resources
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field

from conte.frozen import Frozen
from conte.product_types import ProductType
from conte.vocabulary import Language
from deployments.engines.composer.library import Industry, MoodName
from deployments.engines.composer.notation import Pair, Words, words

_UNKNOWN = "anything"
"""The composer's industry for products that none of the others knows."""


class ProductFacts(Frozen):
    """Facts that a brief may state about a product of one of the composer's industries."""

    points: Annotated[tuple[Pair, ...], Field(min_length=2)]
    show: Annotated[tuple[Pair, ...], Field(min_length=1)]


class Audience(Frozen):
    youngest: int
    text: Pair


class Wording(Frozen):
    stems: dict[Language, Annotated[Words, BeforeValidator(words)]]
    ends: dict[Language, Annotated[Words, BeforeValidator(words)]]
    advertisers: tuple[Pair, ...]
    audiences: tuple[Audience, ...]
    tones: dict[MoodName, tuple[Pair, ...]]
    descriptions: tuple[Pair, ...]
    unsaid: tuple[Pair, ...]


@cache
def wording() -> Wording:
    return Wording.model_validate(_read("wording.yaml"))


def facts_of(kind: ProductType, industry: Industry) -> ProductFacts:
    """Return the facts for the type's industry in the composer, else for its law, else general
    ones."""
    known = _facts()
    names = (*(() if industry.id == _UNKNOWN else (industry.id,)), *kind.regimes, _UNKNOWN)
    return next(known[name] for name in names if name in known)


@cache
def _facts() -> dict[str, ProductFacts]:
    return {name: ProductFacts.model_validate(entry) for name, entry in _read("facts.yaml").items()}


def _read(name: str) -> Any:
    return yaml.safe_load((resources.files(__package__ or "") / name).read_text("utf-8"))
