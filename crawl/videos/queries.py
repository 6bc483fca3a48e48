"""Search queries, from a file or from the product types."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from conte.product_types import ProductTypes
from conte.vocabulary import Language
from crawl.videos.candidate import printable

_MOST = 200
_WORDS = {"ko": "{name} 광고", "en": "{name} commercial"}


@dataclass(frozen=True)
class Query:
    text: str
    product_type: str = ""
    language: Language = "ko"


class QueriesError(Exception):
    """A query is invalid; the message names the file, the line and what is wanted."""


def of_product_types(table: ProductTypes, language: Language, only: Sequence[str]) -> list[Query]:
    """Return one query per type, in the table's order. `only`: ids of the wanted types; empty: all.

    Raises:
        QueriesError: if the table lacks one of the wanted types.
    """
    if unknown := set(only) - {kind.id for kind in table.types}:
        raise QueriesError(f"the table has no product type {sorted(unknown)[0]!r}")
    return [
        Query(
            _WORDS[language].format(name=kind.name.ko if language == "ko" else kind.name.en),
            kind.id,
            language,
        )
        for kind in table.types
        if not only or kind.id in only
    ]


def read_queries(path: Path, table: ProductTypes, language: Language) -> list[Query]:
    """Read a CSV with the columns `query` and `product_type` (an id, or empty), or one query per
    line.

    Raises:
        QueriesError: if the file or one of its entries is invalid.
    """
    known = {kind.id for kind in table.types}
    found: dict[str, Query] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix == ".csv":
                rows = csv.DictReader(file)
                if "query" not in (rows.fieldnames or ()):
                    raise QueriesError(f"{path}: wanted the columns query and product_type")
                pairs = [(row.get("query") or "", row.get("product_type") or "") for row in rows]
            else:
                pairs = [(line, "") for line in file if not line.startswith("#")]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise QueriesError(f"{path}: {error}") from error
    for number, (text, kind) in enumerate(pairs, 1):
        query, kind = printable(text, _MOST + 1), kind.strip()
        if not query:
            continue
        if len(query) > _MOST:
            raise QueriesError(f"{path}, entry {number}: longer than {_MOST} characters")
        if kind and kind not in known:
            raise QueriesError(f"{path}, entry {number}: the table has no product type {kind!r}")
        found.setdefault(query, Query(query, kind, language))
    return list(found.values())
