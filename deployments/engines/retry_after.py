"""A model server's Retry-After -> seconds to wait, whatever the server writes there."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 60.0
"""Longest wait that is followed."""


def retry_after_s(header: str) -> float:
    """Parse seconds or a date (RFC 9110, 10.2.3); 0 for anything else."""
    try:
        wait_s = float(header)
    except ValueError:
        try:
            until = parsedate_to_datetime(header)
        except (ValueError, OverflowError):  # a year beyond any calendar
            return 0.0
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        wait_s = (until - datetime.now(UTC)).total_seconds()
    return min(wait_s, LONGEST_S) if wait_s > 0 else 0.0
