"""Checks that a direction is another idea than the existing ones, and names what it shares with
each."""

from collections.abc import Mapping

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.conte import Conte
from conte.likeness import MOST_SHARED, Likeness, likeness


def repeats(conte: Conte, others: Mapping[str, Conte], brief: Brief) -> dict[str, Likeness]:
    """Return the directions, by letter, whose idea this conte repeats, with the measured
    likeness."""
    found = {letter: likeness(conte, other, brief) for letter, other in others.items()}
    return {letter: one for letter, one in found.items() if not one.is_another_idea}


def check_another_idea(
    conte: Conte, others: Mapping[str, Conte], brief: Brief
) -> tuple[Finding, ...]:
    ko = brief.language == "ko"
    found: list[Finding] = []
    for letter, one in repeats(conte, others, brief).items():
        if ko:
            what = f"화면 문장 {one.of}개 가운데 {one.shared}개가 {letter}안과 같습니다"
            what += ", 구조도 같습니다" if one.structure else ""
            proposal = "다른 아이디어로 다시 쓰거나 겹치는 컷의 화면 설명을 바꾸세요"
        else:
            what = f"{one.shared} of {one.of} picture sentences are those of direction {letter}"
            what += ", and so is the structure" if one.structure else ""
            proposal = "write it anew, or change the action of the cuts that are alike"
        found.append(
            Finding(
                check="direction.repeats",
                cut=None,
                field="action" if one.share > MOST_SHARED else "structure",
                severity="warning",
                message=what,
                proposal=proposal,
            )
        )
    return tuple(found)
