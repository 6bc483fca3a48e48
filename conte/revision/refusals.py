"""Refusals: why an operation, a draft or a review was not changed, in Korean and English.

`str` is English; `of` says it in the language of the person who asked.
"""

from typing import Any

from conte.revision.phrase import Phrase, Spoken, phrase
from conte.vocabulary import Language


class Refusal(Exception):
    """What was asked was not done, and nothing changed."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said.of("en"))
        self.said = said

    def of(self, language: Language, /) -> str:
        return self.said.of(language)


class NotApplied(Refusal):
    """An operation was not applied; nothing changed. `field`: its field, such as `frames`."""

    def __init__(self, field: str, said: Phrase) -> None:
        super().__init__(said)
        self.field = field
        self.index: int | None = None
        """Index of the operation in the applied list, from 0; None: it was alone."""


class Refused(NotApplied):
    """A rule of the language would be broken, or the field does not accept the value.

    `name` is the rule's in `PHRASES`, `values` are the numbers and names of its sentence.
    """

    def __init__(self, at: str, name: str, /, **values: Any) -> None:
        super().__init__(at, phrase(name, **values))


class UnknownCut(Refused):
    """No cut has this id: it never had one, or it was removed since the caller looked."""

    def __init__(self, field: str, cut: str) -> None:
        super().__init__(field, "no_cut", cut=cut)
        self.cut = cut


class Conflict(NotApplied):
    """The value has changed: the caller saw `expected`, now it is `stands`; both as JSON values.

    `what`: the field and its place, such as `cut 3's caption`.
    """

    def __init__(self, field: str, what: Spoken, expected: Any, stands: Any) -> None:
        super().__init__(field, phrase("changed_since", what=what, field=field))
        self.what = what
        self.expected = expected
        self.stands = stands
