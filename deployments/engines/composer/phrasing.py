"""Templates -> sentences: slots with particles, long and short forms, and a brief's own phrases."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import product

from conte.brief import Brief
from conte.korean import particle, syllables
from conte.vocabulary import Language

_SLOT = re.compile(r"\$([A-Za-z]+)(?:\(([^()$]+/[^()$]+)\))?")
_OPTION = re.compile(r"\[([^\[\]]*)\]")
_LEFT_OUT = "\x00"
_HANGING = re.compile(
    r"(?:[은는을를의도고데며에로엔선건]|(?<!라)면|[^까같없]이|가|\s게|[것면지]만|까지|보다|처럼|동안|때|따라"
    r"|[앞터]?서|라|니|지|느라|려다|다던|기엔|대로|수록|부터|먼저|대신|순간|[오보]길|대한|따뜻한"
    r"|(?:나|해|봐|와|가|어|아|돼|려|켜|여)야(?=,?$)|(?:^|\s)(?:오늘|늘|그때|아|어|자|음|정말|왜|이렇게|그렇게|매일|매달|네|딱"
    r"|꼭|또|더|이거|나|뭘|그냥|어느새|이제|이제야|비로소|방금|밤새|벌써|아직|다시|미리|우리|엄마"
    r"|거기|글쎄|그럼|그 말|…딱|말없이|잠깐만|하나쯤|작게))[,.]?$"
)
"""Endings that wait for more: a particle, a connective or an adverb."""
_KOREAN_SENTENCE = re.compile(r"(?:[다요죠까자네라지])[.!?…]*$")
PARTICLES = re.compile(r"(?:으로|에서|에게|까지|부터|이|가|을|를|은|는|의|에|로|과|와|도)$")
_SAYS_NOTHING = re.compile(
    r"기타|제품|상품|물건|잡화|생활용품|신제품|서비스|others?|products?|goods|misc\w*|services?"
)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\u20e3]+")


def fill(template: str, slots: Mapping[str, str]) -> str:
    """Fill slots: `$it(은/는)` -> the product with the particle that fits; `$Topic` is `$topic`,
    capitalised.

    Raises:
        KeyError: for a slot without a value, with its name.
    """

    def one(found: re.Match[str]) -> str:
        name, pair = found.groups()
        value = slots[name] if name in slots else capital(slots[name[0].lower() + name[1:]])
        return value + (particle(value, pair) if pair else "")

    return _SLOT.sub(one, template)


def slots_of(template: str) -> set[str]:
    return {name[0].lower() + name[1:] for name, _ in _SLOT.findall(template)}


def forms(line: str) -> tuple[str, ...]:
    """Return every form of a line with optional [brackets], the longest first.

    The remaining words must make sense alone: "앞차가 멈춥니다. [당신은요?]" may stop early, "비는,
    [예고 없이 옵니다.]" may not.
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
    """Return the text with single spaces, none before marks, a capital, and no final comma."""
    text = re.sub(r"\s+([.,!?…])", r"\1", " ".join(text.split()))
    text = re.sub(r",(?=[.!?]?$)", "", text).replace("..", ".").strip()
    return capital(text)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def sentences(text: str) -> str:
    """Return the text with a capital for each sentence: slots such as "the woman" may begin one."""
    return ". ".join(capital(part) for part in text.split(". "))


def sentence(text: str) -> str:
    """Return the text with a full stop, unless it has a closing mark."""
    return text if re.search(r"[.!?…][’”'\"]?$|[”\"]$", text) else text + "."


def is_sentence(text: str, language: Language) -> bool:
    """Return whether a brief's phrase is a whole sentence, not a noun to build one around."""
    if language == "ko" and re.search("[가-힣]", text):
        return bool(_KOREAN_SENTENCE.search(text)) and " " in text
    return text.endswith((".", "!", "?"))


def first_sentence(text: str) -> str:
    """Return the first sentence without its full stop. 3.5 and A.I. do not end one."""
    return re.split(r"(?<=[.!?。])\s|\n", text.strip(), maxsplit=1)[0].rstrip(".。 ")


def spoken_name(name: str) -> str:
    """Return a product's name as it is said: without emoji, unless it has nothing else."""
    said = " ".join(_EMOJI.sub(" ", name).split())
    return said if syllables(said) else name


def in_sentence(noun: str) -> str:
    """Return an English phrase as within a sentence: "Wet grip" -> "wet grip"; "ABS" unchanged."""
    first = noun.split(" ", 1)[0]
    if first[1:].islower() or first in ("A", "I"):
        return noun[:1].lower() + noun[1:]
    return noun


def named_by_category(brief: Brief, noun: str) -> str:
    """Return the brief's category as people name the product; `noun` if it is missing, long, or
    says nothing."""
    category = " ".join(brief.product.category.rstrip(".!?").split())
    longest = 14 if brief.language == "ko" else 28
    if not category or len(category) > longest or _SAYS_NOTHING.fullmatch(category.casefold()):
        return noun
    return in_sentence(category)


def is_latin(text: str) -> bool:
    """Return whether an English prompt may contain the text: Latin letters, digits, marks."""
    return bool(text) and all(ord(character) < 0x250 or character in "–—’“”" for character in text)


@lru_cache(maxsize=4096)  # a story's words are compared with each brief
def pieces(text: str) -> frozenset[str]:
    """Return pieces to compare phrases by: pairs of Korean syllables, Latin words."""
    pairs = {
        run[i : i + 2] for run in re.findall("[가-힣]+", text) for i in range(max(1, len(run) - 1))
    }
    whole = {PARTICLES.sub("", run) for run in re.findall("[가-힣]+", text)}
    latin = {word for word in re.findall(r"[a-z]{3,}", text.lower()) if word != "the"}
    return frozenset(pairs | whole | latin)
