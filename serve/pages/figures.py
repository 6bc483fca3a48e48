"""Formats figures for pages, and lists these functions as template filters. Times are Seoul's."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from math import ceil
from typing import Any

_SEOUL = timezone(timedelta(hours=9))


def number(count: int) -> str:
    return f"{count:,}"


def share(part: float) -> str:
    return f"{part:.1%}"


def figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def moment(at: float) -> str:
    return datetime.fromtimestamp(at, _SEOUL).strftime("%Y-%m-%d %H:%M")


def day(at: float) -> str:
    return datetime.fromtimestamp(at, _SEOUL).strftime("%Y-%m-%d")


def size(num_bytes: int) -> str:
    """Format bytes: 12.3 MB."""
    for least, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if num_bytes >= least:
            many = num_bytes / least
            return f"{many:.1f} {unit}" if many < 99.95 else f"{many:,.0f} {unit}"
    return f"{num_bytes} B"


def span(seconds: float) -> str:
    """Format seconds: 12.3초, 4분 05초, 1,234시간 06분."""
    if seconds < 60:
        return f"{seconds:.1f}초"
    minutes = int(seconds) // 60
    if minutes < 60:
        return f"{minutes}분 {int(seconds) % 60:02}초"
    minutes = ceil(seconds / 60 - 0.5)
    return f"{minutes // 60:,}시간 {minutes % 60:02}분"


def digest(script: str) -> str:
    """Return the source expression of an inline script for a Content-Security-Policy."""
    return f"sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "number": number,
    "share": share,
    "figure": figure,
    "moment": moment,
    "day": day,
    "bytes": size,
    "span": span,
    "digest": digest,
}
