"""A good manuscript -> the same with one fault of a kind that models make. Pure, seeded.

A rejected answer that differs from the chosen one in a single point teaches this point. The scorer
measures what a fault costs: a fault that costs nothing makes no pair.
"""

import json
import random
from collections.abc import Callable
from typing import Any

from conte.brief import Brief
from conte.cut import Cut
from conte.korean import PAIRS, particle
from conte.manuscript import TEXTS

Manuscript = dict[str, Any]
Fault = Callable[[Manuscript, Brief, random.Random], bool]
"""Function that adds a fault to a manuscript in place; it returns False if the fault does not
apply."""

_ABSOLUTE = {"ko": "국내 최고, 완벽한 선택.", "en": "The best, guaranteed."}
_RUNS_ON = {
    "ko": "그래서 오늘도 우리는 아무 걱정 없이 다시 한번 힘차게 길을 나서 봅니다.",
    "en": "and so once again today we all set out together without a single worry in the world",
}
_OTHER = {"ko": "다른 제품", "en": "another product"}


def spoilt(text: str, brief: Brief, seed: int) -> dict[str, str]:
    """Return the manuscript with one fault each, by the fault's name."""
    found: dict[str, str] = {}
    for name, fault in FAULTS.items():
        manuscript: Manuscript = json.loads(text)
        if fault(manuscript, brief, random.Random(f"{seed} {name}")):
            found[name] = json.dumps(manuscript, ensure_ascii=False)
    return found


def _too_much_said(manuscript: Manuscript, brief: Brief, rng: random.Random) -> bool:
    cut = rng.choice(manuscript["cuts"])
    most = TEXTS[Cut]["narration"].most(brief.language)
    cut["narration"] = f"{cut['narration']} {_RUNS_ON[brief.language]}".strip()[:most]
    return True


def _name_unsaid(manuscript: Manuscript, brief: Brief, rng: random.Random) -> bool:
    name, other = brief.product.name, _OTHER[brief.language]
    text = json.dumps(manuscript, ensure_ascii=False)
    manuscript.clear()
    manuscript.update(json.loads(text.replace(name, other)))
    return name in text


def _absolute_claim(manuscript: Manuscript, brief: Brief, rng: random.Random) -> bool:
    rng.choice(manuscript["cuts"])["narration"] = _ABSOLUTE[brief.language]
    return True


def _wrong_particle(manuscript: Manuscript, brief: Brief, rng: random.Random) -> bool:
    if brief.language != "ko":
        return False
    name = brief.product.name
    spots = [
        (cut, field, pair)
        for cut in manuscript["cuts"]
        for field in ("action", "narration")
        for pair in ("은/는", "이/가", "을/를")
        if f"{name}{particle(name, pair)} " in cut[field]
    ]
    if not spots:
        return False
    cut, field, pair = rng.choice(spots)
    right = particle(name, pair)
    wrong = next(form for form in PAIRS[pair] if form != right)
    cut[field] = cut[field].replace(f"{name}{right} ", f"{name}{wrong} ", 1)
    return True


def _same_framing(manuscript: Manuscript, brief: Brief, rng: random.Random) -> bool:
    at = rng.randrange(1, len(manuscript["cuts"]))
    before, cut = manuscript["cuts"][at - 1], manuscript["cuts"][at]
    cut |= {"size": before["size"], "angle": before["angle"]}
    return True


def _no_packshot(manuscript: Manuscript, brief: Brief, rng: random.Random) -> bool:
    manuscript["cuts"][-1] |= {"shows": [], "size": "ELS"}
    return True


def _said_twice(manuscript: Manuscript, brief: Brief, rng: random.Random) -> bool:
    said = [cut for cut in manuscript["cuts"] if cut["narration"]]
    if len(said) < 2:
        return False
    first, second = rng.sample(said, 2)
    second["narration"] = first["narration"]
    return True


def _not_shown(manuscript: Manuscript, brief: Brief, rng: random.Random) -> bool:
    if not brief.must_show:
        return False
    text = json.dumps(manuscript, ensure_ascii=False)
    phrase = rng.choice(brief.must_show)
    manuscript.clear()
    manuscript.update(json.loads(text.replace(phrase, _OTHER[brief.language])))
    return phrase in text


FAULTS: dict[str, Fault] = {
    "too_much_said": _too_much_said,
    "name_unsaid": _name_unsaid,
    "absolute_claim": _absolute_claim,
    "wrong_particle": _wrong_particle,
    "same_framing": _same_framing,
    "no_packshot": _no_packshot,
    "said_twice": _said_twice,
    "not_shown": _not_shown,
}
