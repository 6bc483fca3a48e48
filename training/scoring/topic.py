"""Checks that a conte is about the product of the brief: its name, its sheet entry, its facts."""

from conte.brief import Brief
from conte.conte import Conte, ProductEntry
from conte.phrases import says
from training.scoring.score import Part
from training.scoring.text import pairs, said_in, told_in

_NAMED, _ON_SHEET, _FACTS = 0.4, 0.2, 0.4
_SPOKEN_OF = 0.5
"""Least share of a fact's syllable pairs or words in a text that mentions it: "짧은 제동거리" is
mentioned by "제동거리가 짧습니다"."""
_FACTS_ENOUGH = 2
"""Number of facts for the full score: one promise and one that supports it; listing more gains
nothing."""


def check_topic(conte: Conte, brief: Brief) -> Part:
    name = brief.product.name
    named = any(says(text, name) for text in said_in(conte))
    entries = [entry for entry in conte.sheet if isinstance(entry, ProductEntry)]
    on_sheet = any(entry.name.casefold() == name.casefold() for entry in entries)
    facts = facts_of(brief)
    told = "\n".join(told_in(conte))
    spoken = [fact for fact in facts if speaks_of(told, fact)]
    covered = min(1.0, len(spoken) / min(_FACTS_ENOUGH, len(facts))) if facts else 1.0
    reasons: list[str] = []
    if not named:
        reasons.append(f"the product's name, {name}, is neither said nor captioned")
    if not on_sheet:
        got = ", ".join(entry.name for entry in entries) or "no product"
        reasons.append(f"the sheet has {got}, wanted {name}")
    if not spoken and facts:
        reasons.append(f"speaks of none of: {', '.join(facts)}")
    value = _NAMED * named + _ON_SHEET * on_sheet + _FACTS * covered
    return Part(name="topic", value=value, ok=not reasons, reasons=tuple(reasons))


def facts_of(brief: Brief) -> tuple[str, ...]:
    """Return the brief's facts about the product that a film can mention."""
    product = brief.product
    told = (*product.selling_points, product.description, product.category)
    return tuple(dict.fromkeys(fact for fact in told if pairs(fact)))


def speaks_of(text: str, fact: str) -> bool:
    if says(text, fact):
        return True
    wanted = pairs(fact)
    return bool(wanted) and len(wanted & pairs(text)) / len(wanted) >= _SPOKEN_OF
