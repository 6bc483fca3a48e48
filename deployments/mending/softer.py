"""Text -> the same without its strong words; unchanged if no rule can remove one.

Removes only words that can go, or be replaced, without breaking the sentence:
"국내 최고의 맛" becomes "좋은 맛". "최고입니다" is the sentence's predicate, and stays.
"""

import re
from collections.abc import Sequence

from conte.vocabulary import Language
from deployments.engines.composer.phrasing import tidy

_INSTEAD: dict[str, str] = {
    "최고의": "좋은", "최상의": "좋은", "최강의": "강한", "최고급": "고급", "최첨단": "새로운",
    "유일한": "특별한", "독보적인": "남다른", "압도적인": "남다른", "완벽한": "든든한",
    "완벽하게": "꼼꼼하게", "완벽히": "꼼꼼히",
}  # fmt: skip
_SCOPE = r"(?:(?:세계|국내|업계|전국|대한민국|세상|아시아|동급)(?:에서)?\s+)?"
_ADVERBS = (
    "가장",
    "제일",
    "절대",
    "절대로",
    "절대적으로",
    "무조건",
    "영구히",
    "영구적으로",
    "단연",
)
_MODIFIES = re.compile(r"(?:의|한|적인|뿐인|운|싼|된)$")
_ADJECTIVE = re.compile(
    r"(?:(?P<the>the) )?(?:world['’]?s )?(?:[a-z]+est|best|perfect|ultimate|number one|no\. ?1|#1"
    r"|unbeatable|unrivall?ed|unmatched|absolutely|completely|totally|perfectly)",
    re.IGNORECASE,
)


def softer(text: str, phrases: Sequence[str], language: Language) -> str:
    """Return the text without any of the phrases; unchanged if one of them cannot be removed."""
    made = text
    for phrase in sorted(set(phrases), key=len, reverse=True):
        new = _korean(made, phrase) if language == "ko" else _english(made, phrase)
        if new is None:
            return text
        made = new
    lines = [tidy(line) if language == "en" else _closed_up(line) for line in made.split("\n")]
    return "\n".join(line for line in lines if line)


def _korean(text: str, phrase: str) -> str | None:
    whole = rf"(?P<scope>{_SCOPE})(?P<said>[^\s.,!?…“”]*{re.escape(phrase)}[^\s.,!?…“”]*)"
    for found in list(re.finditer(whole, text))[::-1]:
        said = found["said"]
        first, _, rest = said.partition(" ")
        followed = re.match(r"\s+\w", text[found.end() :]) is not None
        if said in _INSTEAD and followed:
            new = _INSTEAD[said]
        elif first in ("가장", "제일") and rest:
            new = f"{found['scope']}{rest}"
        elif followed and (said in _ADVERBS or _MODIFIES.search(said)):
            new = ""
        else:
            return None
        text = text[: found.start()] + new + text[found.end() :]
    return text


def _english(text: str, phrase: str) -> str | None:
    adjective = _ADJECTIVE.fullmatch(phrase)
    if adjective is None:
        return None
    for found in list(re.finditer(re.escape(phrase), text, re.IGNORECASE))[::-1]:
        if not re.match(r" [A-Za-z]", text[found.end() :]):
            return None
        text = text[: found.start()] + (adjective["the"] or "") + text[found.end() :]
    return text


def _closed_up(line: str) -> str:
    return re.sub(r"\s+([.,!?…])", r"\1", " ".join(line.split()))
