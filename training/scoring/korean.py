"""Finds wrong Korean particles: after nouns of the brief and the sheet, and forms no noun can
have."""

import re
from collections.abc import Iterator

from conte.brief import Brief
from conte.conte import Conte
from conte.korean import final_of, josa_errors
from training.scoring.score import Part
from training.scoring.text import told_in

_EACH = 0.25
_UNDECIDED = re.compile(
    r"[가-힣A-Za-z0-9](?:은\(는\)|는\(은\)|이\(가\)|가\(이\)|을\(를\)|를\(을\)|과\(와\)|와\(과\)"
    r"|\(으\)로|\(이\)(?:라|랑|나|다)|은/는|이/가|을/를)"
)
"""Placeholder of a template that was not filled in, such as 은(는)."""
_SHORTEST = 2
"""Least syllables of a noun: one syllable begins too many other words (사과 is no 사 with a wrong
과)."""
_OBJECT = re.compile(r"([가-힣]?[가-힣])([을를])(?![가-힣A-Za-z0-9])")
_ENDS_IN_EUL = frozenset(["마", "가", "노", "고", "이", "지", "나", "부", "저", "그", "자"])
"""Syllables before 을 in ordinary words: 마을, 가을, 노을, 고을, and verbs such as 이을, 지을."""
_AND = re.compile(r"[가-힣]와(?![가-힣A-Za-z0-9])")
_BY = re.compile(r"[가-힣]으로(?=(?:서|써|는|도|만)?(?![가-힣A-Za-z0-9]))")
_RIEUL = 8
_ENDS_AS_NOUN = re.compile(r"[가-힣A-Za-z0-9][)\]）］”’」』™®]*$")


def check_korean(conte: Conte, brief: Brief) -> Part:
    """Score 1 without errors, reduced by a quarter for each particle that does not fit its noun.

    An English brief has no particles, and scores 1.
    """
    wrong: list[str] = []
    if brief.language == "ko":
        texts = (*told_in(conte), conte.concept, *(entry.description for entry in conte.sheet))
        for text in texts:
            wrong += particle_errors(text, nouns_of(conte, brief))
    wrong = list(dict.fromkeys(wrong))
    return Part(
        name="korean", value=max(0.0, 1 - _EACH * len(wrong)), ok=not wrong, reasons=tuple(wrong)
    )


def particle_errors(text: str, nouns: tuple[str, ...]) -> Iterator[str]:
    """Yield each wrong particle: any after one of the nouns; 을/를, 와 and 으로 after any word. The
    other particles also end too many ordinary words: 종로, 작가, 있는, 보은."""
    for noun in nouns:
        yield from josa_errors(text, noun)
    yield from (found.group() for found in _UNDECIDED.finditer(text))
    for found in _OBJECT.finditer(text):
        word, form = found.groups()
        closed = bool(final_of(word))
        # No Korean word ends in a closed syllable and 를; few end in an open syllable and 을.
        if closed == (form == "를") and (closed or word[-1] not in _ENDS_IN_EUL):
            yield found.group()
    # 와 follows a vowel (also in 들어와), 으로 a consonant other than ㄹ.
    yield from (found.group() for found in _AND.finditer(text) if final_of(found.group()[0]))
    yield from (
        found.group() for found in _BY.finditer(text) if final_of(found.group()[0]) in (0, _RIEUL)
    )


def nouns_of(conte: Conte, brief: Brief) -> tuple[str, ...]:
    """Return the names and noun phrases of the product, its category, the client and the sheet."""
    product = brief.product
    named = (product.name, product.category, brief.advertiser, *(e.name for e in conte.sheet))
    nouns = [noun for noun in (*named, *product.selling_points) if _ENDS_AS_NOUN.search(noun)]
    # A verb or adverb ending (…합니다, …하게) takes no particle, so it cannot cause false errors.
    return tuple(dict.fromkeys(noun for noun in nouns if len(noun) >= _SHORTEST))
