"""Acts on time of day, weather and place of a cut: the field, and the words that describe it."""

import re
from collections.abc import Callable, Mapping

from conte.bilingual import BilingualText
from conte.korean import with_particle
from conte.vocabulary import Setting, TimeOfDay
from deployments.engines.composer.phrasing import capital, tidy
from deployments.engines.composer.phrasing import sentence as sentence_of
from deployments.engines.feedback.change import CutChange, Unable, Unclear
from deployments.engines.feedback.cut_wish import CutWish, Outcome
from deployments.engines.feedback.prompt_words import sentences
from deployments.engines.feedback.table import Note, places

# Times of day

_KO_TIME: dict[TimeOfDay, str] = {
    TimeOfDay.DAWN: "새벽", TimeOfDay.MORNING: "아침", TimeOfDay.DAY: "낮",
    TimeOfDay.SUNSET: "저녁", TimeOfDay.NIGHT: "밤",
}  # fmt: skip
_EN_TIME: dict[TimeOfDay, tuple[str, str]] = {
    TimeOfDay.DAWN: ("dawn", "at dawn"),
    TimeOfDay.MORNING: ("morning", "in the morning"),
    TimeOfDay.DAY: ("daytime", "by day"),
    TimeOfDay.SUNSET: ("evening", "in the evening"),
    TimeOfDay.NIGHT: ("night", "at night"),
}
"""Time of day -> its noun before another noun, and its adverbial phrase."""
_TIMES_KO = re.compile(
    r"(?<![가-힣])(?:이른\s|늦은\s)?(?:한밤중|한밤|밤|자정|심야|새벽|아침|오전|한낮|대낮|낮|저녁"
    r"|해\s질\s녘|오후)(?=[\s,.]|[의에이은과도을]|으로|까지|부터|$)"
)
_PHRASES_EN = re.compile(
    r"\b(?:late )?at night\b|\bby (?:night|day)\b|\bin the (?:early |late )?(?:morning|evening"
    r"|afternoon|daytime)\b|\bat (?:dawn|dusk|sunset|sunrise|noon|midnight)\b",
    re.IGNORECASE,
)
_WORDS_EN = re.compile(
    r"\b(?:night-?time|nights?|midnight|mornings?|evening|daytime|afternoon|sunset|dawn|sunrise"
    r"|dusk)\b(?! gown| light)",
    re.IGNORECASE,
)
_OTHER_TIME: dict[TimeOfDay, TimeOfDay] = {
    TimeOfDay.NIGHT: TimeOfDay.DAY, TimeOfDay.DAY: TimeOfDay.SUNSET,
    TimeOfDay.SUNSET: TimeOfDay.MORNING, TimeOfDay.MORNING: TimeOfDay.SUNSET,
    TimeOfDay.DAWN: TimeOfDay.DAY,
}  # fmt: skip

# Weather

_WEATHER: Mapping[str, tuple[BilingualText, str, str]] = {
    "rain": (
        BilingualText(ko="비가 내린다.", en="Rain is falling."),
        r"비(?=[가를 ]|\s*(?:오|내리|그치))|빗\S*|폭우|소나기|장마|우중",
        r"\brain\w*|\bdownpour|\bdrizzl\w*|\bwet\b|\bpuddles?|\bumbrella\w*",
    ),
    "snow": (
        BilingualText(ko="눈이 내린다.", en="Snow is falling."),
        r"눈(?=이\s*(?:내|오|쌓|그치)|\s*내리|\s*오는|길|밭|보라)|함박눈|폭설|설경|설원",
        r"\bsnow\w*|\bblizzard",
    ),
    "fog": (
        BilingualText(ko="안개가 자욱하다.", en="Fog hangs in the air."),
        r"안개\S*",
        r"\bfog\w*|\bmisty?\b|\bhaz[ey]",
    ),
    "wind": (
        BilingualText(ko="바람이 분다.", en="Wind is blowing."),
        r"바람\S*",
        r"\bwind(?:y|s)?\b|\bbreez\w*",
    ),
    "clear": (BilingualText(ko="하늘이 맑게 개어 있다.", en="The sky is clear."), "", ""),
}  # fmt: skip
_PHRASES_OF_WEATHER = re.compile(
    r"(?:폭우|빗|눈보라)\s?속(?:에서|을|의)?,?\s*|(?:비|눈)\s?(?:내리는|오는)\s*"
    r"|안개\s?(?:낀|자욱한|속의?)\s*|바람\s?부는\s*"
    r"|\b(?:out of|in|through|under) (?:the |a )?(?:pouring |heavy |light |falling )?"
    r"(?:rain|downpour|drizzle|snow|blizzard|fog|mist)(?:\s(?=[,.]|$)|,\s*|\b)"
    r"|\brain-soaked\s|\b(?:rainy|snowy|foggy|misty|windy)\s|\bwet\s(?=road|street|asphalt|ground)",
    re.IGNORECASE,
)
_WITH_TIME_EN = re.compile(
    r"\bin the (night|morning|evening|daytime|dawn) (?:rain|snow|fog|mist|drizzle)\b", re.IGNORECASE
)
_AT_TIME = {"night": "at night", "daytime": "by day", "dawn": "at dawn"}

# Places

_ELSEWHERE = (
    Setting.CAFE, Setting.PARK, Setting.LIVING_ROOM, Setting.STREET, Setting.OFFICE,
    Setting.KITCHEN, Setting.SEA, Setting.SHOP, Setting.SKYLINE, Setting.FIELD, Setting.BEDROOM,
)  # fmt: skip


def time(asked: CutWish, name: str) -> Outcome:
    change, when = asked.change(), TimeOfDay(name)
    _timed(change, when)
    return Outcome.of(change)


def other_time(asked: CutWish) -> Outcome:
    when = _OTHER_TIME[asked.cut.time_of_day]
    change = asked.change()
    _timed(change, when)
    change.remark(f"{when.ko}입니다.", f"It is {when.en} now.")
    return Outcome.of(change)


def weather(asked: CutWish, name: str) -> Outcome:
    change = asked.change()
    _weathered(change, name)
    return Outcome.of(change)


def other_weather(asked: CutWish) -> Outcome:
    change = asked.change()
    said = f"{asked.cut.action} {asked.cut.place} {change.words.see}"
    falls = any(
        re.search(ko, said) or re.search(en, said, re.IGNORECASE)
        for _, ko, en in _WEATHER.values()
        if ko
    )
    name = "clear" if falls else "rain"
    _weathered(change, name)
    if falls:
        change.remark("맑은 날입니다.", "It is a clear day.")
    else:
        change.remark("비 오는 날입니다.", "It is a rainy day.")
    return Outcome.of(change)


_UNKNOWN_PLACE = re.compile(
    r"(?:배경|장소|촬영지|로케이션)(?:을|를|은|는)?\s+\S[^,.]*?(?:으로|로)\s*(?:바꿔|바꾸|변경|옮겨|옮기|교체)"
    r"|\b(?:place|location|setting|background)\s+to\s+\w[^,.]*",
    re.IGNORECASE,
)
"""A place that is named, and that `places.yaml` does not know."""
_ANY_PLACE = re.compile(
    r"다른|딴|새로운|아무|어디|\b(?:other|another|different|new|else)", re.IGNORECASE
)


def place_named(asked: CutWish) -> Outcome:
    if asked.wish.place is None:
        raise Unclear("어느 장소인지 적어 주세요.", "say which place.")
    return place(asked, asked.wish.place.value)


def other_place(asked: CutWish) -> Outcome:
    if (found := _UNKNOWN_PLACE.search(asked.text)) and not _ANY_PLACE.search(found[0]):
        known = ", ".join(words.name.of(asked.language) for words in places().values())
        raise Unclear(
            f"제가 아는 장소로 적어 주세요: {known}."
            " 다른 장소는 컷의 장소와 화면 설명을 직접 고쳐 주세요.",
            f"name one of these places: {known}; for another one edit the cut's place and action.",
        )
    used = {cut.setting for cut in asked.cuts}
    free = [setting for setting in _ELSEWHERE if setting not in used]
    return place(asked, (free or [s for s in _ELSEWHERE if s is not asked.cut.setting])[0].value)


def place(asked: CutWish, name: str) -> Outcome:
    change, setting = asked.change(), Setting(name)
    named = places()[setting].name
    old = asked.cut.place
    if setting is asked.cut.setting and asked.wish.kind.act != "other_place":
        return Outcome()
    change["place"] = named.of(change.language)
    change.words = change.words.at(named.en)
    change.lit(setting=setting)
    change["action"] = _moved(change["action"], old, change["place"], change.language)
    change.remark(
        f"장소는 {named.ko}입니다. 화면 설명에 앞 장소의 말이 남았는지 살펴 주세요.",
        f"The place is {named.en}; see whether the action still speaks of the place before.",
    )
    return Outcome.of(change)


def _moved(action: str, old: str, new: str, language: str) -> str:
    if len(old) < 2 or old not in action:
        return action
    if language == "en":
        return action.replace(old, new)
    # Longer particles first: 으로 must not match as 로.
    for pair in ("으로/로", "을/를", "은/는", "이/가", "과/와"):
        for form in pair.split("/"):
            action = re.sub(
                rf"{re.escape(old)}{form}(?![가-힣])",
                lambda _, p=pair: with_particle(new, p),
                action,
            )
    return action.replace(old, new)


def _timed(change: CutChange, when: TimeOfDay) -> None:
    for name in ("place", "action"):
        change[name] = at_time(change[name], when)
    if change.words.look:
        change.words = change.words.at(at_time(change.words.place, when))
    change.words = change.words.seeing(lambda see: at_time(see, when))
    change.lit(when=when)


def at_time(text: str, when: TimeOfDay) -> str:
    """Return the text with its times of day replaced by `when`."""
    noun, phrase = _EN_TIME[when]
    text = _TIMES_KO.sub(_KO_TIME[when], text)
    text = _PHRASES_EN.sub(_in_case(phrase), text)
    return _WORDS_EN.sub(_in_case(noun), text)


def _in_case(words: str) -> Callable[[re.Match[str]], str]:
    return lambda found: capital(words) if found[0][:1].isupper() else words


def _weathered(change: CutChange, name: str) -> None:
    note, _, _ = _WEATHER[name]
    ko = "|".join(pattern for key, (_, pattern, _) in _WEATHER.items() if pattern and key != name)
    en = "|".join(pattern for key, (_, _, pattern) in _WEATHER.items() if pattern and key != name)
    gone = re.compile(f"{ko}|{en}", re.IGNORECASE)
    for other, (said, _, _) in _WEATHER.items():
        if other != name:
            change.unsay(Note(group="weather", text=said))
    action = without_weather(change["action"], gone)
    see = without_weather(change.words.see, gone)
    spot = tidied_place(change["place"], gone)
    if not action or not see:
        raise Unable(
            f"컷 {change.cut.number}의 화면은 온통 날씨 이야기라 바꿀 수 없습니다. 화면 설명을 직접"
            " 고쳐 주세요.",
            f"cut {change.cut.number} is all about its weather; please rewrite its action.",
        )
    change["action"], change["place"] = action, spot
    change.words = change.words.seeing(lambda _: see)
    if change.words.look:
        change.words = change.words.at(tidied_place(change.words.place, gone))
    change.say(Note(group="weather", text=note))


def without_weather(text: str, gone: re.Pattern[str]) -> str:
    """Return the text without its words on other weather; empty if it has no others."""
    kept: list[str] = []
    for sentence in sentences(text):
        if gone.search(sentence) is None:
            kept.append(sentence)
            continue
        parts = re.split(r"(?<=[,;])\s+", _without_phrases(sentence))
        bare = " ".join(part for part in parts if gone.search(part) is None).strip(" ,;")
        if len(bare.split()) > 1:
            kept.append(tidy(sentence_of(bare)))
    return " ".join(kept)


def tidied_place(text: str, gone: re.Pattern[str]) -> str:
    if gone.search(text) is None:
        return text
    bare = _without_phrases(text).strip(" ,")
    return bare if bare and gone.search(bare) is None else text


def _without_phrases(text: str) -> str:
    timed = _WITH_TIME_EN.sub(lambda f: _AT_TIME.get(f[1].lower(), f"in the {f[1].lower()}"), text)
    return _PHRASES_OF_WEATHER.sub("", timed)
