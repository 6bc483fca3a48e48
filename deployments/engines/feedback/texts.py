"""Acts on the texts and sound of a cut: captions, narration, dialogue, music, effects."""

import re

from conte.cut import Cut, DialogueLine
from conte.glyphs import named, without_glyphs
from conte.korean import PAIRS, particle, with_particle
from conte.phrases import says
from conte.vocabulary import Language
from deployments.engines.composer.library import MoodKit, MoodName, moods
from deployments.engines.composer.notation import PairText
from deployments.engines.composer.phrasing import sentence, spoken_name
from deployments.engines.feedback.change import Unable, Unclear, called
from deployments.engines.feedback.cut_wish import CutWish, Outcome
from deployments.engines.feedback.matching import Clause

_MOST = {"caption": 120, "narration": 200, "sound_effect": 200, "music": 200}
PRICE = re.compile(
    r"(?:₩\s?\d[\d,]*|\$\s?\d[\d,]*(?:\.\d+)?|€\s?\d[\d,]*(?:\.\d+)?"
    r"|\d[\d,.]*\s*(?:만\s*)?(?:천\s*)?(?:원|달러|유로)|\d[\d,.]*\s*(?:won|dollars?|euros?|KRW|USD)\b)",
    re.IGNORECASE,
)
_NAMED_SOUND = re.compile(
    r"(?:^|[,:]\s*)(?:여기\S*\s+|(?:이\s+)?\S*컷\S*\s+)?"
    r"((?:(?:[가-힣A-Za-z0-9]+\s+){1,3}?[가-힣]*|[가-힣]+)(?<![목큰])소리)(?=[를가도]?\s)"
    r"|\bsound of (?:an? |the |some )?([\w' -]{2,40}?)(?= here\b| please\b|[,.!?]|$)"
    r"|\badd (?:an? |the |some )?((?:[\w'-]+ ){1,3}?)sounds?\b(?! of\b)",
    re.IGNORECASE,
)
_SPOKEN: tuple[str, ...] = ("caption", "narration")
_ANOTHER: dict[str, str] = {
    "맛있는": "맛 좋은", "맛있게": "맛 좋게", "든든한": "속이 꽉 찬", "따뜻한": "포근한",
    "포근한": "아늑한", "시원한": "상쾌한", "상쾌한": "산뜻한", "새로운": "색다른",
    "편리한": "간편한", "간편한": "손쉬운", "부드러운": "보드라운", "강력한": "힘 있는",
    "빠른": "날쌘", "건강한": "튼튼한", "특별한": "남다른", "행복한": "기쁜", "아름다운": "고운",
    "깨끗한": "말끔한", "신선한": "싱싱한", "안전한": "든든한", "조용한": "고요한",
    "tasty": "flavourful", "delicious": "flavourful", "hot": "steaming", "warm": "cosy",
    "fresh": "crisp", "new": "brand-new", "easy": "simple", "simple": "easy", "fast": "quick",
    "quick": "swift", "strong": "sturdy", "soft": "gentle", "happy": "glad", "beautiful": "lovely",
    "clean": "spotless", "special": "rare", "quiet": "hushed", "safe": "secure", "cool": "crisp",
}  # fmt: skip
_AT_END = re.compile(r"마지막|엔딩|끝|마무리|결말|\bend|\blast\b|\bfinal|\bclosing", re.IGNORECASE)
_FEWEST_SAVED = 0.9
"""Largest length of a shortened text, as a share of the original."""


# Words within texts


def replace_word(asked: CutWish) -> Outcome:
    pair = asked.wish.clause.replaces
    if pair is None:
        raise Unclear(
            "무엇을 무엇으로 바꿀지 따옴표로 적어 주세요.",
            "put both words in quotation marks: the one there is and the one you want.",
        )
    return _replaced(asked, *pair)


def other_word(asked: CutWish) -> Outcome:
    old = _quoted(asked)
    new = _ANOTHER.get(old.casefold())
    if new is None:
        raise Unclear(
            f"“{old}” 대신 쓸 말을 따옴표로 함께 적어 주세요.",
            f"please write the word to say instead of “{old}”, in quotation marks.",
        )
    made = _replaced(asked, old, new)
    ko = f"“{old}” 대신 “{new}”{particle(new, '이라/라')}고 합니다."
    told = ko if asked.language == "ko" else f"It says “{new}” instead of “{old}”."
    return Outcome(made.operations, (*made.remarks, told))


def remove_word(asked: CutWish) -> Outcome:
    return _replaced(asked, _quoted(asked), "")


def _replaced(asked: CutWish, old: str, new: str) -> Outcome:
    """Replace the word in every text that is heard or read, or else in the action."""
    change = asked.change()

    def one(text: str) -> str:
        return with_word(text, old, new)

    spoken = [name for name in _SPOKEN if says(change[name], old)]
    for name in spoken:
        change[name] = _checked(asked, name, one(change[name]))
    lines: tuple[DialogueLine, ...] = change["dialogue"]
    if any(says(line.text, old) for line in lines):
        said = [line.model_copy(update={"text": one(line.text)}) for line in lines]
        for line in said:
            _allowed(asked, "dialogue", line.text)
        change["dialogue"] = tuple(line for line in said if line.text)
        spoken.append("dialogue")
    if not spoken and says(change["action"], old):
        if not one(change["action"]):
            raise Unable("화면 설명이 비게 됩니다.", "the action would be empty.")
        change["action"] = one(change["action"])
        spoken.append("action")
    if not spoken:
        raise Unable(
            f"컷 {asked.cut.number}에는 “{old}”{_called(old)} 말이 없습니다.",
            f"cut {asked.cut.number} does not say “{old}”.",
        )
    return Outcome.of(change)


def _called(word: str) -> str:
    return f"{particle(word, '이라/라')}는"


def with_word(text: str, old: str, new: str) -> str:
    """Return the text with a word replaced, and the following particle in its fitting form."""
    latin = re.match(r"[A-Za-z0-9]", old[:1]) is not None
    bound = r"(?<![A-Za-z0-9])" if latin else ""
    after = r"(?![A-Za-z0-9])" if re.search(r"[A-Za-z0-9]$", old) else ""
    forms = {
        form: pair
        for pair, both in PAIRS.items()
        if pair
        not in ("아/야", "이다/다", "이라/라", "이면/면", "이나/나", "이니까/니까", "이든/든")
        for form in both
        if form == particle(old, pair)
    }
    ends = "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
    pattern = re.compile(
        rf"{bound}{re.escape(old)}{after}(?:(?P<form>{ends})(?![가-힣A-Za-z0-9]))?", re.IGNORECASE
    )

    def one(found: re.Match[str]) -> str:
        form = found["form"] or ""
        if not new:
            return ""
        said = new[:1].upper() + new[1:] if found[0][:1].isupper() and latin else new
        return said + (particle(new, forms[form]) if form else "")

    made = pattern.sub(one, text)
    if not new:
        made = re.sub(r"[ \t]+(?=[.,!?…])", "", re.sub(r"[ \t]{2,}", " ", made))
        made = re.sub(r"^[\s,.·]+|[\s,·]+$", "", made)
    return made


# Whole texts


def new_caption(asked: CutWish) -> Outcome:
    return _written(asked, "caption")


def new_narration(asked: CutWish) -> Outcome:
    return _written(asked, "narration")


def new_sound(asked: CutWish) -> Outcome:
    return _written(asked, "sound_effect")


def named_sound(asked: CutWish) -> Outcome:
    """Set the sound effect that the text names without quotation marks, such as 파도 소리."""
    found = _NAMED_SOUND.search(asked.text)
    words = next((group for group in found.groups() if group), "") if found else ""
    if not words.strip():
        raise Unclear(
            "어떤 소리인지 따옴표로 적어 주세요. 예: 효과음을 ‘파도 소리’로.",
            "write the sound in quotation marks, such as: the sound effect ‘waves’.",
        )
    change = asked.change()
    change["sound_effect"] = _checked(asked, "sound_effect", words)
    return Outcome.of(change)


def _written(asked: CutWish, name: str) -> Outcome:
    clause, change = asked.wish.clause, asked.change()
    now: str = change[name]
    if clause.replaces is not None and says(now, clause.replaces[0]):
        change[name] = _checked(asked, name, with_word(now, *clause.replaces))
    else:
        change[name] = _checked(asked, name, _given(clause))
    return Outcome.of(change)


def _given(clause: Clause) -> str:
    text = clause.quotes[-1] if clause.quotes else ""
    if not text:
        raise Unclear(
            "무슨 말을 넣을지 따옴표로 적어 주세요.", "write the words in quotation marks."
        )
    return text


def clear(asked: CutWish, name: str) -> Outcome:
    change = asked.change()
    change[name] = () if name == "dialogue" else ""
    return Outcome.of(change)


def shorten(asked: CutWish, name: str) -> Outcome:
    change = asked.change()
    now: str = change[name]
    if not now:
        raise _nothing(asked.cut, name)
    shorter = shortened(now)
    if not shorter:
        ko, en = called(name, "ko"), called(name, "en")
        raise Unclear(
            f"이 {with_particle(ko, '은/는')} 나눌 데가 없습니다. 줄인 말을 따옴표로 적어 주세요.",
            f"this {en} has no part to leave out; write shorter words in quotation marks.",
        )
    change[name] = _checked(asked, name, shorter)
    change.remark(f"“{shorter}”만 남겼습니다.", f"“{shorter}” is left.")
    return Outcome.of(change)


def shortened(text: str) -> str:
    """Return the first line, sentence or clause of a text; empty if it cannot be shortened."""
    for pattern in (r"\n+|\s+·\s+", r"(?<=[.!?…])\s+", r"(?<=,)\s+|\s+[–—-]\s+"):
        parts = [part for part in re.split(pattern, text) if part.strip()]
        if len(parts) > 1:
            kept = parts[0].rstrip(", ")
            if len(kept) <= len(text) * _FEWEST_SAVED and len(kept) > 1:
                if text.rstrip().endswith(".") and not re.search(r"[.!?…]$", kept):
                    kept += "."
                return kept
    return ""


def narration_as_caption(asked: CutWish) -> Outcome:
    change = asked.change()
    if not change["narration"]:
        raise _nothing(asked.cut, "narration")
    change["caption"] = _checked(asked, "caption", change["narration"])
    return Outcome.of(change)


def price(asked: CutWish) -> Outcome:
    product = asked.working.brief.product
    sources = [
        *asked.wish.clause.quotes, asked.text, asked.whole,
        *product.selling_points, product.description,
    ]  # fmt: skip
    found = next((match for text in sources if (match := PRICE.search(text))), None)
    if found is None:
        raise Unclear(
            "브리프에 가격이 없습니다. “가격 9,900원”처럼 적어 주세요.",
            "the brief has no price; write it, such as “the price, $9.90”.",
        )
    in_caption = re.search(r"자막|캡션|caption|subtitle|on[- ]screen", asked.text, re.IGNORECASE)
    return _added(asked, "caption" if in_caption else "narration", " ".join(found[0].split()))


def say_name(asked: CutWish) -> Outcome:
    return _added(asked, "narration", spoken_name(asked.working.brief.product.name))


def slogan(asked: CutWish) -> Outcome:
    words, change = asked.working.conte.slogan, asked.change()
    check_last(asked)
    if not words:
        raise Unable("콘티에 슬로건이 없습니다.", "the conte has no slogan.")
    if not says(change["caption"], words):
        both = f"{words}\n{change['caption']}".strip()
        change["caption"] = _checked(
            asked, "caption", both if len(both) <= _MOST["caption"] else words
        )
    elif not says(change["narration"], words):
        change["narration"] = _checked(
            asked, "narration", f"{sentence(words)} {change['narration']}".strip()
        )
    else:
        # A video prompt asks for no letters: the export's sheet says how large they are.
        said = (
            "슬로건이 화면 가운데에 크게 얹힌다."
            if asked.language == "ko"
            else "The slogan is laid over large, in the middle."
        )
        if said not in change["action"]:
            change["action"] = f"{change['action']} {said}"
    return Outcome.of(change)


def _added(asked: CutWish, name: str, words: str) -> Outcome:
    change = asked.change()
    if says(change[name], words):
        return Outcome()
    if name == "caption":
        change[name] = _checked(asked, name, f"{change[name]}\n{words}".strip())
    else:
        before = f"{sentence(change[name])} " if change[name] else ""
        change[name] = _checked(asked, name, f"{before}{sentence(words)}")
    return Outcome.of(change)


def check_last(asked: CutWish) -> None:
    """Raise `Unable` if the text speaks of the end but the cut is not the last."""
    count = len(asked.cuts)
    if asked.cut.number != count and _AT_END.search(asked.text):
        raise Unable(
            f"마지막은 컷 {count}인데 의견은 컷 {asked.cut.number}에 달려 있습니다. 컷 {count}에"
            " 달아 주세요.",
            f"the end is cut {count} and the feedback is on cut {asked.cut.number}: put it on cut"
            f" {count}.",
        )


# Music


def other_music(asked: CutWish) -> Outcome:
    """Set the next tune of the same mood, for the same point of the film."""
    change = asked.change()
    now: str = change["music"]
    if not now and asked.wish.kind.alone == "all" and asked.own is None and not asked.named:
        return Outcome()
    change["music"] = _checked(asked, "music", _next_tune(now, asked.language))
    return Outcome.of(change)


def mood_music(asked: CutWish, mood: MoodName) -> Outcome:
    change = asked.change()
    if not change["music"] and asked.own is None and not asked.named:
        return Outcome()
    kit = moods()[mood]
    tunes = [pair.of(asked.language) for pair in _for_place(kit, asked.cut, len(asked.cuts))]
    change["music"] = tunes[0]
    return Outcome.of(change)


def _for_place(kit: MoodKit, cut: Cut, count: int) -> tuple[PairText, ...]:
    if cut.number == 1:
        return kit.opening
    return kit.closing if cut.number == count else kit.turning


def _next_tune(now: str, language: Language) -> str:
    lists = [tunes for kit in moods().values() for tunes in (kit.opening, kit.turning, kit.closing)]
    for at, tunes in enumerate(lists):
        said = [pair.of(language) for pair in tunes]
        if now in said:
            others = (
                said if len(said) > 1 else [t.of(language) for t in lists[(at + 3) % len(lists)]]
            )
            start = others.index(now) + 1 if now in others else 0
            return others[start % len(others)]
    return moods()["warm"].opening[0].of(language)


# Checks


def _quoted(asked: CutWish) -> str:
    if not asked.wish.clause.quotes:
        raise Unclear("어느 말인지 따옴표로 적어 주세요.", "put the word in quotation marks.")
    return asked.wish.clause.quotes[0]


def _checked(asked: CutWish, name: str, text: str) -> str:
    """Return the text if the field may contain it.

    Raises:
        Unable: if it is too long, or breaks a rule.
    """
    ko, en = called(name, "ko"), called(name, "en")
    text = text.strip()
    if name != "caption":
        text = " ".join(text.split())
    if len(text) > _MOST[name]:
        raise Unable(
            f"{ko} {len(text)}자, 많아야 {_MOST[name]}자입니다.",
            f"the {en} would have {len(text)} characters, wanted at most {_MOST[name]}.",
        )
    return _allowed(asked, name, text)


def _allowed(asked: CutWish, name: str, text: str) -> str:
    ko, en = called(name, "ko"), called(name, "en")
    for phrase in asked.working.brief.must_not_say:
        if says(text, phrase):
            raise Unable(
                f"{with_particle(f'“{phrase}”', '은/는')} 브리프에서 말하지 않기로 한 말이라"
                f" {ko}에 넣지 않았습니다.",
                f"“{phrase}” is what the brief must not say; the {en} stays as it is.",
            )
    if name == "caption" and (lacking := without_glyphs(text)):
        which = ", ".join(named(character) for character in lacking[:3])
        raise Unable(
            f"자막 글꼴에 없는 글자가 있습니다: {which}.",
            f"the caption's font lacks {which}.",
        )
    return text


def _nothing(cut: Cut, name: str) -> Unable:
    ko, en = called(name, "ko"), called(name, "en")
    return Unable(
        f"컷 {cut.number}에는 {with_particle(ko, '이/가')} 없습니다.",
        f"cut {cut.number} has no {en}.",
    )
