"""CastMember -> the person's look, the same in every cut: age, hair, clothes, colours."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from conte.conte import CastMember
from conte.frozen import digest
from conte.vocabulary import ProductForm
from deployments.engines.animatic.colour import lightness, mix, toned
from deployments.engines.animatic.scheme import Scheme

Hair = Literal["short", "crew", "bob", "long", "ponytail", "bun", "curly", "bald", "side"]
Outfit = Literal["tee", "shirt", "suit", "dress", "hoodie", "sweater", "coat", "apron", "vest"]

_COLOURS = {
    "black": "#2f2d35", "white": "#f3f0ea", "grey": "#8d9096", "gray": "#8d9096",
    "charcoal": "#47484f", "silver": "#b9bdc2", "navy": "#2f3f66", "blue": "#4a78b5",
    "sky": "#9cc4e0", "teal": "#3f8a8a", "green": "#5d9464", "olive": "#7d7f4f",
    "mint": "#a6d4bf", "khaki": "#a8976c", "beige": "#d9c6a5", "cream": "#f0e4cc",
    "ivory": "#f2ead8", "camel": "#c09a63", "brown": "#7d5a43", "tan": "#c7a27a",
    "red": "#c24b45", "burgundy": "#7d3344", "wine": "#7d3344", "pink": "#e2a0ab",
    "coral": "#e8836f", "orange": "#e0883f", "mustard": "#cf9f3b", "yellow": "#ecc85a",
    "purple": "#7b619c", "lavender": "#b7a6d0", "denim": "#5c7aa0",
}  # fmt: skip
_HAIR_COLOURS = {
    "black": "#2b272c", "dark brown": "#3d2c27", "brown": "#5b3f31", "chestnut": "#6d4630",
    "grey": "#a3a2a3", "gray": "#a3a2a3", "silver": "#bdbcbe", "white": "#dedbd6",
    "blond": "#d0a45f", "red": "#94472e", "auburn": "#7d3f2b",
}  # fmt: skip
_SKINS = ("#f3cdb0", "#eec3a2", "#e9b996", "#f0c8a9")
_CLOTHES: tuple[tuple[Outfit, str], ...] = (
    ("suit", r"\bsuit\b|blazer|business jacket|tuxedo"),
    ("dress", r"\bdress\b|\bgown\b|\bskirt\b|hanbok"),
    ("hoodie", r"hoodie|sweatshirt|tracksuit|sportswear|athletic|training wear|windbreaker"),
    ("coat", r"\bcoat\b|parka|trench|\bjacket\b|cardigan|lab coat|doctor"),
    ("apron", r"apron|chef|barista|overalls|mechanic"),
    ("vest", r"\bvest\b|work uniform"),
    ("sweater", r"sweater|knit|jumper|turtleneck|pullover"),
    ("tee", r"t-shirt|\btee\b|tank top"),
    ("shirt", r"\bshirt\b|blouse|uniform|polo|(?<!t-)\bshirt\b"),
)
_HAIR: tuple[tuple[Hair, str], ...] = (
    ("bald", r"\bbald|shaved head"),
    ("ponytail", r"pony ?tail|tied(-| )back|tied hair"),
    ("bun", r"\bbun\b|updo|tied up"),
    ("bob", r"\bbob\b|bobbed|shoulder-length|chin-length|medium hair|medium-length"),
    ("curly", r"curl|perm(ed)?\b|wavy|afro"),
    ("long", r"long( [a-z]+)* hair"),
    ("crew", r"crew cut|buzz|cropped|very short"),
    ("side", r"side[- ]part|slicked|neat( [a-z]+)* hair|comb"),
    ("short", r"short( [a-z]+)* hair"),
)


@dataclass(frozen=True)
class PersonLook:
    """Unlit colours, and the shapes that distinguish one person from another."""

    heads: float
    """Height in heads: 6.4 for an adult, less for a child."""
    female: bool
    old: bool
    skin: str
    skin_dark: str
    hair: Hair
    hair_colour: str
    outfit: Outfit
    top: str
    top_dark: str
    bottom: str
    shoes: str
    trim: str
    glasses: bool
    beard: bool
    build: float
    """Width factor; 1 is average."""


def _coloured(text: str, nouns: str) -> str | None:
    """Return the colour named before one of the nouns ("navy wool suit")."""
    words = "|".join(_COLOURS)
    found = re.search(rf"\b({words})(?:[- ][a-z]+){{0,2}}[- ](?:{nouns})", text)
    return _COLOURS[found[1]] if found else None


def _hair_colour(text: str, old: bool, luck: int) -> str:
    words = "|".join(sorted(_HAIR_COLOURS, key=len, reverse=True))
    found = re.search(rf"\b({words})(?:e|ish|ed)?(?:[- ][a-z]+){{0,3}}[- ]hair", text)
    if found:
        return _HAIR_COLOURS[found[1]]
    if old:
        return _HAIR_COLOURS["grey"]
    return ("#2b272c", "#352a2a", "#46332c", "#2b272c")[luck % 4]


def look_of(member: CastMember, scheme: Scheme, whole_words: bool = False) -> PersonLook:
    """Derive the look from the member's words, and from its id where these say nothing: the same in
    every cut.

    `whole_words`: match whole words only, so that 아이보리 (ivory) is not 아이 (child). False draws a cut
    without staging as it was drawn when its clips were made.
    """
    text = f"{member.prompt} {member.description}".lower()
    luck = int(digest([member.id, member.prompt])[:8], 16)
    female = re.search(r"\b(wom[ae]n|female|girl|mother|mom|grandmother|lady|she|her|daughter|wife|"
                       r"actress)\b|여성|여자|엄마|어머니|할머니|딸|아내|소녀", text) is not None  # fmt: skip
    if not female and re.search(r"\b(m[ae]n|male|boy|father|dad|he|his|son|husband)\b|남|아빠|아들",
                                text) is None:  # fmt: skip
        female = bool(luck & 1)
    decades = [int(a) for a in re.findall(r"\b(\d0)s\b|(\d0)대", text) for a in a if a]
    ages = [int(a) for a in re.findall(r"\b(\d{1,2})[- ]year", text)] + decades
    age = ages[0] if ages else 0
    child = (0 < age < 13) or re.search(
        r"\b(child|kid|toddler|little (girl|boy)|baby)\b|어린이|꼬마|"
        + ("(?<![가-힣])아이(?![가-힣])|(?:여자|남자)아이" if whole_words else "아이"),
        text,
    ) is not None
    old = age >= 60 or re.search(
        r"\b(elderly|senior|old (man|woman)|grand(mother|father|ma|pa))\b|할머니|할아버지|노인|노년", text
    ) is not None  # fmt: skip
    hair: Hair | None = next((h for h, pattern in _HAIR if re.search(pattern, text)), None)
    if hair is None:
        pool: tuple[Hair, ...] = (
            ("bob", "long", "ponytail", "bun") if female else ("short", "side", "crew", "short")
        )
        hair = "curly" if old and female else pool[(luck >> 3) % 4]
    elif hair == "short" and female:
        hair = "bob"
    outfit: Outfit | None = next((o for o, pattern in _CLOTHES if re.search(pattern, text)), None)
    if outfit is None:
        choices: tuple[Outfit, ...] = ("sweater", "shirt", "tee", "hoodie")
        outfit = choices[(luck >> 6) % 4]
    nouns = (
        "suit|blazer|jacket|dress|gown|hoodie|sweatshirt|coat|parka|cardigan|apron|sweater|knit"
        "|jumper|turtleneck|shirt|blouse|tee|t-shirt|uniform|vest|polo|top|skirt|tracksuit|padding"
    )
    pool_tops = (scheme.cloth, "#e9dfcf", "#5f7f9c", "#c9826b", "#7f9478", "#dcae57")
    top = _coloured(text, nouns) or mix(pool_tops[(luck >> 9) % 6], scheme.cloth, 0.25)
    bottom = _coloured(text, "pants|trousers|jeans|slacks|skirt|shorts|leggings|chinos")
    if bottom is None:
        bottom = top if outfit in ("suit", "dress") else ("#3d4a66", "#4b4650", "#6a6357")[luck % 3]
        if outfit not in ("suit", "dress") and abs(lightness(bottom) - lightness(top)) < 0.1:
            bottom = toned(bottom, 0.72 if lightness(top) < 0.5 else 0.36)
    skin = _SKINS[(luck >> 12) % 4]
    return PersonLook(
        heads=3.5
        if whole_words and re.search(r"\btoddler\b|\bbaby\b|아기", text)
        else (4.6 if age < 9 or age == 0 else 5.3)
        if child
        else 6.5,
        female=female,
        old=old,
        skin=skin,
        skin_dark=mix(skin, "#b0604f", 0.26),
        hair=hair,
        hair_colour=_hair_colour(text, old, luck >> 15),
        outfit=outfit,
        top=top,
        top_dark=toned(top, max(0.16, lightness(top) - 0.1)),
        bottom=bottom,
        shoes="#f0ece4" if outfit in ("hoodie", "tee") else "#43373a",
        trim=scheme.accent if outfit not in ("suit", "coat") else "#f3efe8",
        glasses="glasses" in text and "sunglasses" not in text,
        beard=re.search(r"beard|stubble|수염", text) is not None,
        build=(1.0 if female else 1.1) * (0.96 + (luck >> 18) % 9 / 100),
    )


_AS_WORN: dict[ProductForm, Outfit] = {
    ProductForm.CLOTHING: "sweater",
    ProductForm.COAT: "coat",
    ProductForm.T_SHIRT: "tee",
    ProductForm.SUIT: "suit",
    ProductForm.DRESS: "dress",
    ProductForm.APRON: "apron",
}


def wearing(look: PersonLook, form: ProductForm, scheme: Scheme) -> PersonLook:
    """Return the look of the same person in the product, in the colour that it is drawn in."""
    outfit, top = _AS_WORN[form], scheme.accent
    bottom = top if outfit in ("suit", "dress") else look.bottom
    return replace(look, outfit=outfit, top=top, top_dark=scheme.accent_dark, bottom=bottom)
