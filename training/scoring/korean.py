"""Korean particle errors: after the nouns of the brief and the sheet, and what no noun can have."""

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
"""A template that nobody filled in."""
_SHORTEST = 2
"""A noun of one syllable is the beginning of too many words: 사과 is no 사 with a wrong 과."""
_OBJECT = re.compile(r"([가-힣]?[가-힣])([을를])(?![가-힣A-Za-z0-9])")
_ENDS_IN_EUL = frozenset(["마", "가", "노", "고", "이", "지", "나", "부", "저", "그", "자"])
"""마을, 가을, 노을, 고을; 이을, 지을, 나을, 부을, 저을, 그을, 자을 (verbs in ㅅ)."""
_AND = re.compile(r"[가-힣]와(?![가-힣A-Za-z0-9])")
_BY = re.compile(r"[가-힣]으로(?=(?:서|써|는|도|만)?(?![가-힣A-Za-z0-9]))")
_RIEUL = 8
_ENDS_AS_NOUN = re.compile(r"[가-힣A-Za-z0-9][)\]）］”’」』™®]*$")


def check_korean(conte: Conte, brief: Brief) -> Part:
    """1 where nothing is wrong; a quarter less for each particle that does not fit its noun.

    An English brief has no particles: 1.
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
    """Each place with the wrong form of a particle: after one of the nouns; after any word 을/를,
    와 and 으로. The other pairs end too many words: 종로, 작가, 있는, 보은."""
    for noun in nouns:
        yield from josa_errors(text, noun)
    yield from (found.group() for found in _UNDECIDED.finditer(text))
    for found in _OBJECT.finditer(text):
        word, form = found.groups()
        closed = bool(final_of(word))
        # No Korean word ends in a closed syllable and 를; few in an open one and 을.
        if closed == (form == "를") and (closed or word[-1] not in _ENDS_IN_EUL):
            yield found.group()
    # 와 stands after a vowel (들어와, too), 으로 after a consonant that is no ㄹ.
    yield from (found.group() for found in _AND.finditer(text) if final_of(found.group()[0]))
    yield from (
        found.group() for found in _BY.finditer(text) if final_of(found.group()[0]) in (0, _RIEUL)
    )


def nouns_of(conte: Conte, brief: Brief) -> tuple[str, ...]:
    """Names and noun phrases: of the product and its category, of the client, of who is seen."""
    product = brief.product
    named = (product.name, product.category, brief.advertiser, *(e.name for e in conte.sheet))
    nouns = [noun for noun in (*named, *product.selling_points) if _ENDS_AS_NOUN.search(noun)]
    # A verb's or adverb's end (…합니다, …하게) takes no particle, so it can match none wrongly.
    return tuple(dict.fromkeys(noun for noun in nouns if len(noun) >= _SHORTEST))
