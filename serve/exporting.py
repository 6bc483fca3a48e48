"""Requests for exports and their outcomes, as the ingress sees them. Knows no maker."""

from collections.abc import Sequence
from typing import Literal, Protocol

from conte.edition import Edition
from conte.export import ExportOptions
from conte.frozen import Frozen
from conte.sound import Levels

Refusal = Literal["unknown", "not_installed", "option", "nothing", "missing", "busy", "failed"]
"""Why there is no file: there is no such format; a library is not installed; the format does not
take an option; the version has nothing to show in it; the vault lacks a file; too many wait; or the
maker could not make it."""


class FormatLine(Frozen):
    """A format that can be asked for."""

    format: str
    media_type: str
    suffix: str
    label: str
    """For people."""
    wants: str = ""
    """What has to be installed first; empty: nothing."""


class Made(Frozen):
    """A file that lies in the vault."""

    key: str
    media_type: str
    suffix: str
    sha256: str
    size: int
    levels: Levels | None = None
    """What its sound measures."""


class Making(Frozen):
    """It is being made: ask again."""


class NotMade(Frozen):
    why: Refusal
    detail: str


Outcome = Made | Making | NotMade


class Exporting(Protocol):
    """Makes exports, or says why not. The same edition and options: the same file."""

    @property
    def formats(self) -> Sequence[FormatLine]: ...

    async def make(
        self,
        tenant: str,
        edition: Edition,
        format: str,  # noqa: A002
        options: ExportOptions,
    ) -> Outcome: ...
