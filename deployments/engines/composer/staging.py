"""must_show -> the cut that shows each phrase, in words for the sheet and, if known, for the
prompt.

Characters of the brief without a part in the story are placed likewise.
"""

import re
from collections.abc import Iterator

from conte.brief import Brief
from conte.checks.brief_kept import drawn_text
from conte.frozen import Frozen
from conte.korean import with_particle
from conte.phrases import says
from conte.vocabulary import Setting, ShotSize
from deployments.engines.composer.library import lexicon
from deployments.engines.composer.phrasing import (
    PARTICLES,
    capital,
    fill,
    in_sentence,
    is_latin,
    is_sentence,
    pieces,
)
from deployments.engines.composer.plan import ContePlan, PlannedCut

_LAID_OVER = re.compile(
    r"로고|자막|글자|문구|가격|홈페이지|QR|\blogo|\btext\b|\burl\b|price", re.IGNORECASE
)
_SCENERY = re.compile(
    r"바다|하늘|노을|일출|일몰|산(?:맥|\b)|풍경|전경|야경|도시|숲|별|\b(?:sea|ocean|sky|sun(?:rise|set)"
    r"|mountains?|ridge|landscape|skyline|city|forest|stars)\b",
    re.IGNORECASE,
)
_WIDE = frozenset((ShotSize.FS, ShotSize.LS, ShotSize.ELS))
_HUNG = re.compile(r"(?:[가-힣]복|유니폼|의상|도복|앞치마|가운|정장|드레스)$")
"""Clothes, which hang somewhere: 방화복."""
_NO_CLOTHES = re.compile(r"(?:행복|회복|반복|극복|전복|축복)$")
_OUTDOORS = re.compile(
    r"산소|묘소|무덤|등대|고택|우물|밤하늘|별|횡단보도|도로|갓길|거리|골목|들판|산책로|공원|수영장|루프톱|마당|텃밭|바다|해변|숲|정원|놀이터|자동차|교정"
    r"|\b(?:street|road|beach|garden|pool|rooftop|park|forest|field|car)\b",
    re.IGNORECASE,
)
_OUTSIDE = frozenset(
    (
        Setting.STREET, Setting.SKYLINE, Setting.ROAD, Setting.VEHICLE, Setting.HOME_EXTERIOR,
        Setting.PARK, Setting.FIELD, Setting.FOREST, Setting.MOUNTAIN, Setting.SEA,
    )
)  # fmt: skip
_PLACE = re.compile(
    r"(?:식장|회장|운동장|광장|매장|농장|시장|경기장|공연장|전시장|캠핑장|수영장|관|교실|전시실|객실|거실|침실|홀|주방|책방|공간|거리"
    r"|골목|길|마당|정원|바다|해변|하늘|숲|들판|공원|전경|풍경|야경|도시|루프톱|단지|캠퍼스|항구|마을|창밖)$"
    r"|\b(?:room|hall|lawn|garden|pool|rooftop|street|road|beach|sea|ocean|sky|park|forest|field|"
    r"skyline|city|campus|harbour|village|mountains?|lobby|terrace|view|ridge|stars)$",
    re.IGNORECASE,
)
_STANDS = re.compile(
    r"(?:산소|묘소|무덤|한옥|고택|등대|옥상|베란다|욕실|화장실|현관|부엌|작업실|공방|지붕|담장|벽|계단|다리|역|터미널|창고|공장|절|성당|교회|우물)$"
)
"""Places that stand behind people and do not spread out."""
_FAR = re.compile(r"(?:산소|묘소|무덤|등대|고택|우물)$")
_SOMEBODY = re.compile(
    r"(?:사람|아이|아기|부부|가족|엄마|아빠|어머니|아버지|할머니|할아버지|친구|손님|직원|학생|선생님|강아지|고양이|연인|동료)들?$"
)
_OF_PRODUCT = re.compile(r"제품|패키지|상품|용기|product|pack", re.IGNORECASE)


class Staged(Frozen):
    """Addition to a cut's picture that the brief asks for."""

    action: str
    prompt: str


def stage(plan: ContePlan) -> tuple[tuple[Staged, ...], ...]:
    """Return the additions of each cut; the most suitable cut takes each phrase."""
    slots = plan.slots()
    actions = [fill(cut.moment.see.of(plan.language), slots) for cut in plan.cuts]
    places = [cut.place.name.of(plan.language) for cut in plan.cuts]
    taken = [list(_company(plan, cut)) for cut in plan.cuts]
    for phrase in plan.brief.must_show:
        if any(says(action, phrase) for action in actions):
            continue
        wanted = pieces(phrase)
        scores = [
            len(wanted & pieces(f"{action} {place}"))
            + _leaning(plan, i, phrase)
            # Two phrases in one cut would crowd it.
            - 1.5 * len(taken[i])
            for i, (action, place) in enumerate(zip(actions, places, strict=True))
        ]
        at = scores.index(max(scores))
        taken[at].append(_as_seen(phrase, plan, plan.cuts[at]))
    return tuple(tuple(staged) for staged in taken)


def _as_seen(phrase: str, plan: ContePlan, cut: PlannedCut) -> Staged:
    """Return the addition for a phrase in its cut: what stands far out of doors is seen indoors in
    a picture."""
    staged = _staged(phrase, plan.brief)
    if not _FAR.search(phrase) or cut.place.setting in _OUTSIDE:
        return staged
    action = f"사진 속에 {with_particle(phrase, '이/가')} 보인다."
    return staged.model_copy(update={"action": action})


def _company(plan: ContePlan, cut: PlannedCut) -> Iterator[Staged]:
    beside = [person for person in plan.company if person.entry.id in cut.shows]
    if not beside:
        return
    names = [person.entry.name for person in beside]
    nouns = [person.noun for person in beside]
    korean = f"곁에는 {', '.join(names)}도 있다."
    yield Staged(
        action=korean if plan.language == "ko" else _there_too(names), prompt=_there_too(nouns)
    )


def _there_too(who: list[str]) -> str:
    *others, last = who
    if not others:
        return f"{capital(last)} is there, too."
    return f"{capital(', '.join(others))} and {last} are there, too."


def _leaning(plan: ContePlan, index: int, phrase: str) -> float:
    """Return a cut's suitability for a phrase before the phrase's own words are considered."""
    cut, leaning = plan.cuts[index], 0.0
    if index == len(plan.cuts) - 1:
        leaning += 3.0 if _LAID_OVER.search(phrase) or _OF_PRODUCT.search(phrase) else -4.0
    if _OUTDOORS.search(phrase):
        outside = cut.place.setting in _OUTSIDE
        before = cut.beat.role in ("need", "strain", "heart", "gag", "ask", "interview")
        leaning += (2.0 if outside else -3.0) - (1.0 if before else 0.0)
        leaning += 5.0 if outside and index == len(plan.cuts) - 1 else 0.0
    if _FAR.search(phrase) and "사진" in cut.moment.see.ko:
        leaning += 4.0
    if _HUNG.search(phrase):
        leaning += -3.0 if cut.place.setting in _OUTSIDE else 0.5
    if _SCENERY.search(phrase) and _WIDE & set(cut.moment.sizes):
        leaning += 2.0
    # A scene with people takes a prop more easily than a macro does.
    if cut.beat.role in ("interview", "verdict", "ask", "answer"):
        leaning -= 0.6
    elif "lead" in cut.shows:
        leaning += 1.1 if cut.beat.role == "use" else 0.5
    return leaning


def _staged(phrase: str, brief: Brief) -> Staged:
    ko = brief.language == "ko"
    if _LAID_OVER.search(phrase):
        action = (
            f"{with_particle(phrase, '은/는')} 후반에 얹는다."
            if ko
            else f"Laid over in post: {phrase}."
        )
        return Staged(action=action, prompt="")
    # "이삿짐 상자" ends as some sentences do, and is none.
    ends = not ko or phrase.rstrip(".!?").endswith(("다", "요", "죠", "까"))
    if ends and is_sentence(phrase, brief.language):
        action = phrase if phrase.endswith((".", "!", "?")) else f"{phrase}."
    elif ko and re.search(r"(?:장면|모습|컷|샷|표정|순간)$", phrase):
        action = f"{with_particle(phrase, '을/를')} 담는다."
    elif ko and _HUNG.search(phrase) and not _NO_CLOTHES.search(phrase):
        action = f"한쪽에 {with_particle(phrase, '이/가')} 걸려 있다."
    elif ko and _STANDS.search(phrase):
        action = f"뒤로 {with_particle(phrase, '이/가')} 보인다."
    elif ko and _PLACE.search(phrase):
        action = f"뒤로 {with_particle(phrase, '이/가')} 펼쳐진다."
    elif ko and _SOMEBODY.search(phrase):
        action = f"곁에 {with_particle(phrase, '이/가')} 있다."
    elif ko:
        action = f"앞쪽에 {with_particle(phrase, '이/가')} 놓인다."
    elif _PLACE.search(phrase):
        action = f"Behind: {in_sentence(phrase)}."
    else:
        action = f"Close by: {in_sentence(phrase)}."
    english = in_english(phrase)
    return Staged(action=action, prompt=f"Also in the frame: {english}." if english else "")


def in_english(phrase: str) -> str:
    """Return the English for a prompt; empty if there is none or if it would ask for letters."""
    if is_latin(phrase):
        english = in_sentence(phrase.rstrip("."))
    else:
        found = [_known(eojeol) for eojeol in phrase.split()]
        english = ", ".join(dict.fromkeys(word for word in found if word))
    return "" if drawn_text(english) else english


def _known(eojeol: str) -> str:
    words = lexicon()
    bare = PARTICLES.sub("", eojeol) if len(eojeol) > 1 else eojeol
    for word in (eojeol, bare):
        if word in words:
            return words[word]
    # 반려견산책 begins with no word of one syllable: 눈 is not meant in 눈빛.
    starts = [word for word in words if len(word) > 1 and eojeol.startswith(word)]
    return words[max(starts, key=len)] if starts else ""
