"""A Latin word as Koreans pronounce it: its number of syllables, and its final sound.

Capitals are read by their letter names; words by the habits of 외래어 표기법 (no stop closes a
syllable after a long vowel; 으 or 이 follows a consonant that cannot close one). An estimate from
spelling: names with an irregular pronunciation are in a list.
"""

import re
from typing import NamedTuple

VOWEL_END, NASAL, RIEUL, STOP = 0, 4, 8, 1
"""End of a syllable: a vowel, or a final consonant by its index in Unicode's table."""

_LETTERS: dict[str, str] = dict(
    re.findall(
        r"(\w):(\w+)",
        """
    A:에이 B:비 C:시 D:디 E:이 F:에프 G:지 H:에이치 I:아이 J:제이 K:케이 L:엘 M:엠 N:엔
    O:오 P:피 Q:큐 R:알 S:에스 T:티 U:유 V:브이 W:더블유 X:엑스 Y:와이 Z:제트
    """,
    )
)
_SAID_OTHERWISE: dict[str, str] = dict(
    re.findall(
        r"(\w+):(\w+)",
        """
    adobe:어도비 ahc:에이에이치시 airbnb:에어비앤비 airpods:에어팟 asus:에이수스 audi:아우디
    avante:아반떼 bag:백 bluetooth:블루투스 boot:부트 bosch:보쉬 chocolate:초콜릿 clio:클리오
    coffee:커피 cosrx:코스알엑스 coupang:쿠팡 dior:디올 disney:디즈니 double:더블 dyson:다이슨
    foot:풋 group:그룹 hera:헤라 hermes:에르메스 hub:허브 hyundai:현대 ikea:이케아 image:이미지
    innisfree:이니스프리 ioniq:아이오닉 jeep:지프 kia:기아 kit:키트 kitkat:킷캣 laneige:라네즈
    lego:레고 loreal:로레알 mcdonald:맥도날드 mcdonalds:맥도날드 mercedes:메르세데스
    message:메시지 michelin:미쉐린 muji:무지 musinsa:무신사 nasa:나사 naver:네이버 nike:나이키
    nvidia:엔비디아 oled:올레드 open:오픈 porsche:포르쉐 recipe:레시피 samsung:삼성 shack:쉑
    shot:샷 soup:수프 spa:스파 subway:서브웨이 talk:톡 theme:테마 toyota:토요타 usim:유심
    vaseline:바세린 vitamin:비타민 whoo:후 wifi:와이파이 xbox:엑스박스 you:유 young:영
    zigzag:지그재그
    """,
    )
)
_CAPITALS_READ_AS_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    ACE AIR ALL AND ART BAR BIG BOX BUS CAN CAR CUP DAY FIT FOR FUN GET GYM HOT ICE JOY KEY LAB
    MAN MAX MOM NEW OIL ONE OUR PAY PET PRO RED RUN SET SKY SPA SUN TEA TEN THE TOP WAY YOU ZEN
    ZIP
    """,
    )
)

_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_VOWEL = "eau|igh|oo|ee|ea|ai|ay|ey|ei|oy|oi|au|aw|ou|ow|oa|ie|ia|io|iu|eo|ua|uo|oe|ue|eu|ui|ew"
_SOUND = re.compile(rf"{_VOWEL}|[aeiou]|(?<!^)y|^y(?![aeou])|sh|ch|th|ng(?![aeiouy])|[a-z]")
_TWO_SYLLABLES = ("igh", "ai", "ay", "ei", "oy", "oi", "ou", "ow", "ia", "io", "iu", "eo", "ua")
_SPELLING = (
    (r"tch", "ch"),
    (r"ck", "k"),
    (r"ph", "f"),
    (r"wh", "w"),
    (r"dg(?=[eiy])|g(?=e$)", "j"),
    (r"a[tc]ion", "aishon"),
    (r"(?:sh|[tsc]{1,2})ion", "shon"),
    (r"ture$", "cher"),
    (r"^kn", "n"),
    (r"^wr", "r"),
    (r"(?<!i)gh(?=t|$)", ""),
    (r"qu", "kw"),
    (r"q", "k"),
    (r"^x", "j"),
    (r"x", "ks"),
    (r"c(?=[eiy])", "s"),
    (r"c(?!h)", "k"),
    (r"([b-df-hj-np-tv-z])\1", r"\1"),
)


class Said(NamedTuple):
    num_syllables: int
    final: int


def say(word: str) -> Said:
    """Return how a Latin word (ASCII letters, apostrophes) is pronounced in Korean."""
    letters = word.replace("'", "").replace("’", "")
    if listed := _SAID_OTHERWISE.get(letters.lower()):
        return _said(listed)
    # A capital inside a word begins another one: KakaoTalk, iPhone, OpenAI.
    pieces = [_say_piece(piece) for piece in _PIECE.findall(letters)]
    return Said(sum(piece.num_syllables for piece in pieces), pieces[-1].final)


def _said(hangul: str) -> Said:
    return Said(len(hangul), (ord(hangul[-1]) - 0xAC00) % 28)


def _say_piece(piece: str) -> Said:
    if listed := _SAID_OTHERWISE.get(piece.lower()):
        return _said(listed)
    if _is_spelled(piece):
        return _said("".join(_LETTERS[letter] for letter in piece.upper()))
    return _say_word(piece.lower())


def _is_spelled(piece: str) -> bool:
    """Return whether a piece is read letter by letter: short capitals, or unpronounceable."""
    if len(piece) == 1 or not re.search(r"[aeiouy]", piece.lower()):
        return True
    if not piece.isupper() or piece in _CAPITALS_READ_AS_WORDS:
        return False
    return len(piece) <= 3 or bool(re.match(r"[^AEIOUY]{3}|Q(?!U)|.*Q$", piece))


def _say_word(word: str) -> Said:
    for spelt, heard in _SPELLING:
        word = re.sub(spelt, heard, word)
    silent_e = re.search(r"(?<=[^aeiou])e$", word) is not None and bool(
        re.search(r"[aeiouy]", word[:-1])
    )
    sounds = _SOUND.findall(word[:-1] if silent_e else word)
    count = 0
    final = VOWEL_END
    for i, sound in enumerate(sounds):
        before = sounds[i - 1] if i else ""
        rest = sounds[i + 1 :]
        lengthened = silent_e and _is_long_before_e(sounds, i)
        if _is_vowel(sound, i):
            count += 2 if sound in _TWO_SYLLABLES or (lengthened and sound in "aiy") else 1
            final = VOWEL_END
            continue
        if rest and _is_vowel(rest[0], i + 1):
            continue
        long_vowel = silent_e and not rest
        added, final = _close(sound, before, rest, long_vowel)
        count += added
    return Said(max(1, count), final)


def _is_vowel(sound: str, place: int) -> bool:
    return sound[0] in "aeiou" or (sound == "y" and place > 0)


def _is_long_before_e(sounds: list[str], i: int) -> bool:
    """Return whether a silent e lengthens the vowel before: cake, bike; not office, olive."""
    tail = sounds[i + 1 :]
    if len(tail) == 2 and tail[1] == "l":
        return tail[0] in "bdt" and len(sounds[i]) == 1
    if len(tail) != 1:
        return False
    if tail[0] == "r":
        return sounds[i] != "a"
    alone = not any(_is_vowel(sound, j) for j, sound in enumerate(sounds[:i]))
    return alone or sounds[i] + tail[0] not in ("is", "iv", "ij", "aj", "as", "at", "in")


def _close(sound: str, before: str, rest: list[str], long_vowel: bool) -> tuple[int, int]:
    """Return the number of syllables that a consonant without a following vowel adds, and the final
    sound."""
    follows = rest[0] if rest else ""
    after_vowel = before != "" and before[0] in "aeiouy"
    if sound == "r":
        return (1 if long_vowel or before in ("ea", "ee") else 0), VOWEL_END
    if sound in ("h", "w", "y"):
        return 0, VOWEL_END
    if sound == "l" and before:
        return 0, RIEUL
    if sound in ("m", "n", "ng") and before:
        return 0, NASAL
    if (sound == "k" and follows == "w") or (sound in "td" and rest in (["s"], ["z"])):
        return 0, VOWEL_END
    short = after_vowel and not long_vowel and (len(before) == 1 or (before, sound) in _SHORT_PAIRS)
    if short and sound in "ptk" and follows not in ("l", "r", "w"):
        return 0, STOP
    if short and sound == "b" and not rest:
        return 0, STOP
    return 1, VOWEL_END


_SHORT_PAIRS = (("oo", "k"), ("ee", "p"), ("ea", "p"), ("oa", "p"))
