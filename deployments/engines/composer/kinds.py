"""A brief's words -> its kind of goods, for products that the table of product types does not
contain.

The head of a noun phrase decides, which is its last word in Korean and in English: 밤 열 시까지
여는 동네 도서관 is a library. The category has precedence over the description, and that over the
name.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from conte.brief import Brief
from conte.vocabulary import ProductForm
from deployments.engines.composer.library import read_yaml

_LIGHT = re.compile(
    r"(?:\s|^)(?:정기 ?구독|구독|정기 ?배송|배송|서비스|브랜드|신제품|세트"
    r"|brand|services?|subscription|delivery)$"
)
"""Heads that only say how something is sold; the word before such a head is tried first."""
_NO_HEAD = re.compile(
    r"\s(?:for|of|with|by|that|where|which|who|while|when|to|in|on|at|from|made|and)\s.*|[,.:;].*"
)
_PARTICLE = re.compile(r"(?:입니다|이다|을|를|은|는|이|가)$")


def kind_of(brief: Brief) -> str:
    """Return the id of the industry that writes for the brief's kind of goods; empty: unknown."""
    product = brief.product
    texts = [product.category, product.description, product.name]
    texts = [text.strip().rstrip(".!?").casefold() for text in texts]
    sure, weak = _kinds()
    asked = [(text, sure) for text in texts]
    # A weak head says little, and in a sentence nothing at all.
    asked += [(text, weak) for text in (texts[0], texts[2]) if not _NO_PLACE.search(text)]
    if product.category:
        # A name says what it likes: a filter named 물빛정원 is no garden.
        asked = [(text, heads) for text, heads in asked if text is not texts[2]]
        asked.insert(2, (texts[2], {head: one for head, one in sure.items() if len(head) > 3}))
    return next((found for text, heads in asked if (found := _of_head(text, heads))), "")


_NO_PLACE = re.compile(
    r"(?:(?:모기|옷|신발|책|수납|이불|찬|장식|진열|새|닭|간|된|고추|쌈|청첩|초대|통|명함|비상|포|덧|벽|사물함)장"
    r"|(?:전선|유리|진공|강|주름|튜브|연결|보호|배기|급수|환기|석영|시험)관|(?:가|공기|경|처|치|난|냉|유|건식난)방"
    r"|(?:회|정|직|사|대|인|복|차|재|지|급|전|병충해방제)원|(?:화보|사진|문제|시|문|단편|작품|레시피|모음|도록)집"
    r"|(?:관|쟁|장|단|주|정|만|안경 ?반|평|소실)점)$"
)
"""Compounds that end like a place and are none: 모기장, 전선관, 사진집."""
_CAFE = re.compile(r"카페$")
_EATEN_AT = re.compile(
    r"(?:디저트|브런치|베이커리|로스터리|커피|찻집|전통차|감성|동네|루프톱|오션뷰|한옥|개인|대형|골목|빵|케이크|과일"
    r"|와플|샐러드|비건|주말|바닷가|숲속|정원|무인|테이크아웃)\s*카페$|^카페$|\s카페$"
)
"""Cafés in which one eats and drinks; in any other, such as a 족욕카페, one does something else."""
_CLEANED = re.compile(r"\S 청소(?: 서비스)?$|\w cleaning(?: service)?$", re.IGNORECASE)
_CLEANED_AT_HOME = re.compile(
    r"집|가사|입주|이사|거주|화장실|욕실|주방|에어컨|세탁기|가전"
    r"|창문|유리창|베란다|원룸|정기|홈|건물|계단|사무실"
    r"|\b(?:home|house|office|domestic|flat|apartment|deep|tenancy|carpet|window|kitchen|oven|dry)\b",
    re.IGNORECASE,
)
"""What is cleaned about a home. Cleaning anything else, such as 수조 청소, has no story of one."""
_MORE_EXACT = frozenset({
    "app", "store", "garage", "launderette", "kids_ride", "lessons", "kids_class", "pet_care",
    "bite", "campaign", "hiring", "hire", "charging", "plants", "garden_machine", "farm_machine",
    "optics", "founding", "voyage", "rail", "managed", "errand",
    "adventure", "show", "firms", "ceremony", "public_service", "joining", "fitted",
})  # fmt: skip
"""Kinds whose heads say more than a product type: a flower shop sells no single bouquet."""
_APP = re.compile(
    r"\s*(?:모바일\s*)?(?:앱|어플|어플리케이션|애플리케이션|플랫폼)$|\s*(?:mobile )?app$",
    re.IGNORECASE,
)
_BY_PHONE = frozenset({"chores", "moving", "care", "pet_care", "matchmaking", "advice"})
"""Services whose stories begin with a phone."""
_FOR_CHILDREN = {"ride": "kids_ride", "gym": "kids_class", "education": "kids_study"}
_CHILDREN = re.compile(
    r"어린이|유아|아동|키즈|초등|\d세 ?아이|아이를 둔|유치원|\b(?:kids?|child(?:ren)?|toddlers?)\b",
    re.IGNORECASE,
)
_PUPILS = re.compile(r"학부모|자녀|중등|중학|\bparents?\b", re.IGNORECASE)
_GROWN_PUPILS = re.compile(r"고3|수험생|고등|재수|대학|성인|직장인|\badults?\b", re.IGNORECASE)


def more_exact(brief: Brief, industry: str) -> str:
    """Return the kind that says more than the industry of a product's type; empty: none does."""
    said = kind_of_category(brief.product.category)
    category = brief.product.category.strip()
    if said == "chores" and _CLEANED.search(category) and not _CLEANED_AT_HOME.search(category):
        return "errand"
    if industry == "eatery" and _CAFE.search(category) and not _EATEN_AT.search(category):
        return said if said in _MORE_EXACT or said == "reading" else "place"
    if said == "app" and (trade := _trade_of_app(brief.product.category)):
        return trade
    if said in _MORE_EXACT:
        return said
    told_of = f"{brief.product.category} {brief.product.name} {brief.audience}"
    taught = (industry or said) == "education"
    if taught and _GROWN_PUPILS.search(told_of):
        return ""
    young = _CHILDREN.search(told_of) or (taught and _PUPILS.search(told_of))
    return _FOR_CHILDREN.get(industry or said, "") if young else ""


def _trade_of_app(category: str) -> str:
    """Return the trade that an app is ordered from, whose stories say more than any app's: 세탁
    수거 앱; empty: the app is the product.
    """
    trade = kind_of_category(_APP.sub("", category))
    return trade if trade in _BY_PHONE else ""


def front_of(brief: Brief) -> ProductForm | None:
    """Return the form of the place that a brief names, as its front is seen; None: any shop."""
    product = brief.product
    texts = (text.strip().rstrip(".!?").casefold() for text in (
        product.category, product.description, product.name
    ))  # fmt: skip
    found = next((form for text in texts if (form := _of_head(text, _fronts()))), "")
    return ProductForm(found) if found else None


def kind_of_category(category: str) -> str:
    """Return the id of the industry that a category determines by itself; empty: none."""
    return _of_head(category.strip().rstrip(".!?").casefold(), _kinds()[0]) if category else ""


def _of_head(text: str, heads: Mapping[str, str]) -> str:
    phrases = [text, _NO_HEAD.sub("", text)]
    phrases += [_LIGHT.sub("", phrase) for phrase in phrases]
    for phrase in phrases:
        if known := [word for word in _last_words(phrase) if word in heads]:
            return heads[max(known, key=len)]
    return ""


def _last_words(phrase: str) -> Iterator[str]:
    """Yield everything that may be the head of a phrase: its ends, also without a plural's ending
    or a particle.
    """
    for end in (phrase, phrase.removesuffix("s"), phrase.removesuffix("es")):
        for at in range(len(end)):
            before = end[at - 1] if at else " "
            if end[at:].isascii() and not (before.isalnum() or before == "_"):
                yield end[at:]
    bare = phrase.replace(" ", "")
    for end in (bare, _PARTICLE.sub("", bare)):
        for at in range(len(end)):
            word = end[at:]
            # One syllable alone is no compound: it needs a word before it.
            if not word.isascii() and (len(word) > 1 or len(bare) > 2 or bare == word):
                yield word


@cache
def _fronts() -> Mapping[str, str]:
    return {
        "".join(head.split()) if not head.strip().isascii() else head.strip(): form
        for form, heads in read_yaml("fronts.yaml").items()
        for head in heads.replace("|", ",").split(",")
    }


@cache
def _kinds() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return two tables, head -> industry: reliable heads, and vague ones."""
    sure: dict[str, str] = {}
    weak: dict[str, str] = {}
    for industry, heads in read_yaml("kinds.yaml").items():
        for head in heads.replace("|", ",").split(","):
            bare = head.strip() if head.isascii() else "".join(head.split())
            kept = bare.lstrip("~!")
            says_little = bare[:1] == "~" or (len(bare) == 1 and not bare.isascii())
            (weak if says_little else sure)[kept] = industry
    return sure, weak
