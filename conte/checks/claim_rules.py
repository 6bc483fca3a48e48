"""Claims rules as values: claims that need proof, notices that must appear. No texts.

A rule names its law or guideline, whom it applies to, and how grave a break is. The rules are in a
file; this module defines their types.
"""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from conte.bilingual import Bilingual, BilingualText
from conte.checks.finding import Severity
from conte.frozen import Frozen, Line
from conte.glyphs import named, without_glyphs
from conte.product_types import Id, ProductType

ClaimField = Literal["title", "slogan", "narration", "dialogue", "caption", "action", "cast"]
SAID: tuple[ClaimField, ...] = ("title", "slogan", "narration", "dialogue", "caption")
"""Fields that an audience hears or reads."""


def _expression(pattern: str) -> str:
    try:
        found = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from None
    if found.match(""):
        raise ValueError("matches nothing at all, and so everything")
    return pattern


def _words(value: Any) -> Any:
    return tuple(value.split()) if isinstance(value, str) else value


Expression = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_expression)]
Scope = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]*|ksic:[0-9]{2,5})$")], ...],
    BeforeValidator(_words),
]
"""Product types, bodies of advertising law (`ProductType.regimes`) or industries (`ksic:111`)."""


class Rule(Frozen):
    id: Id
    law: Bilingual
    severity: Severity
    only: Scope = ()
    """Types to which the rule applies; empty: all, also products of unknown type."""
    unless: Scope = ()
    message: Bilingual
    proposal: Bilingual

    def counts_for(self, kind: ProductType | None) -> bool:
        if kind is None:
            return not self.only
        return (not self.only or _is_one_of(kind, self.only)) and not _is_one_of(kind, self.unless)


def _is_one_of(kind: ProductType, scope: tuple[str, ...]) -> bool:
    return any(
        kind.industry.startswith(word[5:])
        if word.startswith("ksic:")
        else word == kind.id or word in kind.regimes
        for word in scope
    )


class ClaimRule(Rule):
    """A claim that is found in what a film says."""

    fields: Annotated[tuple[ClaimField, ...], BeforeValidator(_words), Field(min_length=1)] = SAID
    says: Annotated[tuple[Expression, ...], Field(min_length=1)]
    excuses: tuple[Expression, ...] = ()
    """Expressions around a claim that make it harmless."""


class NoticeRule(Rule):
    """A notice that has to be read or heard somewhere in the film."""

    shown_by: tuple[Expression, ...] = ()
    """Expressions that satisfy the rule; empty: a film cannot show it, so a person has to check it.
    """
    text: Bilingual | None = None
    """Exact wording where the law prescribes it; otherwise a person has to write it."""

    @model_validator(mode="after")
    def _is_met_by_its_own_text(self) -> Self:
        for text in (self.text.ko, self.text.en) if self.text else ():
            if not any(re.search(shown, text, re.IGNORECASE) for shown in self.shown_by):
                raise ValueError(f"text {text[:40]!r} is found by none of shown_by")
            if lacking := without_glyphs(text):
                # A law's words are drawn whole or not at all.
                raise ValueError(f"text {text[:40]!r} has {named(lacking[0])}, which no font has")
        return self

    def words(self, language: Literal["ko", "en"]) -> str:
        text: BilingualText | None = self.text
        return text.of(language) if text else ""


class ClaimRules(Frozen):
    version: Annotated[Line, StringConstraints(min_length=1)]
    claims: tuple[ClaimRule, ...] = ()
    notices: tuple[NoticeRule, ...] = ()

    @model_validator(mode="after")
    def _are_told_apart(self) -> Self:
        ids = [rule.id for rule in (*self.claims, *self.notices)]
        if twice := [name for name in ids if ids.count(name) > 1]:
            raise ValueError(f"rule {twice[0]!r} stands there twice")
        return self

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (*self.claims, *self.notices)
