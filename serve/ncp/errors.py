"""Errors of the platform's API, by the question that matters: was anything done?"""

QUOTA = "1300010"
BUSY = ("25013", "23006", "23003")
"""Codes of refusals that pass: an operation is running; created and terminated in quick succession;
earlier servers still exist.
"""


class NcpError(Exception):
    """A call failed."""


class NothingDone(NcpError):
    """The call certainly had no effect. It can be repeated."""


class Unreachable(NothingDone):
    """There was no connection, so nothing was sent."""


class Refused(NothingDone):
    """The platform refused the call, with this code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message or 'refused'} (code {code or 'unknown'})")
        self.code = code


class QuotaExceeded(Refused):
    """The account may have no more servers of this kind. A retry within seconds is useless."""


class Busy(Refused):
    """Another operation runs on the server. The same call is accepted later."""


class Unsure(NcpError):
    """A server error, throttling, a timeout or an unreadable response: the call may have had an
    effect.
    """


class ListNotWhole(NcpError):
    """The list cannot be trusted. Acting on it would end servers that are at work."""


def refusal(code: str, message: str) -> Refused:
    if code == QUOTA:
        return QuotaExceeded(code, message)
    return Busy(code, message) if code in BUSY else Refused(code, message)
