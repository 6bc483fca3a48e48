"""Requests for exports and their outcomes, as the ingress uses them. Knows no exporter."""

from collections.abc import Sequence
from typing import Literal, Protocol

from conte.edition import Edition
from conte.export import ExportOptions
from conte.frozen import Frozen
from conte.sound import Levels

Refusal = Literal["unknown", "not_installed", "option", "nothing", "missing", "busy", "failed"]
"""Reason why there is no file.

The format does not exist; a library is not installed; the format does not accept an option; the
version has nothing to show in it; the vault lacks a file; too many requests wait; or the export
failed.
"""


class FormatLine(Frozen):
    """A format that a client can request."""

    format: str
    media_type: str
    suffix: str
    label: str
    """Name for people."""
    wants: str = ""
    """Package to install first; empty: none."""


class Made(Frozen):
    """An exported file in the vault."""

    key: str
    media_type: str
    suffix: str
    sha256: str
    size: int
    levels: Levels | None = None
    """Measured loudness of its sound; None without sound, or if it was not measured."""


class Making(Frozen):
    """The file is being made: request it again later."""


class NotMade(Frozen):
    why: Refusal
    detail: str


Outcome = Made | Making | NotMade


class Exporting(Protocol):
    """Makes exports, or returns why not. The same edition and options give the same file."""

    @property
    def formats(self) -> Sequence[FormatLine]: ...

    async def make(
        self,
        tenant: str,
        edition: Edition,
        format: str,  # noqa: A002
        options: ExportOptions,
    ) -> Outcome: ...
