"""Reports of a run, for people (report.html) and programs (report.json)."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from conte.product_types import ProductTypes
from crawl.products.divisions import DIVISIONS
from crawl.products.job import Result, SourceResult
from serve.pages.fonts import fonts_beside
from serve.pages.page import page
from serve.whole import write_whole

_TEMPLATE = Path(__file__).with_name("report.html")
MOST_SHOWN = 200
"""Largest number of rows in one list of the page; report.json has all rows."""


def write_report(folder: Path, result: Result) -> Path:
    """Write both reports and the fonts of the page; return the page's path."""
    told = facts(result) | {"table": str((folder / result.manifest.file).absolute())}
    write_whole(
        folder / "report.json", json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8")
    )
    path = folder / "report.html"
    fonts_beside(path)
    write_whole(path, page(_TEMPLATE, **told, most_shown=MOST_SHOWN))
    return path


def facts(result: Result) -> dict[str, Any]:
    manifest = result.manifest
    kinds = Counter(change.kind for change in result.changes)
    return {
        "version": manifest.version,
        "published": result.published,
        "at": manifest.at,
        "file": manifest.file,
        "sha256": manifest.sha256,
        "previous": manifest.previous,
        "num_types": manifest.num_types,
        "num_standards": manifest.num_standards,
        "counts": {kind: kinds[kind] for kind in ("new", "changed", "gone")},
        "sources": [_source(one) for one in result.told],
        "changes": [
            {"id": c.id, "name": c.name, "kind": c.kind, "fields": list(c.fields)}
            for c in result.changes
        ],
        "divisions": _divisions(result.table),
        "attributions": sorted(
            {
                source.attribution
                for source in result.table.sources
                if source.attribution and source.basis == "fetched"
            }
        ),
    }


def _source(told: SourceResult) -> dict[str, Any]:
    entry, crawled, taken = told.entry, told.crawled, told.taken
    dropped = (*crawled.dropped, *(taken.dropped if taken is not None else ()))
    why = crawled.why
    return {
        "id": entry.id,
        "document": entry.document,
        "publisher": entry.publisher,
        "date": entry.date,
        "licence": entry.licence,
        "attribution": entry.attribution,
        "urls": list(entry.urls),
        "format": entry.format,
        "state": crawled.state,
        "stands_in": told.stands_in,
        "why": {"ko": why.ko, "en": why.en} if why is not None else None,
        "tables": crawled.tables,
        "passed_over": crawled.passed_over,
        "remarks": [
            {"place": remark.place, "ko": remark.ko, "en": remark.en} for remark in crawled.remarks
        ],
        "rows": taken.rows if taken is not None else 0,
        "types": taken.types if taken is not None else 0,
        "labelled": taken.labelled if taken is not None else 0,
        "untranslated": taken.untranslated if taken is not None else 0,
        "num_dropped": len(dropped),
        "dropped": [
            {"place": row.place, "name": row.name, "ko": row.ko, "en": row.en} for row in dropped
        ],
        "documents": [
            {
                "url": document.url,
                "final_url": document.final_url,
                "sha256": document.sha256,
                "num_bytes": document.num_bytes,
                "checked_at": document.checked_at,
            }
            for document in crawled.documents
        ],
    }


def _divisions(table: ProductTypes) -> list[dict[str, Any]]:
    """Return for each division its number of types, and how many of these come from documents."""
    all_of = Counter(kind.industry[:2] for kind in table.types)
    fetched = {source.id for source in table.sources if source.basis == "fetched"}
    of = {standard.id: standard.source for standard in table.standards}
    from_documents = Counter(
        kind.industry[:2]
        for kind in table.types
        if kind.source in fetched or any(of[name] in fetched for name in kind.standards)
    )
    return [
        {
            "code": code,
            "name": DIVISIONS[code].ko if code in DIVISIONS else "",
            "types": count,
            "from_documents": from_documents[code],
        }
        for code, count in sorted(all_of.items())
    ]
