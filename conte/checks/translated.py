"""Checks for phrases that read like a translation, or that fit any film of any product.

Only patterns that a Korean planner would strike out for every product; matters of taste are left to
people.
"""

import re
from collections.abc import Iterator

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.conte import Conte
from conte.frozen import Frozen


class Pattern(Frozen):
    """An expression, and what to write instead. In Korean, because only Korean contes are
    checked."""

    expression: str
    instead: str


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        expression=r"누구나 (?:한 번은 )?겪(?:는|을) 바로 그",
        instead="겪는 장면을 그대로 적으세요: ‘마르지 않는 양말’",
    ),
    Pattern(
        expression=r"^여기,? [^.!?]{1,30}(?:이|가) 있습니다",
        instead="보이는 것을 설명하지 말고 그 안에서 나오는 말을 쓰세요",
    ),
    Pattern(
        expression=r"(?:^|지금,? ?)[^.!?]{1,40}[을를] (?:지금 )?소개합니다",
        instead="이름만 말하거나, 무엇이 다른지로 시작하세요",
    ),
    Pattern(
        expression=r"이 컷에서[^.]*보여 ?준다|[이가] 또렷이 보인다",
        instead="누가 무엇을 하는지로 적으세요: ‘창가에 이삿짐 상자가 쌓여 있다’",
    ),
    Pattern(
        expression=r"[을를] 만나기 (?:전|후)|[을를] 만난 (?:후|뒤)",
        instead="‘어제까지’, ‘오늘부터’",
    ),
    Pattern(expression=r"[을를] 만났습니다|그러다 만난 ", instead="쓰게 된 까닭을 말하세요"),
    Pattern(expression=r"[을를] 가지고 있(?:습니다|다|어요)", instead="‘…이 있습니다’"),
    Pattern(expression=r"에 의(?:해|하여) ", instead="누가 하는지를 주어로 쓰세요"),
    Pattern(expression=r"되어지|보여지|쓰여지|잊혀지", instead="‘되’, ‘보이’, ‘쓰이’, ‘잊히’"),
    Pattern(expression=r"는 것(?:을|이) 가능(?:합니다|하게|해)", instead="‘할 수 있습니다’"),
    Pattern(
        expression=r"당신의 [가-힣 ]{1,12}[을를] 위한 (?:단 하나의|특별한|완벽한)",
        instead="누구의 어떤 순간인지 쓰세요",
    ),
    Pattern(expression=r"에 대한 새로운 (?:대답|해답|기준)", instead="무엇이 새로운지를 쓰세요"),
    Pattern(
        expression=r"의 (?:따뜻한 )?빛이 (?:은은하|쏟아|번지|건너|새어)",
        instead="보이는 사람과 일을 적으세요",
    ),
)


def translated(text: str) -> Iterator[tuple[str, str]]:
    """Yield each phrase of a Korean text that reads like a translation, with what to write
    instead."""
    for pattern in PATTERNS:
        if found := re.search(pattern.expression, text, re.MULTILINE):
            yield found.group(), pattern.instead


def check_translated(conte: Conte, brief: Brief) -> tuple[Finding, ...]:
    """Return a note for each such phrase in a Korean conte that does not stand in its brief,
    too."""
    if brief.language != "ko":
        return ()
    ideas = (idea.text for idea in brief.ideas)
    product = (brief.product.description, *brief.product.selling_points)
    asked = " ".join((*product, *brief.must_show, *ideas))
    return tuple(
        Finding(
            check="words.translated",
            cut=cut,
            field=field,
            severity="note",
            message=f"번역한 말처럼 들립니다: “{said}”",
            proposal=instead,
        )
        for cut, field, text in _written(conte)
        for said, instead in translated(text)
        if said not in asked
    )


def _written(conte: Conte) -> Iterator[tuple[int | None, str, str]]:
    for field in ("title", "concept", "slogan"):
        yield None, field, getattr(conte, field)
    for cut in conte.cuts:
        for field in ("action", "narration", "caption"):
            yield cut.number, field, getattr(cut, field)
        yield cut.number, "dialogue", " ".join(line.text for line in cut.dialogue)
