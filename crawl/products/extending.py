"""Rows of documents + the current table -> the table's next version. Pure: no clock, no files."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from conte.bilingual import BilingualText
from conte.frozen import digest
from conte.product_types import Industry, ProductType, ProductTypes, Source, Standard
from conte.product_words import key_of
from crawl.products.divisions import DIVISIONS
from crawl.products.row import DroppedRow, Row
from crawl.products.sources import SourceEntry

_ID = re.compile(r"[^a-z0-9]+")
_MAX_ID = 56
_MAX_SYNONYM = 60


@dataclass(frozen=True)
class SourceRows:
    """Counts of what one source's rows added to the table."""

    source: str
    rows: int
    """Rows in the table, as new types or merged into existing ones."""
    types: int
    """New types."""
    labelled: int
    """Types, new or existing, for which the source lists labelling items."""
    untranslated: int
    """New types without an English name; the Korean name is used instead."""
    dropped: tuple[DroppedRow, ...]


class Extending:
    """A table that is extended source by source, in the order of sources.yaml."""

    def __init__(self, base: ProductTypes) -> None:
        self._base = base
        self._sources: dict[str, Source] = {source.id: source for source in base.sources}
        self._standards = {standard.id: standard for standard in base.standards}
        self._industries = {industry.code: industry for industry in base.industries}
        self._types: dict[str, ProductType] = {kind.id: kind for kind in base.types}
        self._meant = {key_of(word): kind.id for kind in base.types for word in kind.words}
        self._english = _known_english(base)

    def add(self, entry: SourceEntry, rows: Sequence[Row]) -> SourceRows:
        """Add a source's rows. Its entry replaces the table's source of the same id."""
        self._sources[entry.id] = entry.source
        groups, dropped = _together(rows)
        made: set[str] = set()
        labelled: set[str] = set()
        taken = 0
        for row, places in groups:
            kind = self._kind(entry, row)
            if isinstance(kind, DroppedRow):
                dropped += (replace(kind, place=place) for place in places)
                continue
            if kind.id not in self._types:
                made.add(kind.id)
            if row.labels:
                kind = self._labelled(entry, row, kind)
                labelled.add(kind.id)
            self._types[kind.id] = self._with_synonyms(kind, row)
            taken += len(places)
        untranslated = sum(self._types[name].name.en == self._types[name].name.ko for name in made)
        return SourceRows(entry.id, taken, len(made), len(labelled), untranslated, tuple(dropped))

    def table(self) -> ProductTypes:
        """Return the next version of the table, named by the base's version and a hash of the
        content."""
        used = {kind.source for kind in self._types.values()}
        used |= {standard.source for standard in self._standards.values()}
        used |= {source.id for source in self._base.sources}
        table = self._base.model_copy(
            update={
                "sources": tuple(s for s in self._sources.values() if s.id in used),
                "standards": tuple(self._standards.values()),
                "industries": tuple(self._industries.values()),
                "types": tuple(self._types.values()),
            }
        )
        if table == self._base:
            return table
        content = table.model_dump(mode="json", exclude={"version"})
        version = f"{self._base.version}+{digest(content)[:12]}"
        # Validated again, because the published table must be consistent.
        return ProductTypes.model_validate({**content, "version": version})

    def _kind(self, entry: SourceEntry, row: Row) -> ProductType | DroppedRow:
        """Return the type that the row's name already means, or a new one."""
        kind = self._types.get(self._meant.get(key_of(row.name), ""))
        if kind is None:
            return self._made(entry, row)
        if kind.industry[:2] != row.industry[:2]:
            # The same word in another division of the classification has another meaning.
            other = f"{kind.industry} {kind.name.ko}"
            return _no(row, f"같은 이름이 다른 산업에 이미 있습니다: {other}",
                       f"the name means a type of another industry already: {other}")  # fmt: skip
        return kind

    def _made(self, entry: SourceEntry, row: Row) -> ProductType:
        name = BilingualText(ko=row.name, en=row.name_en or self._english.get(row.name, row.name))
        item = BilingualText(ko=row.item, en=row.item_en or self._english.get(row.item, row.item))
        # An English name that already means another type stays with that type.
        if self._meant.get(key_of(name.en)) is not None:
            name = BilingualText(ko=row.name, en=row.name)
        kind = ProductType(
            id=self._free_id(entry, row),
            industry=self._industry(entry, row),
            item=item,
            name=name,
            source=entry.id,
        )
        self._meant |= {key_of(word): kind.id for word in kind.words}
        return kind

    def _free_id(self, entry: SourceEntry, row: Row) -> str:
        """Return an unused id, which is the same for the same row on every run."""
        slug = _ID.sub("_", row.name_en.lower()).strip("_")[:_MAX_ID]
        if slug[:1].isalpha() and slug not in self._types:
            return slug
        return f"{entry.id[:40]}_{digest([entry.id, row.item, row.name])[:12]}"

    def _industry(self, entry: SourceEntry, row: Row) -> str:
        """Return the row's code if it has a name, else the nearest code above it that has one."""
        if row.industry in self._industries:
            return row.industry
        name = entry.industry_name if row.industry == entry.industry else None
        if name is None and row.industry_name:
            ko = row.industry_name
            name = BilingualText(ko=ko, en=entry.english.get(ko) or self._english.get(ko, ko))
        if name is not None:
            self._industries[row.industry] = Industry(code=row.industry, name=name)
            return row.industry
        for length in range(len(row.industry) - 1, 1, -1):
            if row.industry[:length] in self._industries:
                return row.industry[:length]
        division = row.industry[:2]
        self._industries[division] = Industry(code=division, name=DIVISIONS[division])
        return division

    def _labelled(self, entry: SourceEntry, row: Row, kind: ProductType) -> ProductType:
        items = tuple(
            BilingualText(ko=label, en=entry.english.get(label) or self._english.get(label, label))
            for label in row.labels
        )
        law = entry.law or BilingualText(ko=entry.document, en=entry.document)
        # Types with the same labelling items share one standard.
        name = f"{entry.id[:40]}_{digest([law.model_dump(), row.labels])[:12]}"
        if name not in self._standards:
            self._standards[name] = Standard(id=name, law=law, items=items, source=entry.id)
        if name in kind.standards:
            return kind
        return kind.model_copy(update={"standards": (*kind.standards, name)})

    def _with_synonyms(self, kind: ProductType, row: Row) -> ProductType:
        """Add those synonyms that have no other meaning."""
        known = {key_of(word) for word in kind.words}
        more: list[str] = []
        for word in row.synonyms:
            key = key_of(word)
            if not key or key in known or len(word) > _MAX_SYNONYM:
                continue
            if self._meant.setdefault(key, kind.id) == kind.id:
                known.add(key)
                more.append(word)
        return kind.model_copy(update={"synonyms": (*kind.synonyms, *more)}) if more else kind


def _together(rows: Sequence[Row]) -> tuple[list[tuple[Row, list[str]]], list[DroppedRow]]:
    """Merge rows of the same type; return each with all its places, and the rows that add nothing.

    Documents with one row per labelling item repeat the name in each row.
    """
    found: dict[tuple[str, str, str], tuple[Row, list[str]]] = {}
    dropped: list[DroppedRow] = []
    for row in rows:
        key = key_of(row.name)
        if not key:
            dropped.append(
                _no(row, "이름에 읽을 수 있는 글자가 없습니다", "a name without a letter")
            )
            continue
        speaks_of = key, row.item, row.industry
        if speaks_of not in found:
            found[speaks_of] = row, [row.place]
            continue
        first, places = found[speaks_of]
        labels = tuple(dict.fromkeys((*first.labels, *row.labels)))
        synonyms = tuple(dict.fromkeys((*first.synonyms, *row.synonyms)))
        if labels == first.labels and synonyms == first.synonyms:
            dropped.append(
                _no(row, f"앞의 행과 같습니다 ({first.place})", f"repeats {first.place}")
            )
            continue
        found[speaks_of] = replace(first, labels=labels, synonyms=synonyms), [*places, row.place]
    return list(found.values()), dropped


def _no(row: Row, ko: str, en: str) -> DroppedRow:
    return DroppedRow(row.place, row.name, ko, en)


def _known_english(base: ProductTypes) -> dict[str, str]:
    """Return the table's English names by their Korean names."""
    said: list[BilingualText] = [industry.name for industry in base.industries]
    for standard in base.standards:
        said += standard.items
    for kind in base.types:
        said += (kind.item, kind.name)
    return {text.ko: text.en for text in said}


@dataclass(frozen=True)
class TypeChange:
    """Difference of one type from the version before."""

    id: str
    name: str
    kind: str
    """"new", "changed" or "gone"
    """
    fields: tuple[str, ...] = ()


def changes(before: ProductTypes, after: ProductTypes) -> tuple[TypeChange, ...]:
    earlier, later = _by_id(before.types), _by_id(after.types)
    found: list[TypeChange] = []
    for name, kind in later.items():
        old = earlier.get(name)
        if old is None:
            found.append(TypeChange(name, kind.name.ko, "new"))
        elif old != kind:
            fields = tuple(
                f for f in type(kind).model_fields if getattr(old, f) != getattr(kind, f)
            )
            found.append(TypeChange(name, kind.name.ko, "changed", fields))
    found += [TypeChange(n, k.name.ko, "gone") for n, k in earlier.items() if n not in later]
    return tuple(found)


def _by_id(types: Iterable[ProductType]) -> Mapping[str, ProductType]:
    return {kind.id: kind for kind in types}
