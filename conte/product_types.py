"""Product types: industry -> item -> product type, and the legal requirements on each.

Industries are those of the Korean Standard Industrial Classification (한국표준산업분류, KSIC), an
item (품목) is a group of products that one labelling standard (품질표시사항, 표시기준) covers, a
type is the product as an agency's brief names it. A row names its source and licence, and whether
it was taken from the document or written from knowledge of it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from conte.bilingual import Bilingual
from conte.brief import Product
from conte.frozen import Frozen, Line, Text
from conte.product_words import forms_of, head_of, key_of

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,5}$")]
"""A KSIC code: 2 digits for a division (중분류), 3 a group, 4 a class, 5 a subclass (세세분류)."""
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}){0,2}$")]
_REMEMBERED = 256
_Needed = Annotated[Line, StringConstraints(min_length=1)]

Licence = Literal["law", "KOGL-1", "KOGL-2", "KOGL-3", "KOGL-4", "own", "unknown"]
"""Licence of a source.

`law`: laws and public notices, which copyright does not protect (저작권법 제7조). KOGL (공공누리):
1 with attribution, 2 also non-commercial, 3 also unchanged, 4 both.
"""


class Source(Frozen):
    """A document from which rows come."""

    id: Id
    document: _Needed
    publisher: _Needed
    licence: Licence
    attribution: Line = ""
    """Attribution in the form that the licence requires."""
    date: Day
    """Day on which the document was published, or came into force."""
    basis: Literal["written", "fetched"]
    """Origin of the rows. `written`: from knowledge of the text, to be checked against the text in
    force; `fetched`: taken from the document itself.
    """
    url: Line = ""


class Standard(Frozen):
    """표시기준: a law's or notice's requirements on the labels of the products it covers."""

    id: Id
    law: Bilingual
    items: Annotated[tuple[Bilingual, ...], Field(min_length=1)]
    source: Id


class Industry(Frozen):
    code: Code
    name: Bilingual


class ProductType(Frozen):
    id: Id
    industry: Code
    item: Bilingual
    name: Bilingual
    synonyms: tuple[Annotated[Text, StringConstraints(min_length=1, max_length=60)], ...] = ()
    standards: tuple[Id, ...] = ()
    regimes: tuple[Id, ...] = ()
    """Bodies of advertising law that apply, such as `alcohol` or `deposit`; they select claims
    rules.
    """
    source: Id
    """Id of the source of the row itself; each of its standards names its own."""

    @property
    def words(self) -> tuple[str, ...]:
        """All names of the type, in both languages."""
        return (self.name.ko, self.name.en, *self.synonyms)


class ProductTypes(Frozen):
    """A version of the table. Consistent: references resolve, and no word means two types."""

    version: _Needed
    classification: _Needed
    """Edition of the classification that the industries' codes come from."""
    sources: tuple[Source, ...]
    standards: tuple[Standard, ...]
    industries: tuple[Industry, ...]
    types: tuple[ProductType, ...]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        sources = _ids("sources", (source.id for source in self.sources))
        standards = _ids("standards", (standard.id for standard in self.standards))
        industries = _ids("industries", (industry.code for industry in self.industries))
        _ids("types", (kind.id for kind in self.types))
        for standard in self.standards:
            _known(f"standard {standard.id}: source", (standard.source,), sources)
        for kind in self.types:
            _known(f"type {kind.id}: industry", (kind.industry,), industries)
            _known(f"type {kind.id}: standards", kind.standards, standards)
            _known(f"type {kind.id}: source", (kind.source,), sources)
        meant: dict[str, str] = {}
        for kind in self.types:
            for word in kind.words:
                other = meant.setdefault(key_of(word), kind.id)
                if other != kind.id:
                    raise ValueError(f"types: {word!r} means both {other} and {kind.id}")
        return self

    def match(self, product: Product) -> ProductType | None:
        """Return the type of a brief's product: by its category, else by its name, else None.

        A phrase is classified by its head, the last noun: 강아지 사료 is feed, 홍삼 젤리 a jelly. A
        word of the table matches exactly, with other spaces, with a particle, or as the end of a
        compound (수제맥주). The same words always give the same type.
        """
        asked = product.category, product.name
        with suppress(KeyError):
            return self._matched[asked]
        if len(self._matched) >= _REMEMBERED:
            self._matched.clear()
        found = self._matched[asked] = self._match(*asked)
        return found

    def ids_like(self, kind: ProductType) -> tuple[str, ...]:
        """Return the ids of the types of the same item, this one's too."""
        return self._ids_by_item[kind.item.ko, kind.item.en]

    def labelling(self, kind: ProductType) -> tuple[Standard, ...]:
        """Return the labelling standards that apply to a type."""
        return tuple(self._standards_by_id[name] for name in kind.standards)

    def source(self, name: str) -> Source:
        return next(source for source in self.sources if source.id == name)

    @cached_property
    def _types_by_word(self) -> dict[str, ProductType]:
        found = {key_of(word): kind for kind in self.types for word in kind.words}
        for kind in self.types:
            for word in kind.words:
                for form in forms_of(word):
                    found.setdefault(form, kind)
        return found

    def _match(self, *texts: str) -> ProductType | None:
        for text in texts:
            if (found := head_of(text, self._types_by_word.keys())) is not None:
                return self._types_by_word[found]
        return None

    @cached_property
    def _matched(self) -> dict[tuple[str, str], ProductType | None]:
        """Types by category and name, cached because a composer matches the same product
        repeatedly.

        A plain dictionary: the table travels to other processes, pickled with what it remembers.
        """
        return {}

    @cached_property
    def _ids_by_item(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Types by item. An index, because comparing items one by one takes a millisecond for a
        table."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for kind in self.types:
            found[kind.item.ko, kind.item.en].append(kind.id)
        return {item: tuple(ids) for item, ids in found.items()}

    @cached_property
    def _standards_by_id(self) -> dict[str, Standard]:
        return {standard.id: standard for standard in self.standards}


def _ids(field: str, found: Iterable[str]) -> set[str]:
    counts = Counter(found)
    if twice := [name for name, count in counts.items() if count > 1]:
        raise ValueError(f"{field}: {twice[0]!r} stands there twice")
    return set(counts)


def _known(field: str, names: Iterable[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"{field} {name!r} is not in the table")
