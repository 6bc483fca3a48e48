"""Parses a server's times: when to retry, and how long its answer stays fresh."""

import re
from datetime import MAXYEAR, UTC
from email.utils import parsedate_to_datetime, parsedate_tz
from math import inf

import httpx

MAX_RETRY_AFTER_S = 7 * 24 * 3600.0
MAX_FRESH_S = 30 * 24 * 3600.0
_NUMBER = re.compile(r"([+-]?\d+(?:\.\d*)?)\s*(?:s|sec|seconds)?", re.ASCII)


def retry_after_s(headers: httpx.Headers, now: float) -> float:
    """Return Retry-After in seconds from now (RFC 9110, 10.2.3); 0 if there is no valid value.

    Of several values the longest counts, so that no request comes too early.
    """
    # Proxies join headers with commas. A date cut at its comma loses only the day of the week.
    said = headers.get_list("retry-after", split_commas=True)
    waits = (_wait_s(one.strip(), now) for one in said)
    return min(max(waits, default=0.0), MAX_RETRY_AFTER_S)


def _wait_s(said: str, now: float) -> float:
    if (seconds := _number(said)) is not None:
        return max(seconds, 0.0)
    at = date_s(said)
    return 0.0 if at is None else max(at - now, 0.0)


def fresh_for_s(headers: httpx.Headers, now: float, at_least_s: float) -> float:
    """Return for how many seconds an answer need not be requested again.

    The server's value (RFC 9111), but at least `at_least_s`: pages of a site that declares them all
    stale are not requested again in every run.
    """
    said_s = 0.0
    directives = _cache_control(headers)
    if "max-age" in directives:
        said_s = _number(directives["max-age"]) or 0.0
    elif (expires := date_s(headers.get("expires", ""))) is not None:
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


def _number(said: str) -> float | None:
    """Parse a number of seconds, also a fractional one; None if it is none."""
    found = _NUMBER.fullmatch(said)
    return float(found.group(1)) if found else None


def date_s(said: str) -> float | None:
    """Parse a date to seconds since the epoch; None if it is invalid.

    A year beyond the calendar gives infinity, because it means "never", not "now".
    """
    parts = parsedate_tz(said)
    if parts is None:
        return None
    if parts[0] > MAXYEAR:
        return inf
    try:
        when = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
