"""Fetches one source politely and reads it in a child process. Knows no Ray; results are
serialisable."""

from dataclasses import dataclass, field
from typing import Literal

from conte.bilingual import BilingualText
from crawl.polite import Failed, Fetcher, FetchRefused, NotModified, Why
from crawl.products.bounded_reading import read_bounded
from crawl.products.row import DroppedRow, Row
from crawl.products.sources import Format, SourceEntry
from crawl.products.table import Remark, UnreadableDocument

_ANY = frozenset({"application/octet-stream", "application/x-download", "application/download", ""})
"""Generic media types of download servers; the content decides the kind."""
MEDIA_TYPES: dict[Format, frozenset[str]] = {
    "html": frozenset({"text/html", "application/xhtml+xml"}),
    "csv": _ANY | {"text/csv", "text/plain", "application/csv", "application/vnd.ms-excel",
                   "text/comma-separated-values", "text/tab-separated-values"},
    "xlsx": _ANY | {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    "application/vnd.ms-excel", "application/zip"},
    "pdf": _ANY | {"application/pdf", "application/x-pdf"},
}  # fmt: skip
ANY_TYPE = frozenset().union(*MEDIA_TYPES.values())
"""Media types of all documents that are read: many servers send an XLSX as CSV."""

State = Literal["read", "refused", "failed", "unreadable"]
"""`refused`: its use is forbidden, and nothing of it is kept. `failed`: not available this time.
`unreadable`: missing, or not the expected document. For the last two, the last good reading is
used."""
_MAY_NOT = frozenset({Why.ROBOTS, Why.DIRECTIVE})
_REFUSALS: dict[Why, str] = {
    Why.URL: "요청할 수 없는 주소입니다",
    Why.ADDRESS: "공개된 인터넷 주소가 아닙니다",
    Why.ROBOTS: "robots.txt가 허용하지 않습니다",
    Why.DIRECTIVE: "문서가 이용을 허용하지 않습니다",
    Why.REDIRECT: "따라갈 수 없는 이동입니다",
    Why.STOPPED: "담당자가 확인할 때까지 이 호스트에는 요청하지 않습니다",
    Why.STATUS: "서버가 문서를 주지 않습니다",
    Why.MEDIA_TYPE: "문서의 형식이 다릅니다",
    Why.TOO_LARGE: "문서가 너무 큽니다",
    Why.ENCODING: "문서의 압축을 풀 수 없습니다",
}


@dataclass(frozen=True)
class Origin:
    """A fetched document."""

    url: str
    final_url: str
    sha256: str
    num_bytes: int
    checked_at: float
    """Seconds since the epoch when the server last confirmed this version."""


@dataclass(frozen=True)
class Crawled:
    source: str
    state: State
    rows: tuple[Row, ...] = ()
    dropped: tuple[DroppedRow, ...] = ()
    documents: tuple[Origin, ...] = ()
    tables: int = 0
    passed_over: int = 0
    remarks: tuple[Remark, ...] = ()
    why: BilingualText | None = None
    """Reason why the source was not read; None if it was."""
    retry_at: float = 0.0
    """For `failed`: when the host may be requested again, in seconds since the epoch."""
    fetched: int = field(default=0)
    """Number of documents that were fetched now; the others came from the cache."""


async def crawl_source(entry: SourceEntry, fetcher: Fetcher) -> Crawled:
    """Fetch and read all documents of a source, or none, because a part would look like lost
    rows."""
    rows: list[Row] = []
    dropped: list[DroppedRow] = []
    documents: list[Origin] = []
    remarks: list[Remark] = []
    tables = passed_over = fetched = 0
    for url in entry.urls:
        outcome = await fetcher.fetch(url, media_types=ANY_TYPE)
        if isinstance(outcome, FetchRefused):
            why = BilingualText(ko=_REFUSALS[outcome.why], en=_clipped(outcome.reason))
            state = "refused" if outcome.why in _MAY_NOT else "unreadable"
            return Crawled(entry.id, state, why=why, fetched=fetched)
        if isinstance(outcome, Failed):
            why = BilingualText(ko="이번에는 받지 못했습니다", en=_clipped(outcome.reason))
            return Crawled(entry.id, "failed", why=why, retry_at=outcome.retry_at, fetched=fetched)
        document = outcome.document
        fetched += not isinstance(outcome, NotModified)
        try:
            reading = read_bounded(entry, document.body, document.charset)
        except UnreadableDocument as error:
            why = BilingualText(ko="문서에서 표를 읽지 못했습니다", en=_clipped(f"{url}: {error}"))
            return Crawled(entry.id, "unreadable", why=why, fetched=fetched)
        rows += reading.rows
        dropped += reading.dropped
        remarks += reading.remarks
        tables += reading.tables
        passed_over += reading.passed_over
        documents.append(
            Origin(
                url, document.final_url, document.sha256, len(document.body), document.checked_at
            )
        )
    return Crawled(
        entry.id,
        "read",
        rows=tuple(rows),
        dropped=tuple(dropped),
        documents=tuple(documents),
        tables=tables,
        passed_over=passed_over,
        remarks=tuple(remarks),
        fetched=fetched,
    )


def _clipped(text: str) -> str:
    """Return the text printable and clipped, because servers and documents influence it."""
    return "".join(c if c.isprintable() else " " for c in text)[:500].strip() or "no reason given"
