"""Polite fetching: pace, robots.txt, cache. The jobs use only the names below.

manners = Manners(contact="https://example.kr/bot")      # or SIAN_CRAWL_CONTACT
async with Fetcher(manners, open_records(url)) as fetcher:
    match await fetcher.fetch("https://...", media_types={"text/html"}):
        case Fetched(document) | NotModified(document): ...
        case FetchRefused(why, reason): ...              # for good
        case Failed(reason, retry_at): ...               # for now
"""

from crawl.polite.fetcher import Fetcher
from crawl.polite.manners import Manners
from crawl.polite.outcome import (
    Document,
    Downloaded,
    Failed,
    Failure,
    Fetched,
    FetchRefused,
    NotModified,
    Outcome,
    Refusal,
    Why,
)

__all__ = [
    "Document",
    "Downloaded",
    "Failed",
    "Failure",
    "FetchRefused",
    "Fetched",
    "Fetcher",
    "Manners",
    "NotModified",
    "Outcome",
    "Refusal",
    "Why",
]
