"""Brief -> its kind of product: industry, form, entry on the sheet."""

import re
from functools import cache, lru_cache

from conte.brief import Brief
from conte.checks.brief_kept import drawn_text
from conte.conte import ProductEntry
from conte.product_types import ProductType, ProductTypes
from conte.proportions import BODILESS, FRONTS
from conte.vocabulary import ProductForm
from deployments.engines.composer.kinds import (
    front_of,
    kind_of,
    kind_of_category,
    more_exact,
)
from deployments.engines.composer.library import (
    Industry,
    forms_of_types,
    industries,
    industries_of_words,
    industry_of_type,
)
from deployments.engines.composer.phrasing import in_sentence, is_latin
from deployments.knowledge.product_types import product_types

_F = ProductForm
_CONTAINERS = frozenset([_F.PACKAGE, _F.POUCH, _F.BOTTLE, _F.CAN, _F.JAR, _F.TUBE, _F.CUP])
GENERIC = _CONTAINERS | frozenset([
    _F.FOOD, _F.APP, _F.SERVICE, _F.APPLIANCE, _F.FURNITURE, _F.CLOTHING, _F.SHOES, _F.BUILDING,
    _F.CARTON, _F.PUMP_BOTTLE, _F.SACK, _F.GIFT_BOX, _F.CARD, _F.TOY, _F.SHOP, _F.HOUSE,
    _F.HOSPITAL, _F.HOTEL, _F.SCHOOL, _F.BED,
])  # fmt: skip
"""Generic forms; for these the industry's noun names the product more exactly."""
_SURE = frozenset([_F.VEGETABLE, _F.LUNCH_BOX, _F.BICYCLE, _F.BOOK, _F.TENT, _F.APP])
"""Forms of kinds of goods that take precedence over all other words: a vegetable box is not a plain
package."""
_BY_APP = frozenset([
    "bank", "savings", "loan", "insurance", "card", "jobs", "telecom", "delivery_app", "game",
    "work", "education", "travel", "airline", "hotel", "charity",
])  # fmt: skip
"""Industries whose own stories are used although the brief says that the product is an app."""
_SCOOTER = re.compile(r"킥보드|씽씽이|\bscooter", re.IGNORECASE)
_LOOKS_OF_GOODS = "a cleanly designed {0} in {1} and white, plain unbranded surfaces"
_LOOKS_OF_FOOD = "fresh {0}, appetising, seen close on a plain plate with a {1} rim"
_RENTED = re.compile(r"\s*(?:렌탈|렌털|대여|구독|rental|subscription)\s*", re.IGNORECASE)
_FOR_FIRMS = re.compile(
    r"산업용|공업용|업소용|조선소|공장|제조업|시공사|시공업|건설 ?현장|건설사|구매 ?담당|생산 ?관리"
    r"|설비 ?담당|납품|플랜트|b2b"
    r"|\b(?:industrial|factory|factories|plant managers?|procurement|contractors?|manufactur\w+)\b",
    re.IGNORECASE,
)
"""Words of goods that one firm buys of another."""
_SERVICE = re.compile(
    r"서비스|구독|대행|모집|클래스|강좌|수업|멤버십|이벤트|박람회|공모전"
    r"|(?:관리|매매|설치|시공|점검|수거|배달|예약|중개|교육|교정|치료|촬영|제작|운영|보관|처리|회사|사업"
    r"|번역|운반|운송|이전|철거|측정|검사|분석|세척|정리|제거|인화|인쇄|작성|대필|등록|신청|상담|안내|통역"
    r"|복구|복원|수선|수리|리폼|감정|조사|설계|기획|대여|연습|훈련|코칭)$"
    r"|\b(?:service|subscription|membership|class|course|lessons?)"
    r"|\b(?!(?:clothing|bedding|earring|ring|string|swing|spring|icing|seasoning|dressing|awning"
    r"|railing|lighting|flooring|decking|wing|ceiling|building|stocking|covering|topping)$)"
    r"[a-z]{2,}ing$",
    re.IGNORECASE,
)
"""Heads of what is done, not made; in English also a category that ends in a gerund."""
_SOLD_AS = re.compile(
    r"(?:서비스|구독|이벤트|멤버십)$|\b(?:services?|subscription|membership)$", re.IGNORECASE
)
"""Heads that say only how something is sold: the description says what it is."""
_BROUGHT = re.compile(
    r"(?:복구|복원|수선|리폼|감정|재생|광택)$|\b(?:restoration|restringing|reupholstery|reupholstering"
    r"|alterations|appraisal|recovery|mending)$",
    re.IGNORECASE,
)
"""Heads of what is done to a thing that somebody brings."""
_JOINED = re.compile(
    r"모집$|동호회|동아리|모임$|봉사|합창단|서포터즈|기자단|커뮤니티$|회원|(?:^|\s)클럽$"
    r"|\b(?:clubs?|choir|volunteer\w*|meet-?ups?|society|league|community)$",
    re.IGNORECASE,
)
"""Heads of what one becomes a member of."""
_FITTED = re.compile(
    r"못 ?없이|시공|설치|부착|타공|붙이|칠하|칠한|도배|까는|다는|매다는|끼우는"
    r"|\b(?:install\w*|mount\w*|hangs?|stick-on|peel|drill\w*|screws?)\b",
    re.IGNORECASE,
)
_IN_A_HOME = re.compile(
    r"거실|욕실|화장실|계단|난간|문턱|벽|천장|바닥|창문|창틀|문틀|베란다|현관|주방|부엌|방문"
    r"|\b(?:walls?|ceilings?|floors?|windows?|doors?|bathrooms?|kitchens?|hallways?)\b",
    re.IGNORECASE,
)
"""Words of what is fixed to a home, if both of them are said."""
_IN_MOURNING = re.compile(
    r"유품|유족|떠나보낸|떠나간|사별|추모|애도|\b(?:bereaved|mourning|widow\w*)\b", re.IGNORECASE
)
"""Words of what is done for those who have lost somebody: no light story suits it."""
_SOFTWARE = re.compile(
    r"소프트웨어|(?:관리|회계|재고|급여|매출|주문|인사|정산|예약|장부|근태|포스)\s*(?:프로그램|시스템|툴|솔루션)$"
    r"|\b(?:software|saas)\b",
    re.IGNORECASE,
)
_FOR_THE_PUBLIC = re.compile(
    r"(?:홍보|제도|표시제|실명제|신고제|의무화|지키기|줄이기|바로 ?알기)$"
    r"|\b(?:awareness|scheme|law)$",
    re.IGNORECASE,
)
_PUBLIC_BODY = re.compile(r"(?<!본)(?:부|처|청|공단|위원회|소방서|경찰서|교육청|보건소)$")
"""Advertisers that sell nothing."""
_OF_FIRMS = re.compile(
    r"담당자|관리자|업체|기업|법인|회사|공장|점주|구매팀|물류|사무실에|사무실을"
    r"|\b(?:managers?|businesses|companies|contractors?|operators?|offices|retailers?)\b",
    re.IGNORECASE,
)
"""Audiences that buy for a firm."""
_OF_TWO_MEANINGS = {
    "쿠션": r"메이크업|화장|피부|파운데이션|커버력|톤업|결 |광채|spf",
    "팩": r"피부|마스크|수분|진정|모공|얼굴|우유|음료",
    "칩": r"감자|과자|스낵|간식|옥수수|바삭",
    "렌즈": r"콘택트|컬러|눈|시력|착용|카메라",
    "밤": r"립|입술|보습|피부|클렌징|율|간식|공주|삶",
}
"""Heads of two kinds of goods, and the words of the one in the table of product types."""
_AFTER_A_HEAD = re.compile(
    r"(?:[,.;:(]|for|of|with|by|that|to|in|on|from|app|service|platform|brand|set|range|campaign)\b|[,.;:(]"
)
_ACCESSORY = re.compile(
    r"(?:커버|거치대|받침대|클리너|보관함|스트랩|탈취제|\bcovers?|\bstand|\bholder|\bstrap)$",
    re.IGNORECASE,
)
"""Heads of what belongs to another thing, which the words before them name."""
_COMES = re.compile(
    r"찾아와|찾아가|방문해|출장|\bwho comes\b|\bcomes to (?:you|the|wherever)|\bat your door",
    re.IGNORECASE,
)
"""Words of what is done where somebody is."""
_OF_A_TRADE = re.compile(r"치과용|병원용|업소용|산업용|공업용|매장용|상업용|공장용", re.IGNORECASE)
_MADE_FOR_FIRMS = frozenset(["machinery", "truck", "farm_machine", "work", "firms", "software"])
_OF_ITS_HEAD = frozenset(["unknown", "works", "fitted"])
_NO_THING = frozenset(["brought", "joining"])
"""Industries of what is done to a thing: the thing itself is not sold."""
_FOOD = (
    _F.RICE, _F.BURGER, _F.PIZZA, _F.FRIED_CHICKEN, _F.DUMPLINGS, _F.LUNCH_BOX, _F.PASTA, _F.CURRY,
    _F.STEW, _F.KIMCHI, _F.MEAT, _F.POULTRY, _F.EGG, _F.FISH, _F.SHRIMP, _F.FISH_CAKE, _F.FRUIT,
    _F.TANGERINE, _F.STRAWBERRY, _F.GRAPES, _F.PEACH, _F.VEGETABLE, _F.MUSHROOM, _F.NUTS, _F.CHEESE,
    _F.ICE_CREAM, _F.COOKIE, _F.CHOCOLATE, _F.CANDY, _F.BREAD, _F.CAKE, _F.RICE_CAKE,
)  # fmt: skip
_LOOKS: dict[ProductForm, str] = dict.fromkeys(_FOOD, _LOOKS_OF_FOOD)
_FORM_WORDS: tuple[tuple[ProductForm, str], ...] = (
    (ProductForm.CAN, r"(?<![가-힣])캔(?!디)|(?:맥주|음료|커피|참치|소다|콜라) ?캔"),
    (ProductForm.CAN, r"\b(?:cans?|canned)\b(?!['’])"),
    (ProductForm.CUP, r"컵(?:라면|커피|밥)|\bcups?\b"),
    (ProductForm.POUCH, r"파우치|리필|스틱|봉지|pouch|sachet|refill|stick pack"),
    (ProductForm.TUBE, r"튜브|핸드 ?크림|선크림|치약|클렌징 ?폼"),
    (ProductForm.TUBE, r"\btube|hand cream|sunscreen|toothpaste"),
    (ProductForm.JAR, r"수분 ?크림|영양 ?크림|(?<!선)크림$"),
    (ProductForm.JAR, r"\bjar\b|face cream|moisturi[sz]er"),
    (ProductForm.BOTTLE, r"병맥주|보틀|생수|주스|와인|소주|세럼|앰플|토너|샴푸|향수"),
    (ProductForm.BOTTLE, r"bottle|serum|shampoo|perfume|juice|wine|lotion|\boil\b"),
    (ProductForm.PACKAGE, r"상자|박스|선물 ?세트|\bbox\b"),
)  # fmt: skip
_ANY_FORM_WORDS: tuple[tuple[ProductForm, str], ...] = (
    *_FORM_WORDS,
    (ProductForm.BAG, r"가방|백팩|배낭|캐리어|\bbags?\b|backpack|suitcase|luggage"),
    (ProductForm.GLASSES, r"안경|선글라스|glasses|eyewear"),
    (ProductForm.WATCH, r"시계|\bwatch"),
    (ProductForm.BOOK, r"도서|잡지|\bbook|magazine|planner|다이어리|노트(?!북)"),
    (ProductForm.BICYCLE, r"자전거|\bbicycle|\bbikes?\b|e-bike"),
    (ProductForm.JAR, r"(?:유자|과일|매실|레몬|생강|수제|귤|딸기)청|꿀|잼|\b(?:honey|jam)\b"),
    (ProductForm.QUILT, r"이불|\b(?:quilt|duvet|comforter)"),
    (ProductForm.SLEEP_MASK, r"안대|(?:sleep|eye) mask"),
    (ProductForm.HOME_CAMERA, r"홈캠|펫캠|홈 ?카메라|home camera|baby monitor|pet camera"),
    (ProductForm.DOOR_LOCK, r"도어락|도어록|door lock|smart lock"),
    (ProductForm.PEN, r"만년필|볼펜|(?<![가-힣])펜(?![가-힣])|\bpens?\b"),
    (ProductForm.PILLOW, r"베개|\bpillow"),
    (ProductForm.KICK_SCOOTER, r"킥보드|\bkick scooter"),
    (ProductForm.DRILL, r"드릴|\bdrill"),
    (ProductForm.TELESCOPE, r"망원경|\btelescope"),
    (ProductForm.ROBOT_MOWER, r"잔디 ?깎|\bmower"),
    (ProductForm.SCREEN, r"모니터|티브이|\btv\b|monitor|display|projector"),
    (ProductForm.BREAD, r"샌드위치|토스트|베이글|\bsandwich|\btoast|\bbagel|\bbun\b"),
    (ProductForm.APPLIANCE, r"기기|머신|로봇|machine|device|robot|heater|fan\b"),
    (ProductForm.BUILDING, r"센터|매장|호텔|백화점|도서관|store|hotel|museum|centre|center"),
    (ProductForm.CARD, r"카드|상품권|멤버십|membership|gift card"),
    (ProductForm.APP, r"앱|어플|\bapp\b|software|platform"),
    (ProductForm.SERVICE, r"서비스|캠페인|구독|이벤트|클래스|강좌|수업|모집|공모전|박람회"),
    (ProductForm.SERVICE, r"service|campaign|subscription|festival|\bclass(?:es)?\b|course|lesson"),
    (ProductForm.FOOD, r"음식|요리|반찬|food|meal|dish"),
)  # fmt: skip


@cache
def _pattern(word: str) -> re.Pattern[str]:
    plain = re.escape(word.replace("_", " ")).replace("\\ ", r"\s*")
    latin = word[0].isascii()
    # One syllable is part of too many words (물 of 선물): it must stand alone.
    if not latin and len(word) == 1:
        plain = rf"(?<![가-힣]){plain}(?![가-힣])"
    return re.compile(rf"\b{plain}(?:s|es)?\b" if latin else plain, re.IGNORECASE)


def industry_of(brief: Brief, types: ProductTypes | None = None) -> Industry:
    """Return the industry that writes for the brief's product type, by a table.

    If the type is unknown or no industry writes for it, return the industry of its kind of goods;
    else the industry most of whose words the brief has, by category, then name, then description.
    """
    product = brief.product
    known = industries()
    told = _told_as(brief, types)
    exact = more_exact(brief, told)
    described = f"{product.category} {product.description}"
    if _is_for_another(brief, types) or _means_another(brief):
        return next(industry for industry in known if industry.id == "unknown")
    if told not in _MADE_FOR_FIRMS and _OF_A_TRADE.search(described):
        exact = "works"
    if exact == "errand" and _OF_FIRMS.search(brief.audience):
        exact = "firms"
    if exact == "app" and told in _BY_APP:
        exact = ""
    told = exact or told or kind_of_category(product.category)
    if not told and product.category and not _SOLD_AS.search(product.category):
        # What a description or a name speaks of besides is another thing.
        told = _said_by_head(brief)
    if told := told or kind_of(brief):
        return next(industry for industry in known if industry.id == told)
    if product.category and (told := _said_by_head(brief)):
        return next(industry for industry in known if industry.id == told)
    fields = (
        (product.category, 6.0),
        (product.name, 3.0),
        # Who sells it says little of what is sold: a ministry of food sells none.
        ("" if product.category else brief.advertiser, 1.5),
        # Of a category that nobody knows, a description says what it is for, not what it is.
        ("" if product.category else product.description, 1.0),
    )
    scores = _scores(fields)
    best = max(scores)
    found = known[scores.index(best)] if best > 0 else known[-1]
    if found.id != "anything" or _like(brief, types):
        return found
    return next(industry for industry in known if industry.id == _unknown_kind(brief))


def _is_for_another(brief: Brief, types: ProductTypes | None) -> bool:
    """Return whether the product only belongs to another, as the cover of a sofa does."""
    found = _ACCESSORY.search(brief.product.category.strip())
    kind = (types or product_types()).match(brief.product)
    if found is None or kind_of_category(brief.product.category):
        return False
    own = (kind.name.ko, kind.name.en, *kind.synonyms) if kind is not None else ()
    return not any(found[0].strip() in name for name in own)


def _unknown_kind(brief: Brief) -> str:
    """Return the industry for a product of which no table says what it is.

    Its stories put nothing in a hand: size and body are unknown. What one firm buys of another
    has its own stories, at work, and so has what is done for somebody.
    """
    product = brief.product
    said = f"{product.category} {product.name} {product.description}"
    if found := _said_by_head(brief):
        return found
    if _SERVICE.search(product.category or said) or _COMES.search(said):
        return "errand"
    if _FOR_FIRMS.search(f"{said} {brief.audience}") or _OF_FIRMS.search(brief.audience):
        return "works"
    named = (product.category, product.name) if product.category else (said,)
    return "anything" if any(_is_formed(one.strip()) for one in named) else "unknown"


def _said_by_head(brief: Brief) -> str:
    """Return the industry for what is done, joined, fitted or made public, where the head of
    the category says so; empty: it does not.

    Other words of the category only say of what: 친환경 페인트 is no campaign.
    """
    product = brief.product
    head = (product.category or product.description).strip().rstrip(".!?")
    if _SOFTWARE.search(head):
        return "work"
    if _JOINED.search(head):
        return "joining"
    if _FOR_THE_PUBLIC.search(head):
        return "campaign"
    if _BROUGHT.search(head):
        return "brought"
    if _SERVICE.search(head) and _IN_MOURNING.search(f"{head} {brief.audience}"):
        return "farewell"
    if _SERVICE.search(head):
        return "firms" if _OF_FIRMS.search(brief.audience) else "errand"
    if _PUBLIC_BODY.search(brief.advertiser):
        return "campaign"
    said = f"{head} {product.description} {' '.join(product.selling_points)}"
    at_home = not (
        _FOR_FIRMS.search(f"{said} {brief.audience}") or _OF_FIRMS.search(brief.audience)
    )
    fitted = at_home and _FITTED.search(said) and _IN_A_HOME.search(said)
    return "fitted" if fitted else ""


def _told_as(brief: Brief, types: ProductTypes | None) -> str:
    """Return the id of the industry that writes for the product's type; empty if none does."""
    writes_for, of_words = industry_of_type(), industries_of_words()
    said = f"{brief.product.category} {brief.product.name}".casefold()
    for kind in _like(brief, types)[:1]:
        named = (one for word, one in of_words.get(kind, ()) if _begins(word, said))
        if industry := next(named, ""):
            return industry
    return next((writes_for[one] for one in _like(brief, types) if one in writes_for), "")


def type_of(brief: Brief, types: ProductTypes | None = None) -> str:
    """Return the id of the product's type; empty if it is unknown."""
    kind = (types or product_types()).match(brief.product)
    return kind.id if kind is not None else ""


def _like(brief: Brief, types: ProductTypes | None) -> tuple[str, ...]:
    """Return the ids of the product's type and of its neighbours; empty if its type is unknown.

    A type that the library does not know yet is written and drawn like its neighbours.
    """
    table = types or product_types()
    kind = table.match(brief.product)
    if _means_another(brief):
        return ()
    if kind is None or _is_named_after(kind, brief, table):
        return ()
    return (kind.id, *table.ids_like(kind))


def _means_another(brief: Brief) -> bool:
    """Return whether the head of the category has a second meaning, and the brief speaks of it:
    무릎 쿠션 is no make-up."""
    product = brief.product
    *before, head = product.category.split() or [""]
    meant = _OF_TWO_MEANINGS.get(head)
    said = f"{product.category} {product.description} {' '.join(product.selling_points)}"
    return bool(before and meant) and re.search(meant or "", said, re.IGNORECASE) is None


def _is_named_after(kind: ProductType, brief: Brief, table: ProductTypes) -> bool:
    """Return whether the type comes only from the name, while the category names another kind: the
    name 담은국수 is a noodle type, the category 국숫집 a restaurant."""
    category = brief.product.category.strip()
    bare = brief.product.model_copy(update={"name": category})
    is_other = kind_of_category(category) != "" or _SERVICE.search(category) is not None
    return table.match(bare) != kind and is_other


@lru_cache(maxsize=64)  # every seed of an order asks it of the same brief
def _scores(fields: tuple[tuple[str, float], ...]) -> tuple[float, ...]:
    """Return how often the weighted texts have each industry's words."""
    return tuple(
        sum(
            weight * (1 + 0.1 * len(word))
            for word in industry.words
            for text, weight in fields
            if (found := _pattern(word).search(text)) and _is_head(found, text)
        )
        for industry in industries()
    )


def _is_head(found: re.Match[str], text: str) -> bool:
    """Return whether a Korean word is the head of a phrase: 환경 is not meant in 친환경 페인트."""
    rest = text[found.end() :].strip()
    if found[0].isascii():
        return not rest or _AFTER_A_HEAD.match(rest) is not None
    return not rest or len(rest) == 1


def product_entry(
    brief: Brief, industry: Industry, colour: str, types: ProductTypes | None = None
) -> tuple[str, ProductEntry]:
    """Return the English noun for prompts, and the product's sheet entry."""
    product, ko = brief.product, brief.language == "ko"
    form = form_of(brief, industry, types)
    noun, looks = industry.noun.en, industry.looks.replace("$colour", colour)
    kind = (types or product_types()).match(product)
    if is_itself(form, industry):
        noun, looks = form.en, _LOOKS.get(form, _LOOKS_OF_GOODS).format(form.en, colour)
    elif form in BODILESS:
        # What it looks like is its industry's to say; a place has none of its own letters.
        if form is not industry.form and form is not ProductForm.SERVICE:
            looks = f"a {form.en} of pale stone with {colour} accents, no sign on it"
    elif kind is not None and form is not industry.form:
        noun = kind.name.en
        looks = f"a plain unbranded {form.en} of {noun} in {colour} and white"
    elif industry.id in ("anything", "unknown", "works"):
        category = in_sentence(product.category)
        said = category if is_latin(category) and not drawn_text(category) else form.en
        noun = said if len(said) <= 40 else form.en
        looks = f"a cleanly designed {noun} in {colour} and white, plain unbranded surfaces"
    elif form is not industry.form:
        looks = f"a plain unbranded {form.en} of {industry.noun.en} in {colour} and white"
    about = [part for part in (product.category, product.description) if part]
    points = ", ".join(product.selling_points)
    if points:
        about.append(f"특징: {points}" if ko else f"Features: {points}")
    entry = ProductEntry(
        id="product",
        name=product.name,
        form=form,
        description=(". ".join(about) or form.label(brief.language))[:2000],
        prompt=looks,
    )
    return noun, entry


def is_itself(form: ProductForm, industry: Industry) -> bool:
    """Return whether a form names the product more exactly than its industry's noun."""
    return form is not industry.form and form not in GENERIC


def form_of(brief: Brief, industry: Industry, types: ProductTypes | None = None) -> ProductForm:
    """Return the form of the product's type; if that is unknown, the form that the brief's words
    name, or a plain package. Words for a container take precedence over the type's form.
    """
    product = brief.product
    text = f"{product.category} {product.name} {product.description}"
    if industry.form in FRONTS:
        return front_of(brief) or industry.form
    if industry.id in _NO_THING:
        return industry.form
    # A type that says less than the brief's own head noun says nothing of the form.
    exact = more_exact(brief, "") == industry.id != _told_as(brief, types)
    if industry.id == "managed":
        # What is rented is what it is.
        bare = _RENTED.sub("", product.category)
        brief = brief.model_copy(update={"product": product.model_copy(update={"category": bare})})
        exact = False
    described = f"{product.category} {product.description}"
    exact = exact or (industry.id == "works" and _OF_A_TRADE.search(described) is not None)
    exact = exact or _is_for_another(brief, types)
    like = () if exact else _like(brief, types)
    form = _form_of_type(f"{product.category} {product.name}", like)
    of_kind = form is None and kind_of(brief) == industry.id
    if industry.form is ProductForm.BICYCLE and _SCOOTER.search(text):
        return ProductForm.KICK_SCOOTER
    if of_kind and industry.form in BODILESS | _SURE:
        return industry.form
    if form is None:
        words = _ANY_FORM_WORDS
    elif form in _CONTAINERS:
        words = _FORM_WORDS
    else:
        return form
    if form is None and product.category:
        # What a description speaks of besides is another thing: a kayak that fits in a backpack.
        text = f"{product.category} {product.name}"
    named = (one for one, pattern in words if re.search(pattern, text, re.IGNORECASE))
    if industry.id in _OF_ITS_HEAD and product.category:
        # What is unknown is named by its head: a bicycle saddle is no bicycle.
        heads = (product.category.strip(), product.name.strip())
        named = (
            one
            for one, pattern in words
            if any(re.search(rf"(?:{pattern})s?$", head, re.IGNORECASE) for head in heads)
        )
    # What is known to have no body is no package, whatever its type.
    known = of_kind or industry.form in BODILESS or industry.form is _F.APP
    unknown = industry.form if known else ProductForm.PACKAGE
    return next(named, form or unknown)


def _is_formed(text: str) -> bool:
    """Return whether the head of a text names a form other than a plain package."""
    return any(
        re.search(rf"(?:{words})s?$", text, re.IGNORECASE)
        for form, words in _ANY_FORM_WORDS
        if form is not ProductForm.PACKAGE
    )


def _form_of_type(text: str, kinds: tuple[str, ...]) -> ProductForm | None:
    said, forms = text.casefold(), forms_of_types()
    known = next((forms[kind] for kind in kinds if kind in forms), ())
    named = (one for one in known if not one.words or any(_begins(w, said) for w in one.words))
    return next((one.form for one in named), None)


def _begins(word: str, said: str) -> bool:
    """Return whether a text contains a word; an English word matches only at the start of a
    word."""
    return re.search(rf"\b{word}" if word.isascii() else word, said) is not None
