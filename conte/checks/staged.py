"""Checks that a cut's staging contains the props and the weather that its words name.

Only clear mentions are required. The writer may stage more than the words name.
"""

import re
from collections.abc import Iterator, Mapping

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.conte import Conte
from conte.cut import Cut
from conte.staging import Staging
from conte.staging_vocabulary import Pose, Prop, Weather

_NAMED: Mapping[Prop, str] = {
    Prop.UMBRELLA: r"우산|\bumbrellas?\b",
    Prop.SUITCASE: r"여행 가방|캐리어|\bsuitcases?\b",
    Prop.BICYCLE: r"자전거|\b(?:bicycle|bike)s?\b",
    Prop.STAIRS: r"계단|\bstairs\b",
    Prop.CROSSWALK: r"횡단보도|\b(?:crosswalk|pedestrian crossing)\b",
    Prop.TENT: r"텐트|\btents?\b",
    Prop.STROLLER: r"유모차|\b(?:stroller|pushchair)\b",
    Prop.CAKE: r"케이크|\bcake\b",
    Prop.MICROPHONE: r"마이크(?!로)|\bmicrophone\b",
}
_NOT_THERE = re.compile(r"없이|없는|\bwithout\b|\bno\b|\bforgot|놓고 온|잃어버린")
"""Words that say that a thing is absent; a cut with one of them requires no prop."""
_FALLS: Mapping[Weather, str] = {
    Weather.RAIN: r"(?<![가-힣])비가 (?:오|온|내|쏟)|빗속|폭우"
    r"|\b(?:pouring|heavy) rain\b|\bin the rain\b",
    Weather.SNOW: r"(?<![가-힣])눈이 (?:오는|온|내|쏟)|눈보라|\bsnow (?:falls|is falling)\b",
}
_STOPPED = re.compile(r"그치|그친|갠|개고|멎|stopped|after the rain|clears")


def check_staged(conte: Conte, brief: Brief) -> Iterator[Finding]:
    """Yield a finding for each cut whose staging lacks a prop or the weather that its words
    name."""
    ko = brief.language == "ko"
    for cut in conte.cuts:
        if cut.staging is None:
            continue
        if left_out := [word.label(brief.language) for word in _left_out(cut, cut.staging)]:
            what = ", ".join(left_out)
            yield Finding(
                check="staging.left_out",
                cut=cut.number,
                field="staging",
                severity="note",
                message=f"화면 설명에 나오는데 연출에는 없습니다: {what}"
                if ko
                else f"the action names what the staging lacks: {what}",
                proposal="연출에 더하거나 화면 설명에서 빼세요"
                if ko
                else "add it to the staging, or take it out of the action",
            )


def _left_out(cut: Cut, staging: Staging) -> Iterator[Prop | Weather]:
    words = cut.action.lower()
    there = {*staging.props, *(one.holds for one in staging.who)}
    rides = any(one.pose is Pose.CYCLE for one in staging.who)
    if not _NOT_THERE.search(words):
        for prop, pattern in _NAMED.items():
            ridden = prop is Prop.BICYCLE and rides
            if re.search(pattern, words) and prop not in there and not ridden:
                yield prop
    if staging.weather is None and not _STOPPED.search(words):
        yield from (weather for weather, pattern in _FALLS.items() if re.search(pattern, words))
