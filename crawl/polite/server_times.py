"""What a server says about time: when to ask again, and how long what it sent stays good."""

from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

MAX_RETRY_AFTER_S = 7 * 24 * 3600.0
MAX_FRESH_S = 30 * 24 * 3600.0


def retry_after_s(headers: httpx.Headers, now: float) -> float:
    """Retry-After in seconds from now (RFC 9110, 10.2.3); 0 if it says nothing sensible."""
    said = headers.get("retry-after", "").strip()
    if said.isdecimal() and len(said) < 10:
        return min(float(said), MAX_RETRY_AFTER_S)
    at = _seconds(said)
    return 0.0 if at is None else min(max(at - now, 0.0), MAX_RETRY_AFTER_S)


def fresh_for_s(headers: httpx.Headers, now: float, at_least_s: float) -> float:
    """How long an answer need not be asked for again.

    What its server says (RFC 9111), yet not less than `at_least_s`: a site that calls every page
    stale at once is not asked for each of them on every run.
    """
    said_s = 0.0
    directives = _cache_control(headers)
    if "max-age" in directives:
        age = directives["max-age"]
        said_s = float(age) if age.isdecimal() and len(age) < 10 else 0.0
    elif (expires := _seconds(headers.get("expires", ""))) is not None:
        said_s = expires - now
    return max(at_least_s, min(said_s, MAX_FRESH_S))


def may_be_kept(headers: httpx.Headers) -> bool:
    return "no-store" not in _cache_control(headers)


def _cache_control(headers: httpx.Headers) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in headers.get("cache-control", "").lower().split(","):
        name, _, value = part.partition("=")
        found[name.strip()] = value.strip().strip('"')
    return found


def _seconds(date: str) -> float | None:
    try:
        when = parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
