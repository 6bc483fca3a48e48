"""Text -> the cuts it names: "3컷", "두 번째 컷", "마지막 장면", "cuts 2 and 5", "last shot"."""

import re
from collections.abc import Iterator, Sequence

from conte.cut import Cut, CutId
from conte.frozen import Frozen

_CUT = r"(?:컷|씬|샷|숏|장면)"
_NUMBER = r"(?<![\d.:])(?<!\d,)\d{1,9}(?!\d|\.\d|,\d{3})"
_NEXT = r"\d{1,9}(?!\d|\.\d|,\d{3})"
_BETWEEN = r"\s*(?:번째?|컷|씬)?\s*(?:,|와|과|랑|이랑|하고|및|&|~|-|–|에서|부터)\s*"
_KOREAN = re.compile(
    rf"({_NUMBER}(?:{_BETWEEN}{_NEXT})*)\s*(?:번\s*째?\s*)?{_CUT}"
    rf"|{_CUT}\s*(?:번호\s*)?#?({_NUMBER}(?:{_BETWEEN}{_NEXT})*)"
    rf"|(?<![가-힣])({_NUMBER})\s*번(?!\s*(?:더|반복|씩|만|이나|정도|째))"
)
_ENGLISH = re.compile(
    rf"\b(?:cut|shot|scene)s?\s*(?:no\.?|number)?\s*#?\s*({_NUMBER}"
    rf"(?:\s*(?:,|and|&|-|–|to|with)\s*(?:(?:cut|shot|scene)s?\s*)?#?{_NEXT})*)"
    rf"|(?<!\w)#({_NUMBER})"
    rf"|\b({_NUMBER})(?:st|nd|rd|th)\s+(?:cut|shot|scene)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"({_NUMBER})\s*(?:번째?|컷|씬)?\s*(?:~|-|–|\bto\b|에서|부터)\s*({_NEXT})", re.IGNORECASE
)
_ORDINALS: tuple[tuple[str, str], ...] = (
    (r"첫", r"first"),
    (r"두|둘", r"second"),
    (r"세|셋", r"third"),
    (r"네|넷", r"fourth"),
    (r"다섯", r"fifth"),
    (r"여섯", r"sixth"),
    (r"일곱", r"seventh"),
    (r"여덟", r"eighth"),
)
_ORDINAL = tuple(
    re.compile(
        rf"(?<![가-힣])(?:{ko})\s*(?:번째|째)?\s*{_CUT}|\b{en}\s+(?:cut|shot|scene)\b",
        re.IGNORECASE,
    )
    for ko, en in _ORDINALS
)
_LAST = re.compile(
    rf"(?:마지막|맨\s*끝|끝|엔딩)\s*{_CUT}"
    r"|\b(?:last|final|closing|ending)\s+(?:cut|shot|scene)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    rf"(?:맨\s*처음|처음|오프닝|맨\s*앞)\s*{_CUT}|\bopening\s+(?:cut|shot|scene)\b", re.IGNORECASE
)
_ALL = re.compile(
    rf"(?:모든|전체|전)\s*{_CUT}|{_CUT}\s*(?:전부|전체|모두|마다)|영상\s*전체|전체적|전반적"
    r"|\b(?:all|every|each)\s+(?:of\s+)?(?:the\s+)?(?:other\s+)?(?:cut|shot|scene)s?\b"
    r"|\bthe\s+whole\s+(?:film|video|conte|storyboard)\b|\boverall\b|\bthroughout\b",
    re.IGNORECASE,
)


QUOTES = re.compile(
    r"‘([^‘’\n]+)’|“([^“”\n]+)”|\"([^\"\n]+)\"|「([^「」\n]+)」|『([^『』\n]+)』|«([^«»\n]+)»"
    r"|(?<![A-Za-z0-9가-힣])'((?:[^'\n]|(?<=[A-Za-z])'(?=[A-Za-z]))+)'(?![A-Za-z0-9])"
)
"""Texts in quotation marks: words to be said, which name no cut."""


class Named(Frozen):
    """Cuts that a text names, in the order in which it names them."""

    cuts: tuple[CutId, ...] = ()
    missing: tuple[int, ...] = ()
    """Named numbers that no cut has."""
    all: bool = False
    """True: the text names all cuts; `cuts` has those that it also names one by one."""
    spans: tuple[tuple[int, int], ...] = ()
    """Start and end of each name in the text, in order."""


def named_cuts(text: str, cuts: Sequence[Cut]) -> Named:
    """Return the cuts that a text names by their numbers in `cuts`, outside of quotation marks."""
    text = QUOTES.sub(lambda found: "\ue000" * len(found[0]), text)
    found = sorted(_numbers(text, len(cuts)))
    numbers = list(dict.fromkeys(number for _, _, number in found))
    known = [cuts[number - 1].id for number in numbers if 1 <= number <= len(cuts)]
    return Named(
        cuts=tuple(known),
        missing=tuple(number for number in numbers if not 1 <= number <= len(cuts))[:8],
        all=_ALL.search(text) is not None,
        spans=tuple(dict.fromkeys((start, end) for start, end, _ in found)),
    )


def _numbers(text: str, count: int) -> Iterator[tuple[int, int, int]]:
    """Yield the start and end of each name, and the number named."""
    taken: list[tuple[int, int]] = []
    for pattern in (_KOREAN, _ENGLISH):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            listed = next(group for group in match.groups() if group)
            for number in _listed(listed):
                yield *match.span(), number
    for number, pattern in enumerate(_ORDINAL, 1):
        for match in pattern.finditer(text):
            yield *match.span(), number
    for number, pattern in ((count, _LAST), (1, _OPENING)):
        for match in pattern.finditer(text):
            yield *match.span(), number


def _listed(listed: str) -> Iterator[int]:
    """Yield the numbers of a list such as "2, 3" or a range such as "2~4"; for a range longer than
    a conte, only its two ends."""
    if whole := _RANGE.fullmatch(listed):
        first, last = int(whole[1]), int(whole[2])
        yield from range(first, last + 1) if 0 < last - first < 16 else (first, last)
        return
    for number in re.findall(r"\d+", listed):
        yield int(number)
