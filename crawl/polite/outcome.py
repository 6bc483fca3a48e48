"""Outcomes of a request: Fetched, NotModified, FetchRefused, Failed; or Downloaded."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from crawl.polite.directives import Directives


class Why(StrEnum):
    """Reason why a URL may not or cannot be fetched, now or later."""

    URL = "url"
    """Not an absolute http(s) URL that can be requested safely."""
    ADDRESS = "address"
    """The host's address is not public."""
    ROBOTS = "robots"
    """The host's robots.txt disallows the URL."""
    DIRECTIVE = "directive"
    """`X-Robots-Tag` or `<meta name="robots">` forbids its use."""
    REDIRECT = "redirect"
    """Redirected too often, without a target, or from https to http."""
    STOPPED = "stopped"
    """The host is stopped until a person clears it."""
    STATUS = "status"
    """The answer's status, such as 404 or 403."""
    MEDIA_TYPE = "media_type"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    """The body has a compression that was not requested, or is not what its header says."""


class Refusal(Exception):
    """Raised within the package; `Fetcher` turns it into `FetchRefused`.

    `status` is the answer's status if that is the reason, otherwise 0.
    """

    def __init__(self, why: Why, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.why, self.reason, self.status = why, reason, status


class Failure(Exception):
    """Raised within the package; `Fetcher` turns it into `Failed`."""

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
    """Media type in lower case, without parameters; empty if the server sent none."""
    charset: str
    """Charset that the server named; empty if it named none."""
    body: bytes = field(repr=False)
    sha256: str
    etag: str
    last_modified: str
    fetched_at: float
    checked_at: float
    """When the server last confirmed that this version is current."""
    fresh_until: float
    directives: Directives


@dataclass(frozen=True)
class Fetched:
    """Outcome: the document was downloaded now."""

    document: Document


@dataclass(frozen=True)
class NotModified:
    """Outcome: the document is in the cache. `asked`: its server has just confirmed it; otherwise
    it is still fresh."""

    document: Document
    asked: bool


@dataclass(frozen=True)
class Downloaded:
    """Outcome: the body was written to the file."""

    path: Path
    final_url: str
    media_type: str
    num_bytes: int
    sha256: str


@dataclass(frozen=True)
class FetchRefused:
    """Outcome: the URL may not be fetched; another attempt would be refused as well."""

    why: Why
    reason: str


@dataclass(frozen=True)
class Failed:
    """Outcome: the request failed for now. `retry_at`: seconds since the epoch, by the database's
    clock."""

    reason: str
    retry_at: float


Outcome = Fetched | NotModified | FetchRefused | Failed
