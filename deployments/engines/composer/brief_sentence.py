"""A creator's sentence -> the brief that it means, by rules and the table of product types.

Each part between commas is classified: length, ratio, audience, tone. The first remaining phrase is
the product, and those after it are selling points.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from conte.brief import AspectRatio, Brief, Product
from conte.frozen import visible
from conte.product_types import ProductType, ProductTypes
from conte.proposed import ProposedBrief
from conte.vocabulary import Language
from deployments.engines.composer.library import moods
from deployments.knowledge.product_types import product_types

_PARTS = re.compile(r"[,·\n;，、]+|(?<![A-Za-z<])/|(?<=[^\d])\.\s")
_NUMBER = r"(\d+(?:\.\d+)?)"
_OF_LENGTH = r"(?:\s*(?:짜리|분량))?"
_SECONDS = re.compile(
    r"(?<!their )(?<!early )(?<!late )(?<!mid-)(?<!\d)"  # not "in their 30s"
    rf"{_NUMBER}\s*(?:초|seconds?\b|secs?\b|s\b|-second\b){_OF_LENGTH}",
    re.I,
)
_MINUTES = re.compile(rf"{_NUMBER}\s*(?:분(?!야|위|량)|minutes?\b|min\b){_OF_LENGTH}", re.I)
_CUTS = re.compile(r"([4-8])\s*(?:컷|cuts?\b)", re.I)
_VERTICAL = "세로(?:형|로)?|쇼츠|릴스|틱톡|vertical|portrait|shorts|reels|tiktok"
_RATIOS: tuple[tuple[re.Pattern[str], AspectRatio], ...] = (
    (re.compile(rf"9\s*:\s*16|\b(?:{_VERTICAL})\b", re.I), "9:16"),
    (re.compile(r"1\s*:\s*1|\b(?:정사각(?:형)?|square)\b", re.I), "1:1"),
    (re.compile(r"4\s*:\s*5"), "4:5"),
    (re.compile(r"16\s*:\s*9|\b(?:가로(?:형|로)?|landscape|widescreen)\b", re.I), "16:9"),
)
_ADVERTISER = re.compile(r"(?:광고주|advertiser|client)\s*[:은는]?\s*(.+)", re.I)
_WORK = re.compile(
    r"\b(?:an?|the)\s+(?=(?:ad|advert\w*|commercial|film|video|spot)\b)"
    r"|\b(?:ad|advert\w*|commercial|film|video|spot)\s+for\b|^\s*(?:make|create)\b(?:\s+me\b)?"
    r"|\s*(?:광고|영상|콘티|시안|CF|홍보)(?:\s*(?:을|를|로|용))?(?:\s*(?:광고|영상|시안|콘티))?"
    r"(?:\s*만들어\s*(?:줘|주세요)?)?\s*$",
    re.I,
)  # fmt: skip
_FOR = re.compile(
    r"^(.{2,40}?)(?:을|를)\s*(?:위한|대상으로 (?:하는|한)|겨냥한|타깃으로 (?:하는|한))\s*"
)
_FOR_EN = re.compile(
    r"\s+(?:for|aimed at)\s+((?:(?:young|busy|new|working|single)\s+)*"
    r"(?:people|women|men|parents|mothers|moms|fathers|dads|families|students|teenagers|teens|kids|"
    r"children|seniors|workers|couples|drivers|owners|gamers|runners|travell?ers)\b.*)$",
    re.I,
)  # fmt: skip
_AUDIENCE = re.compile(
    r"\d0\s*대|[2-6]0[2-6]0|가구|가족(?!\s*여행)|부모|엄마|아빠|부부|직장인|학생|청소년|어린이|아이들|여성|남성|"
    r"시니어|어르신|운전자|자취|신혼|반려인|집사|소비자|고객|층$|세대|타깃|"
    r"\b(?:people|women|men|parents|mothers|moms|fathers|families|famil\w+|students|teen\w*|kids|"
    r"children|seniors|workers|couples|drivers|gen\s?z|millennials|in their \d0s|\d0s|owners)\b",
    re.I,
)  # fmt: skip
_TONE = re.compile(
    r"톤|분위기|느낌|스럽게|B급|레트로|설렘|설레|묵직|힙|먹먹|공포|로맨틱|감동|긴장|안도|담백|진지|"
    r"\b(?:tone|mood|deadpan|tense|relieved|inspiring|retro|romantic|scary|serious|emotional|dry)\b",
    re.I,
)  # fmt: skip
_SAID_OF_IT = re.compile(r"\s+(?:that|which|with|who|without|made)\b")
_ARTICLE = re.compile(r"^(?:an?|the)\s+", re.I)
_LONGEST_TONE = 30
_MIN_S, _MAX_S = 5.0, 120.0
_SEVERAL = 10


@dataclass
class _Found:
    name: str = ""
    advertiser: str = ""
    audience: list[str] = field(default_factory=list[str])
    tone: list[str] = field(default_factory=list[str])
    points: list[str] = field(default_factory=list[str])
    seconds: float | None = None
    ratio: AspectRatio | None = None
    cuts: int | None = None


class BriefSentences:
    """Proposes briefs by rules, as `conte.proposed.BriefEngine` describes."""

    def __init__(self, types: ProductTypes | None = None) -> None:
        """Create the proposer. `types`: known product types; None: those of the install."""
        self._types = types

    def propose(self, text: str) -> ProposedBrief:
        language: Language = "ko" if re.search("[가-힣]", text) else "en"
        found = _found(text)
        product = Product(name=found.name[:60].strip() or text.strip()[:60].strip())
        kind = self._kind(product)
        guessed: list[str] = []
        if kind is not None:
            product = product.model_copy(update={"category": kind.name.of(language)})
            guessed.append("product.category")
        if found.seconds is None:
            guessed.append("duration_s")
        if found.ratio is None:
            guessed.append("aspect_ratio")
        points = tuple(point for point in found.points if len(point) <= 80)[:_SEVERAL]
        brief = Brief(
            advertiser=found.advertiser,
            product=product.model_copy(update={"selling_points": points}),
            audience=", ".join(found.audience),
            tone=", ".join(found.tone),
            language=language,
            duration_s=min(max(found.seconds or 15.0, _MIN_S), _MAX_S),
            aspect_ratio=found.ratio or "16:9",
        )
        if found.cuts is not None and found.cuts * 0.8 <= brief.duration_s:
            brief = brief.model_copy(update={"cuts": found.cuts})
        return ProposedBrief(brief=brief, guessed=tuple(guessed))

    def _kind(self, product: Product) -> ProductType | None:
        """Return the type of a product. In an English name the noun precedes its qualifiers."""
        types = self._types or product_types()
        noun = _SAID_OF_IT.split(product.name)[0] or product.name
        return types.match(product) or types.match(product.model_copy(update={"name": noun}))


def _found(text: str) -> _Found:
    found = _Found()
    for part in _PARTS.split(text):
        for phrase in _phrases(part, found):
            _sort(phrase, found)
    return found


def _phrases(part: str, found: _Found) -> Iterator[str]:
    """Take length, ratio, cuts and audience out of a part; yield the remaining phrases."""
    if (match := _MINUTES.search(part)) is not None:
        found.seconds = float(match[1]) * 60
        part = part.replace(match[0], " ", 1)
    if (match := _SECONDS.search(part)) is not None:
        found.seconds = (found.seconds or 0.0) + float(match[1])
        part = part.replace(match[0], " ", 1)
    if (match := _CUTS.search(part)) is not None:
        found.cuts = int(match[1])
        part = part.replace(match[0], " ", 1)
    for pattern, ratio in _RATIOS:
        if (match := pattern.search(part)) is not None:
            found.ratio = ratio
            part = part.replace(match[0], " ", 1)
            break
    if (match := _FOR.search(part.strip())) is not None:
        found.audience.append(match[1].strip())
        part = part.strip()[match.end() :]
    if (match := _FOR_EN.search(part)) is not None:
        found.audience.append(match[1].strip())
        part = part[: match.start()]
    part = _WORK.sub(" ", part)
    yield _ARTICLE.sub("", re.sub(r"\s+", " ", part).strip(" .!?~\"'"))


def _sort(phrase: str, found: _Found) -> None:
    if not _seen(phrase):
        return
    if (match := _ADVERTISER.fullmatch(phrase)) is not None:
        found.advertiser = match[1].strip()
    elif found.name and _AUDIENCE.search(phrase):
        found.audience.append(re.sub(r"\s*(?:타깃|대상|위주)(?:으로)?$", "", phrase))
    elif not found.name:
        _name(phrase, found)
    elif _is_tone(phrase):
        found.tone.append(phrase)
    else:
        found.points.append(phrase)


def _name(phrase: str, found: _Found) -> None:
    """Set the product's name, without the tones around it, as in `유머러스한 제습기`."""
    words = phrase.split(" ")
    before: list[str] = []
    after: list[str] = []
    while len(words) > 1 and _is_tone(words[0]):
        before.append(words.pop(0))
    while len(words) > 1 and _is_tone(words[-1]):
        after.insert(0, words.pop())
    if _is_tone(words[0]) and len(words) == 1:
        found.tone.append(phrase)
        return
    found.name = _ARTICLE.sub("", " ".join(words))
    found.tone += [" ".join(said).removesuffix("의") for said in (before, after) if said]


def _seen(phrase: str) -> bool:
    try:
        return bool(visible(phrase))
    except ValueError:
        return False


def _is_tone(phrase: str) -> bool:
    if len(phrase) > _LONGEST_TONE:
        return False
    # A family is who it is for, or the kind of product, before it is a mood.
    said = phrase.lower().replace("가족", "").replace("family", "")
    known = any(word in said for kit in moods().values() for word in kit.words)
    return known or _TONE.search(phrase) is not None
