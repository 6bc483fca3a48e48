"""Free text -> the matching word of the product table: the head of the phrase, Korean or English.

Korean and English put the head of a noun phrase last (강아지 사료, dog food), so only the end of a
phrase decides; English ends it before a preposition (shampoo for dogs).
"""

import re
import unicodedata
from collections.abc import Container, Iterator, Sequence

_PHRASES = re.compile(r"[/|>,;:·()\[\]{}<>〈〉《》「」『』\n]+| [-–—] ")
_TOKENS = re.compile(r"[가-힣]+|[a-z0-9à-ÿ][a-z0-9à-ÿ'’.%+&-]*")
_PREPOSITION = re.compile(r"(?<=\S)\s(?:for|of|with|by)\s.*")
_PARTICLES = re.compile(r"(?:으로|에서|에게|까지|부터|이|가|을|를|은|는|의|에|로|과|와|도|용)$")
_QUANTITY = re.compile(
    r"[\d.,+%]+(?:g|kg|mg|ml|l|cm|mm|m|종|개|팩|입|인분|매|병|캔|호|세대|기|차)?"
)
_LIGHT = frozenset(
    (
        "앱", "어플", "어플리케이션", "서비스", "플랫폼", "브랜드", "제품", "상품", "신제품",
        "신상품", "전문", "세트", "선물세트", "시리즈", "라인", "컬렉션", "구독", "정기배송",
        "배송", "쇼핑몰", "매장", "스토어", "전문몰", "몰", "류", "기획전", "이벤트", "캠페인",
        "출시", "광고", "홍보", "app", "apps", "service", "services", "platform", "brand",
        "product", "products", "set", "line", "range", "series", "collection", "subscription",
        "store", "shop", "campaign", "launch",
    )
)  # fmt: skip
"""Heads that say how something is sold, not what: 적금 앱 is a savings product."""


def key_of(word: str) -> str:
    """Return the lookup key of a word: folded, without spaces and hyphens."""
    return "".join(_tokens(word)).replace("-", "")


def forms_of(word: str) -> tuple[str, ...]:
    """Return the keys of a word as written and, in English, in the singular."""
    tokens = _tokens(word)
    if not tokens or tokens[-1][0] >= "가":
        return (_joined(tokens),)
    return tuple(_joined([*tokens[:-1], form]) for form in _forms(tokens[-1]))


def head_of(text: str, known: Container[str]) -> str | None:
    """Return the key among `known` that a text is about; of several phrases the last with a match.

    The later part of 식품 > 라면 or 건강기능식품(홍삼) is the more specific.
    """
    for phrase in reversed(_PHRASES.split(_folded(text))):
        whole, head = _tokens(phrase), _tokens(_PREPOSITION.sub("", phrase))
        bare = list(head)
        while bare and _QUANTITY.fullmatch(bare[-1]):
            bare.pop()
        # As written first: 오메가3 ends in no quantity.
        for key in (_joined(whole), *_candidates(head), *_candidates(bare)):
            if key in known:
                return key
    return None


def _candidates(tokens: Sequence[str]) -> Iterator[str]:
    """Yield keys for the end of a phrase, the most certain first."""
    if not tokens:
        return
    heavy = _without_light(tokens)
    if len(heavy) < len(tokens):
        # 배달 앱 may be a word itself, where 앱 alone says little.
        yield from _ends(tokens, at_least=2)
    elif heavy != tokens:
        yield from _ends(tokens)
    for end in (heavy, tokens):
        yield from _ends(end)
        if end[-1][0] >= "가":
            for form in _forms(end[-1]):
                # Not one syllable, in which too many words end (선물 is no 물).
                yield from (form[at:] for at in range(1, len(form) - 1))


def _ends(tokens: Sequence[str], at_least: int = 1) -> Iterator[str]:
    """Yield the last tokens as one word, longest first."""
    for start in range(len(tokens) - at_least + 1):
        *before, last = tokens[start:]
        yield from (_joined([*before, form]) for form in _forms(last))


def _without_light(tokens: Sequence[str]) -> Sequence[str]:
    """Drop tokens, and ends of tokens, that only say how a thing is sold."""
    while len(tokens) > 1 and tokens[-1] in _LIGHT:
        tokens = tokens[:-1]
    if tokens and (light := next((w for w in _SUFFIXED if tokens[-1].endswith(w)), "")):
        stem = tokens[-1][: -len(light)]
        if len(stem) > 1:
            return [*tokens[:-1], stem]
    return tokens


_SUFFIXED = sorted((w for w in _LIGHT if w[0] >= "가"), key=lambda w: (-len(w), w))


def _forms(token: str) -> Iterator[str]:
    """Yield a token as written, then without its particle or its plural."""
    yield token
    if token[0] >= "가":
        bare = _PARTICLES.sub("", token)
        if bare and bare != token:
            yield bare
    else:
        for ending in ("es", "s"):
            if token.endswith(ending) and len(token) > len(ending) + 2:
                yield token[: -len(ending)]


def _joined(tokens: Sequence[str]) -> str:
    return "".join(tokens).replace("-", "")


def _tokens(text: str) -> list[str]:
    return [token.rstrip(".'’-") for token in _TOKENS.findall(_folded(text))]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
