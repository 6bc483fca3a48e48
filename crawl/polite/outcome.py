"""Outcomes of a request: Fetched, NotModified, FetchRefused, Failed; or Downloaded."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from crawl.polite.directives import Directives


class Why(StrEnum):
    """Why a URL may not or cannot be fetched, now or later."""

    URL = "url"
    """Not an absolute http(s) URL that could be asked safely."""
    ADDRESS = "address"
    """Its host is not a public address."""
    ROBOTS = "robots"
    """Its robots.txt disallows it."""
    DIRECTIVE = "directive"
    """`X-Robots-Tag` or `<meta name="robots">` forbids its use."""
    REDIRECT = "redirect"
    """Redirected too often, nowhere, or from https to http."""
    STOPPED = "stopped"
    """The host is not asked any more until somebody has looked."""
    STATUS = "status"
    """404, 403 and the like."""
    MEDIA_TYPE = "media_type"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    """Compressed in a way that was not asked for, or not what it claims to be."""


class Refusal(Exception):
    """Raised within; the face of the package turns it into `FetchRefused`.

    `status`: what the host answered, where that is why; else 0.
    """

    def __init__(self, why: Why, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.why, self.reason, self.status = why, reason, status


class Failure(Exception):
    """Raised within; the face of the package turns it into `Failed`."""

    def __init__(self, reason: str, retry_at: float) -> None:
        super().__init__(reason)
        self.reason, self.retry_at = reason, retry_at


@dataclass(frozen=True)
class Document:
    """A whole response. Times: seconds since the epoch, by this machine's clock."""

    url: str
    """The requested URL."""
    final_url: str
    """The URL after redirects."""
    media_type: str
    """In lower case, without parameters; empty if the server named none."""
    charset: str
    """As the server named it; empty if it did not."""
    body: bytes = field(repr=False)
    sha256: str
    etag: str
    last_modified: str
    fetched_at: float
    checked_at: float
    """When its server last said that this is the current one."""
    fresh_until: float
    directives: Directives


@dataclass(frozen=True)
class Fetched:
    """The document was fetched now."""

    document: Document


@dataclass(frozen=True)
class NotModified:
    """The document was in the cache. `asked`: its server has just confirmed it; else it is still
    fresh."""

    document: Document
    asked: bool


@dataclass(frozen=True)
class Downloaded:
    """The body was written to the file."""

    path: Path
    final_url: str
    media_type: str
    num_bytes: int
    sha256: str


@dataclass(frozen=True)
class FetchRefused:
    """The URL may not be fetched; another attempt would be refused as well."""

    why: Why
    reason: str


@dataclass(frozen=True)
class Failed:
    """The request failed for now. `retry_at`: by the database's clock, seconds since the epoch."""

    reason: str
    retry_at: float


Outcome = Fetched | NotModified | FetchRefused | Failed
