"""sources.yaml: the documents, their licences, and the meaning of their columns."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from conte.bilingual import Bilingual
from conte.frozen import Frozen, Line, Text
from conte.product_types import Code, Day, Id, Licence, Source
from crawl.polite import Refusal
from crawl.polite.addresses import checked_url
from crawl.products.licences import needs_attribution
from deployments.knowledge.marked_yaml import KnowledgeError, read_marked

Format = Literal["html", "csv", "xlsx", "pdf"]
MAX_SOURCES = 1000
_Needed = Annotated[Line, StringConstraints(min_length=1)]
Header = Annotated[Text, StringConstraints(min_length=1, max_length=120)]
"""A column's header as in the document; nested headers are joined, `표시사항 > 재질`."""
Headers = Annotated[tuple[Header, ...], Field(min_length=1, max_length=64)]


class Columns(Frozen):
    """Header of each field's column. `labels` may name several, or all below one: `표시 > *`."""

    name: Header
    """The product type, in Korean."""
    name_en: Header | None = None
    item: Header | None = None
    item_en: Header | None = None
    industry: Header | None = None
    """The KSIC code, 2 to 5 digits, with or without its section's letter."""
    industry_name: Header | None = None
    synonyms: Header | None = None
    labels: Headers | None = None
    """Items with which the product must be labelled. A cell is a list of such items, or a mark (○)
    that the item in the column's header applies."""


class SourceEntry(Frozen):
    """One document. A field without a column has its value here, for all rows."""

    id: Id
    urls: Annotated[tuple[Line, ...], Field(min_length=1, max_length=100)]
    format: Format
    document: _Needed
    publisher: _Needed
    licence: Licence
    attribution: Line = ""
    date: Day
    columns: Columns
    industry: Code | None = None
    industry_name: Bilingual | None = None
    item: Bilingual | None = None
    law: Bilingual | None = None
    """Name of its labelling standard; default: the document's name."""
    english: dict[str, Line] = Field(default_factory=dict, max_length=5000)
    """Korean -> English names, for documents in Korean only."""
    charset: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,20}$")] | None = None
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    sheets: tuple[Line, ...] = ()
    pages: Annotated[str, StringConstraints(pattern=r"^\d{1,4}(-\d{1,4})?$")] | None = None
    """Pages of a PDF, from 1, both ends included."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if needs_attribution(self.licence) and not self.attribution:
            raise ValueError(
                f"source {self.id!r}: attribution is missing; {self.licence} (공공누리) wants the "
                "publisher, the work and its year to be named"
            )
        if self.columns.industry is None and self.industry is None:
            raise ValueError(f"source {self.id!r}: say industry, or which column has it")
        if self.columns.item is None and self.item is None:
            raise ValueError(f"source {self.id!r}: say item, or which column has it")
        for url in self.urls:
            try:
                checked_url(url)
            except Refusal as refusal:
                raise ValueError(f"source {self.id!r}: urls: {refusal}") from refusal
        return self

    @property
    def source(self) -> Source:
        """Return the source that the table's rows refer to."""
        return Source(
            id=self.id,
            document=self.document,
            publisher=self.publisher,
            licence=self.licence,
            attribution=self.attribution,
            date=self.date,
            basis="fetched",
            url=self.urls[0],
        )


class Sources(Frozen):
    sources: Annotated[tuple[SourceEntry, ...], Field(min_length=1, max_length=MAX_SOURCES)]

    @model_validator(mode="after")
    def _are_told_apart(self) -> Self:
        seen: set[str] = set()
        for entry in self.sources:
            if entry.id in seen:
                raise ValueError(f"source {entry.id!r} stands there twice")
            seen.add(entry.id)
        return self


def read_sources(path: Path) -> tuple[SourceEntry, ...]:
    """Read sources.yaml. Raises KnowledgeError naming file, line, field and the wanted value."""
    marked = read_marked(path)
    return marked.made(Sources.model_validate, marked.value).sources


__all__ = ["Columns", "Format", "KnowledgeError", "SourceEntry", "read_sources"]
