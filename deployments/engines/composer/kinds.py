"""A brief's words -> its kind of goods, for products that the table of product types does not
contain.

The head of a noun phrase decides, which is its last word in Korean and in English: 밤 열 시까지
여는 동네 도서관 is a library. The category has precedence over the description, and that over the
name.
"""

import re
from collections.abc import Mapping
from functools import cache

from conte.brief import Brief
from deployments.engines.composer.library import read_yaml

_LIGHT = re.compile(
    r"(?:\s|^)(?:정기 ?구독|구독|정기 ?배송|배송|서비스|브랜드|신제품|세트"
    r"|brand|services?|subscription|delivery)$"
)
"""Heads that only say how something is sold; the word before such a head is tried first."""
_NO_HEAD = re.compile(
    r"\s(?:for|of|with|by|that|where|which|who|while|when|to|in|on|at|from|made|and)\s.*|[,.:;].*"
)
_PARTICLE = re.compile(r"(?:입니다|이다|을|를|은|는|이|가)$")


def kind_of(brief: Brief) -> str:
    """Return the id of the industry that writes for the brief's kind of goods; empty: unknown."""
    product = brief.product
    texts = [product.category, product.description, product.name]
    texts = [text.strip().rstrip(".!?").casefold() for text in texts]
    sure, weak = _kinds()
    asked = [(text, sure) for text in texts]
    # A weak head says little, and in a sentence nothing at all.
    asked += [(texts[0], weak), (texts[2], weak)]
    return next((found for text, heads in asked if (found := _of_head(text, heads))), "")


def kind_of_category(category: str) -> str:
    """Return the id of the industry that a category determines by itself; empty: none."""
    return _of_head(category.strip().rstrip(".!?").casefold(), _kinds()[0]) if category else ""


def _of_head(text: str, heads: Mapping[str, str]) -> str:
    phrases = [text, _NO_HEAD.sub("", text)]
    phrases += [_LIGHT.sub("", phrase) for phrase in phrases]
    for phrase in phrases:
        known = [word for word in heads if _ends(phrase, word)]
        if known:
            return heads[max(known, key=len)]
    return ""


def _ends(phrase: str, word: str) -> bool:
    if word.isascii():
        return re.search(rf"\b{re.escape(word)}(?:s|es)?$", phrase) is not None
    bare = phrase.replace(" ", "")
    # One syllable alone is no compound: it needs a word before it.
    ends = any(one.endswith(word) for one in (bare, _PARTICLE.sub("", bare)))
    return ends and (len(word) > 1 or len(bare) > 2 or bare == word)


@cache
def _kinds() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return two tables, head -> industry: reliable heads, and vague ones."""
    sure: dict[str, str] = {}
    weak: dict[str, str] = {}
    for industry, heads in read_yaml("kinds.yaml").items():
        for head in heads.replace("|", ",").split(","):
            bare = head.strip() if head.isascii() else "".join(head.split())
            kept = bare.lstrip("~")
            says_little = bare != kept or (len(kept) == 1 and not kept.isascii())
            (weak if says_little else sure)[kept] = industry
    return sure, weak
