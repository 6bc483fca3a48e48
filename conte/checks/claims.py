"""A film's claims and omissions under advertising law, as findings.

A finding is a question for the producer and the client's lawyer; nothing is blocked, nothing is
legal advice. Where a law fixes a notice's words, `notices` returns them for the film.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from conte.brief import Brief
from conte.checks.claim_rules import ClaimField, ClaimRule, ClaimRules, NoticeRule
from conte.checks.finding import Finding
from conte.conte import CastMember, Conte, Treatment
from conte.cut import Cut
from conte.product_types import ProductType, ProductTypes
from conte.vocabulary import Language

_MOST_QUOTED = 5
_MANY = 60


class _Place(NamedTuple):
    cut: int | None
    field: ClaimField
    text: str


class Claims:
    """The rules over the product types, compiled once; the same for every conte."""

    def __init__(self, rules: ClaimRules, types: ProductTypes) -> None:
        """Compile the rules.

        Raises:
            ValueError: if a rule names a scope that the table does not have.
        """
        for place, wrong in unknown_scopes(rules, types):
            raise ValueError(f"{'.'.join(map(str, place))}: {wrong}")
        self.rules, self.types = rules, types
        self._claims = [
            (rule, _any_of(rule.says), _any_of(rule.excuses) if rule.excuses else None)
            for rule in rules.claims
        ]
        self._notices = [
            (rule, _any_of(rule.shown_by) if rule.shown_by else None) for rule in rules.notices
        ]

    def check(self, conte: Conte, brief: Brief) -> tuple[Finding, ...]:
        """Return claims that need proof or are forbidden, missing notices, and one note on what the
        law requires of such a product.
        """
        kind = self.types.match(brief.product)
        findings = [
            *self._claimed(conte, brief, kind),
            *(
                _notice_finding(rule, brief, len(conte.cuts))
                for rule in self._missing(conte, conte.cuts, kind)
            ),
        ]
        if kind is not None and kind.standards:
            findings.append(self._labelling(kind, brief))
        return tuple(findings)

    def notices(self, treatment: Treatment, cuts: Sequence[Cut], brief: Brief) -> tuple[str, ...]:
        """Return the notices that a film needs and lacks, and whose words the law fixes."""
        missing = self._missing(treatment, cuts, self.types.match(brief.product))
        return tuple(words for rule in missing if (words := rule.words(brief.language)))

    def notice(self, check: str, language: Language) -> str:
        """Return the words that the law fixes for the notice of a check; "" if it fixes none."""
        found = (rule for rule in self.rules.notices if f"claims.{rule.id}" == check)
        return next((rule.words(language) for rule in found), "")

    def _claimed(self, conte: Conte, brief: Brief, kind: ProductType | None) -> Iterator[Finding]:
        places = [
            place._replace(text=text)
            for place in (*_said(conte, conte.cuts), *_seen(conte))
            if (text := _plain(place.text))
        ]
        own = tuple(
            name for name in (_plain(brief.product.name), _plain(brief.advertiser)) if len(name) > 1
        )
        for place in places:
            for rule, words in _quoted(self, kind and kind.id, own, place.field, place.text):
                yield _claim_finding(rule, place, words, brief)

    def quoted(
        self, kind_id: str | None, own: Sequence[str], field: ClaimField, text: str
    ) -> Iterator[tuple[ClaimRule, tuple[str, ...]]]:
        """Yield each rule that applies to a text, with the words that break it.

        `kind_id`: the product's type. `own`: names in which nothing is a claim.
        """
        kind = next((one for one in self.types.types if one.id == kind_id), None)
        names = re.compile("|".join(map(re.escape, own)), re.IGNORECASE) if own else None
        for rule, says, excuses in self._claims:
            if field in rule.fields and rule.counts_for(kind):
                hits = [m for m in says.finditer(text) if m.group().strip()]
                around = [e for e in (excuses, names) if e is not None] if hits else []
                free = [m.span() for e in around for m in e.finditer(text)]
                words = tuple(m.group().strip() for m in hits if not _touches(m.span(), free))
                if words:
                    yield rule, words

    def _missing(
        self, treatment: Treatment, cuts: Sequence[Cut], kind: ProductType | None
    ) -> list[NoticeRule]:
        needed = [(rule, shown) for rule, shown in self._notices if rule.counts_for(kind)]
        if not needed:
            return []
        told = _plain("\n".join(place.text for place in _said(treatment, cuts)))
        told += "\n" + _plain("\n".join(cut.legal for cut in cuts))
        return [rule for rule, shown in needed if shown is None or not shown.search(told)]

    def _labelling(self, kind: ProductType, brief: Brief) -> Finding:
        ko = brief.language == "ko"
        standards = self.types.labelling(kind)
        items = ", ".join(
            dict.fromkeys(item.of(brief.language) for one in standards for item in one.items)
        )
        laws = "; ".join(one.law.of(brief.language) for one in standards)
        name = kind.name.of(brief.language)
        return Finding(
            check="claims.labelling",
            cut=None,
            field="caption",
            severity="note",
            message=f"{name} 제품의 표시사항: {items} ({laws})"
            if ko
            else f"what has to be told of {name}: {items} ({laws})",
            proposal="이 가운데 영상에 보여야 하는 것이 있는지 광고주와 확인하세요"
            if ko
            else "ask the client which of these the film has to show",
        )


def unknown_scopes(
    rules: ClaimRules, types: ProductTypes
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield each scope of the rules that is not in the table, as a message."""
    known = {kind.id for kind in types.types}
    known |= {regime for kind in types.types for regime in kind.regimes}
    codes = [f"ksic:{industry.code}" for industry in types.industries]
    for group, found in (("claims", rules.claims), ("notices", rules.notices)):
        for number, rule in enumerate(found):
            for field, words in (("only", rule.only), ("unless", rule.unless)):
                for word in words:
                    if word not in known and not any(code.startswith(word) for code in codes):
                        yield (
                            (group, number, field),
                            f"{word!r} is no product type, no body of law and no industry of the"
                            " product types' table",
                        )


@lru_cache(maxsize=4096)  # an edit changes one text of the twenty that are checked again
def _quoted(
    claims: Claims, kind_id: str | None, own: tuple[str, ...], field: ClaimField, text: str
) -> tuple[tuple[ClaimRule, tuple[str, ...]], ...]:
    return tuple(claims.quoted(kind_id, own, field, text))


def _any_of(expressions: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in expressions), re.IGNORECASE)


def _said(treatment: Treatment, cuts: Sequence[Cut]) -> Iterator[_Place]:
    yield _Place(None, "title", treatment.title)
    yield _Place(None, "slogan", treatment.slogan)
    for cut in cuts:
        yield _Place(cut.number, "narration", cut.narration)
        yield _Place(cut.number, "dialogue", "\n".join(line.text for line in cut.dialogue))
        yield _Place(cut.number, "caption", cut.caption)


def _seen(conte: Conte) -> Iterator[_Place]:
    for cut in conte.cuts:
        yield _Place(cut.number, "action", cut.action)
    for entry in conte.sheet:
        if isinstance(entry, CastMember):
            yield _Place(None, "cast", f"{entry.description}\n{entry.prompt}")


def _plain(text: str) -> str:
    """Replace full-width forms by plain ones, and each run of spaces by one space."""
    folded = unicodedata.normalize("NFKC", text)
    return "\n".join(" ".join(line.split()) for line in folded.splitlines())


def _touches(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _claim_finding(rule: ClaimRule, place: _Place, quoted: Sequence[str], brief: Brief) -> Finding:
    shown = [one if len(one) <= _MANY else one[:_MANY] + "…" for one in dict.fromkeys(quoted)]
    quotes = ", ".join(f"“{one}”" for one in shown[:_MOST_QUOTED])
    language = brief.language
    return Finding(
        check=f"claims.{rule.id}",
        cut=place.cut,
        field="sheet" if place.field == "cast" else place.field,
        severity=rule.severity,
        message=f"{quotes}: {rule.message.of(language)} ({rule.law.of(language)})",
        proposal=rule.proposal.of(language),
    )


def _notice_finding(rule: NoticeRule, brief: Brief, last: int) -> Finding:
    language = brief.language
    return Finding(
        check=f"claims.{rule.id}",
        # Words that can be laid over have their place; the rest is for the whole film.
        cut=last if rule.text else None,
        field="legal",
        severity=rule.severity,
        message=f"{rule.message.of(language)} ({rule.law.of(language)})",
        proposal=rule.proposal.of(language),
    )
