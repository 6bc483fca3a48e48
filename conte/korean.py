"""Korean pronunciation: spoken syllables, and the particle that fits a word.

Particle allomorphs follow 표준국어대사전 (은/는, 이/가, 을/를, 과/와, 으로/로, 아/야 ...): the
first form follows a final consonant, the second a vowel; `로` also ㄹ. Digits are read sino-Korean;
Latin words are `conte.loanword`'s, Hanja `conte.hanja`'s.
"""

import re
import unicodedata
from functools import lru_cache

from conte import hanja, loanword

_FIRST, _LAST = 0xAC00, 0xD7A3
_FINALS = 28
_RIEUL = 8

_DIGITS = "영일이삼사오육칠팔구"
_UNITS = ("", "십", "백", "천")
_MYRIADS = ("", "만", "억", "조", "경")
_SYMBOLS = {
    "%": "퍼센트",
    "℃": "도",
    "°": "도",
    "&": "앤드",
    "+": "플러스",
    "㎏": "킬로그램",
    "㎖": "밀리리터",
    "㎝": "센티미터",
    "㎜": "밀리미터",
    "㎞": "킬로미터",
    "㎡": "제곱미터",
    "₩": "원",
    "$": "달러",
}
_MEASURES = {
    "kg": "킬로그램",
    "g": "그램",
    "mg": "밀리그램",
    "km": "킬로미터",
    "m": "미터",
    "cm": "센티미터",
    "mm": "밀리미터",
    "ml": "밀리리터",
    "mL": "밀리리터",
    "l": "리터",
    "L": "리터",
    "cc": "시시",
    "kcal": "킬로칼로리",
    "kW": "킬로와트",
    "W": "와트",
    "MB": "메가바이트",
    "GB": "기가바이트",
    "TB": "테라바이트",
    "Hz": "헤르츠",
    "mAh": "밀리암페어",
}
"""Readings of units after a number. Case matters: 5g is 그램, 5G is 지."""

PAIRS = {
    "은/는": ("은", "는"),
    "이/가": ("이", "가"),
    "을/를": ("을", "를"),
    "과/와": ("과", "와"),
    "으로/로": ("으로", "로"),
    "아/야": ("아", "야"),
    "이에요/예요": ("이에요", "예요"),
    "이다/다": ("이다", "다"),
    "이라/라": ("이라", "라"),
    "이란/란": ("이란", "란"),
    "이든/든": ("이든", "든"),
    "이랑/랑": ("이랑", "랑"),
    "이나/나": ("이나", "나"),
    "이니까/니까": ("이니까", "니까"),
    "이면/면": ("이면", "면"),
}

_TELLING = ("은/는", "이/가", "을/를", "과/와", "으로/로", "이에요/예요", "이란/란", "이랑/랑")

_ASIDE = r"[(\[［（【〔][^()\[\]［］（）【】〔〕]*[)\]］）】〕]"
"""A remark in brackets. The particle after it fits the word before it: 모카골드(스틱)는."""
_UNSAID = r"[’”'\"」』〉》™®©℠ⓒⓇ\u2190-\u245f\u2500-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]"
"""Marks, symbols and emoji between a word and its particle. No brackets: text before a closing
bracket may be the end of a remark, whose particle belongs to another word.
"""

# Only unambiguous particles: 나, 다, 라, 야, 면 after a name may begin another word or ending. A
# particle ends at a space or a mark; without that 이 would be found in 이제. Compiled once, because
# there are many names.
_FOLLOWS = re.compile(
    rf"(?:{_UNSAID}| ?{_ASIDE})*("
    + "|".join(sorted((form for pair in _TELLING for form in PAIRS[pair]), key=len, reverse=True))
    + r")(?![가-힣A-Za-z0-9])"
)

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[A-Za-z]+(?:['’][A-Za-z]+)?|.", re.DOTALL)


_ENCIRCLED = re.compile("[①-⑳㉑-㉟㊱-㊿㉮-㉻]")
"""Circled numbers and syllables, which are read aloud: ③ as 삼. ® and ⓒ are not."""


def _plain(text: str) -> str:
    """Replace full-width (１＋１), circled (①) and accented (é) letters and Hanja as read."""
    plain: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        if character.isdecimal():
            plain.append(str(unicodedata.decimal(character)))
        elif unicodedata.east_asian_width(character) == "F" or _ENCIRCLED.match(character):
            plain.append(unicodedata.normalize("NFKC", character))
        elif read := hanja.reading(character):
            plain.append(read)
        else:
            base = unicodedata.normalize("NFD", character)[0]
            plain.append(base if base.isascii() and base.isalpha() else character)
    return "".join(plain)


def read_number(digits: str) -> str:
    """Return the Korean reading of a number: 30 -> 삼십, 2026 -> 이천이십육, 1.5 -> 일점오."""
    whole, _, fraction = digits.replace(",", "").partition(".")
    if (len(whole) > 1 and whole[0] == "0") or len(whole) > 4 * len(_MYRIADS):
        said = "".join(_DIGITS[int(digit)] for digit in whole)
    else:
        said = _read_whole(whole)
    if fraction:
        said += "점" + "".join(_DIGITS[int(digit)] for digit in fraction)
    return said


def _read_whole(whole: str) -> str:
    if int(whole) == 0:
        return "영"
    groups: list[str] = []
    for place in range((len(whole) + 3) // 4):
        group = whole[max(0, len(whole) - 4 * place - 4) : len(whole) - 4 * place]
        said = ""
        for power, digit in zip(range(len(group) - 1, -1, -1), group, strict=True):
            if digit == "0":
                continue
            # 일 is left out before 십, 백, 천 (and before a leading 만).
            said += ("" if digit == "1" and power else _DIGITS[int(digit)]) + _UNITS[power]
        if said:
            alone = place == 1 and said == "일" and len(whole) == 5
            groups.append(("" if alone else said) + _MYRIADS[place])
    return "".join(reversed(groups))


@lru_cache(maxsize=2048)  # an edit changes one text, and the others are timed again
def syllables(text: str) -> int:
    """Return the number of Korean syllables of a spoken text."""
    tokens = [token for token in _TOKEN.findall(_plain(text)) if not token.isspace()]
    return sum(
        _said_syllables(token, before) for before, token in zip(["", *tokens], tokens, strict=False)
    )


def _said_syllables(token: str, before: str) -> int:
    if token[0].isdigit() and token[0].isascii():
        return len(read_number(token))
    if token[0].isascii() and token[0].isalpha():
        if before[:1].isdigit() and (measure := _MEASURES.get(token)):
            return len(measure)
        return loanword.say(token).num_syllables
    if token in _SYMBOLS:
        return len(_SYMBOLS[token])
    return sum(1 for character in token if _FIRST <= ord(character) <= _LAST)


def final_of(word: str) -> int | None:
    """Return the final consonant of a word as spoken: 0 none, 8 ㄹ, other numbers other consonants.

    Skips silent characters at the end (quotes, ™, emoji, spaces, points), and a remark in brackets
    after a word. None if no character is spoken.
    """
    plain = _plain(word)
    without, found = plain, 1
    while found:  # from the innermost brackets outwards
        without, found = re.subn(_ASIDE, " ", without)
    final = _final_of_tokens(without)
    return _final_of_tokens(plain) if final is None else final


def _final_of_tokens(plain: str) -> int | None:
    tokens = [token for token in _TOKEN.findall(plain) if not token.isspace()]
    for i in range(len(tokens) - 1, -1, -1):
        token, before = tokens[i], tokens[i - 1] if i else ""
        if token[0].isdigit() and token[0].isascii():
            return _final_of_syllable(read_number(token)[-1])
        if token[0].isascii() and token[0].isalpha():
            if before[:1].isdigit() and (measure := _MEASURES.get(token)):
                return _final_of_syllable(measure[-1])
            return loanword.say(token).final
        if token in _SYMBOLS:
            return _final_of_syllable(_SYMBOLS[token][-1])
        if _FIRST <= ord(token) <= _LAST:
            return _final_of_syllable(token)
    return None


def _final_of_syllable(syllable: str) -> int:
    return (ord(syllable) - _FIRST) % _FINALS


def particle(word: str, pair: str) -> str:
    """Return the form of a particle that fits a word: particle("시안", "은/는") -> "은".

    Raises:
        ValueError: if there is no such pair, naming the known ones.
    """
    if pair not in PAIRS:
        raise ValueError(f"there is no particle {pair!r}; there is {', '.join(PAIRS)}")
    closed, open_ = PAIRS[pair]
    final = final_of(word) or 0
    if pair == "으로/로" and final == _RIEUL:
        return open_
    return closed if final else open_


def with_particle(word: str, pair: str) -> str:
    """Return the word with its fitting particle: with_particle("콜라", "을/를") -> "콜라를"."""
    return word + particle(word, pair)


def josa_errors(text: str, word: str) -> tuple[str, ...]:
    """Return the passages in which `word` is followed by the wrong form of a particle."""
    wrong: list[str] = []
    right: set[str] | None = None
    at = text.find(word) if word else -1
    while at >= 0:
        end = at + len(word)
        if found := _FOLLOWS.match(text, end):
            right = right or {particle(word, pair) for pair in _TELLING}
            if found.group(1) not in right:
                wrong.append(text[at : found.end()])
        at = text.find(word, end)
    return tuple(dict.fromkeys(wrong))
