"""Errors of the platform's API, by the question that matters: was anything done?"""

QUOTA = "1300010"
BUSY = ("25013", "23006", "23003")
"""An operation runs; created and terminated at once; earlier servers are not gone yet."""


class NcpError(Exception):
    """A call that did not succeed."""


class NothingDone(NcpError):
    """A call that certainly had no effect. It can be repeated."""


class Unreachable(NothingDone):
    """No connection, so nothing was sent."""


class Refused(NothingDone):
    """The platform's own refusal, with its code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message or 'refused'} (code {code or 'unknown'})")
        self.code = code


class QuotaExceeded(Refused):
    """The account may have no more servers of the kind. Nothing will change within seconds."""


class Busy(Refused):
    """Another operation runs on the server. The same call is accepted later."""


class Unsure(NcpError):
    """Server error, throttling, timeout or an unreadable answer: done or not, nobody knows."""


class ListNotWhole(NcpError):
    """A list that cannot be believed. Acting on it would end servers that are at work."""


def refusal(code: str, message: str) -> Refused:
    if code == QUOTA:
        return QuotaExceeded(code, message)
    return Busy(code, message) if code in BUSY else Refused(code, message)
