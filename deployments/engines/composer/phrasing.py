"""Templates -> sentences: slots with particles, long and short forms, and a brief's own phrases."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import product

from conte.korean import particle, syllables
from conte.vocabulary import Language

_SLOT = re.compile(r"\$([A-Za-z]+)(?:\(([^()$]+/[^()$]+)\))?")
_OPTION = re.compile(r"\[([^\[\]]*)\]")
_LEFT_OUT = "\x00"
_HANGING = re.compile(
    r"(?:[은는을를의도고데며에로엔선건]|(?<!라)면|[^까같없]이|가|\s게|[것면지]만|까지|보다|처럼|동안|때|따라"
    r"|[앞터]?서|라|니|지|느라|려다|다던|기엔|대로|수록|부터|먼저|대신|순간|[오보]길|대한|따뜻한"
    r"|(?:^|\s)(?:오늘|늘|그때|아|어|자|음|정말|왜|이렇게|그렇게|매일|매달|네|딱"
    r"|꼭|또|더|이거|나|뭘|그냥|어느새|이제|이제야|비로소|방금|밤새|벌써|아직|다시|미리|우리|엄마"
    r"|거기|글쎄|그럼|그 말|…딱|말없이|잠깐만|하나쯤|작게))[,.]?$"
)
"""Ends in a particle, a connective or an adverb that waits for more."""
_KOREAN_SENTENCE = re.compile(r"(?:[다요죠까자네라지])[.!?…]*$")
PARTICLES = re.compile(r"(?:으로|에서|에게|까지|부터|이|가|을|를|은|는|의|에|로|과|와|도)$")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\u20e3]+")


def fill(template: str, slots: Mapping[str, str]) -> str:
    """`$it(은/는)` -> the product with the particle that fits; `$Topic` is `$topic`, capitalised.

    Raises:
        KeyError: for a slot that has no value, with its name.
    """

    def one(found: re.Match[str]) -> str:
        name, pair = found.groups()
        value = slots[name] if name in slots else capital(slots[name[0].lower() + name[1:]])
        return value + (particle(value, pair) if pair else "")

    return _SLOT.sub(one, template)


def slots_of(template: str) -> set[str]:
    return {name[0].lower() + name[1:] for name, _ in _SLOT.findall(template)}


def forms(line: str) -> tuple[str, ...]:
    """Every length of a line whose [brackets] may be left out, the longest first.

    What is left must stand alone: "앞차가 멈춥니다. [당신은요?]" may stop early, "비는, [예고 없이
    옵니다.]" may not.
    """
    options = _OPTION.findall(line)
    made: list[str] = []
    for kept in product((True, False), repeat=len(options)):
        text = line
        for option, keep in zip(options, kept, strict=True):
            text = text.replace(f"[{option}]", option if keep else _LEFT_OUT, 1)
        if _stands_alone(text):
            made.append(tidy(text.replace(_LEFT_OUT, "")))
    return tuple(sorted(dict.fromkeys(made), key=len, reverse=True))


def _stands_alone(text: str) -> bool:
    rest, cut_off, after = text.rpartition(_LEFT_OUT)
    if not cut_off or after.strip(" .!?"):
        return True
    bare = rest.replace(_LEFT_OUT, "").rstrip()
    if bare.endswith((".", "!", "?", "…")):
        return True
    if re.search("[가-힣]", bare):
        return not _HANGING.search(bare)
    # English: only what was written as an afterthought, "Every morning[, before I did]", falls off.
    return after.startswith((".", "!", "?")) and not rest.endswith(" ")


def tidy(text: str) -> str:
    """One space between words, none before marks, a capital first, no comma at the end."""
    text = re.sub(r"\s+([.,!?…])", r"\1", " ".join(text.split()))
    text = re.sub(r",(?=[.!?]?$)", "", text).replace("..", ".").strip()
    return capital(text)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def sentences(text: str) -> str:
    """Each sentence with a capital: slots such as "the woman" may begin one."""
    return ". ".join(capital(part) for part in text.split(". "))


def sentence(text: str) -> str:
    """The text with a full stop, if it has no closing mark of its own."""
    return text if text.endswith((".", "!", "?", "…", "”", '"')) else text + "."


def is_sentence(text: str, language: Language) -> bool:
    """True if a brief's phrase is a sentence of its own, and no noun to build one around."""
    if language == "ko" and re.search("[가-힣]", text):
        return bool(_KOREAN_SENTENCE.search(text)) and " " in text
    return text.endswith((".", "!", "?"))


def first_sentence(text: str) -> str:
    """The first sentence of a paragraph, without its full stop. 3.5 and A.I. are no ends."""
    return re.split(r"(?<=[.!?。])\s|\n", text.strip(), maxsplit=1)[0].rstrip(".。 ")


def spoken_name(name: str) -> str:
    """A product's name as it is said: without emoji, unless it is nothing else."""
    said = " ".join(_EMOJI.sub(" ", name).split())
    return said if syllables(said) else name


def in_sentence(noun: str) -> str:
    """An English phrase inside a sentence: "Wet grip" -> "wet grip", "ABS" as it is."""
    first = noun.split(" ", 1)[0]
    if first[1:].islower() or first in ("A", "I"):
        return noun[:1].lower() + noun[1:]
    return noun


def is_latin(text: str) -> bool:
    """True if an English prompt may say it: letters, digits and marks of Latin script only."""
    return bool(text) and all(ord(character) < 0x250 or character in "–—’“”" for character in text)


@lru_cache(maxsize=4096)  # a story's words are compared with each brief
def pieces(text: str) -> frozenset[str]:
    """What two phrases can have in common: Korean pairs of syllables, Latin words."""
    pairs = {
        run[i : i + 2] for run in re.findall("[가-힣]+", text) for i in range(max(1, len(run) - 1))
    }
    whole = {PARTICLES.sub("", run) for run in re.findall("[가-힣]+", text)}
    latin = {word for word in re.findall(r"[a-z]{3,}", text.lower()) if word != "the"}
    return frozenset(pairs | whole | latin)
