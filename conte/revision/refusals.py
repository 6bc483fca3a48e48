"""Reasons why an operation was not applied: a rule that it breaks, or a value that has changed."""

from typing import Any


class NotApplied(Exception):
    """An operation was not applied; nothing changed. `field`: its field, such as `frames`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.index: int | None = None
        """Index of the operation in the applied list, from 0; None: it was alone."""


class Refused(NotApplied):
    """A rule of the language would be broken, or the field does not accept the value."""


class UnknownCut(Refused):
    """No cut has this id: it never had one, or it was removed since the caller looked."""

    def __init__(self, field: str, cut: str) -> None:
        super().__init__(field, f"there is no cut {cut}")
        self.cut = cut


class Conflict(NotApplied):
    """The value has changed: the caller saw `expected`, it is `stands`; both as JSON values."""

    def __init__(self, field: str, what: str, expected: Any, stands: Any) -> None:
        super().__init__(field, f"{what} was changed since: it is no longer what `{field}` says")
        self.what = what
        """The field and its place, such as `cut 3's caption`."""
        self.expected = expected
        self.stands = stands
