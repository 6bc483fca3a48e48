"""Why an operation was not applied: a rule it would break, or a value that no longer stands."""

from typing import Any


class NotApplied(Exception):
    """The working state is as it was. `field` is the operation's own, such as `frames`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.index: int | None = None
        """The operation's place in the list that was applied, from 0; None: it was alone."""


class Refused(NotApplied):
    """A rule of the language would be broken, or the value is none the field can have."""


class UnknownCut(Refused):
    """No cut has this id: it never had one, or it was removed since the caller looked."""

    def __init__(self, field: str, cut: str) -> None:
        super().__init__(field, f"there is no cut {cut}")
        self.cut = cut


class Conflict(NotApplied):
    """The caller saw `expected`, and `stands` is there now: both as JSON values."""

    def __init__(self, field: str, what: str, expected: Any, stands: Any) -> None:
        super().__init__(field, f"{what} was changed since: it is no longer what `{field}` says")
        self.what = what
        """The field and its place, such as `cut 3's caption`."""
        self.expected = expected
        self.stands = stands
