"""Exports as JSON. The client reads the same types; no HTTP here."""

from datetime import datetime
from typing import Literal, Self

from conte.export import ExportRecord
from conte.sound import Levels
from serve.exporting import FormatLine
from serve.ingress.views import View, time_of


class ExportView(View):
    """An export that was delivered to somebody."""

    number: int
    """Number of the export within the production, from 1."""
    version: int
    format: str
    options: dict[str, str]
    """Options of the format, such as `{"layout": "portrait"}`."""
    sha256: str
    """SHA-256 of the file."""
    size: int
    """Size of the file in bytes."""
    by: str
    """Name of the recipient: the tenant, or as the guest gave it."""
    share: str | None
    """Id of the share link that the guest used; null for the tenant."""
    at: datetime
    """Time of the first delivery."""
    levels: Levels | None
    """Measured loudness of its sound; null without sound, or if it was not measured."""

    @classmethod
    def of(cls, record: ExportRecord) -> Self:
        return cls(
            number=record.number,
            version=record.version,
            format=record.format,
            options=record.options.chosen,
            sha256=record.sha256,
            size=record.size,
            by=record.by,
            share=record.share or None,
            at=time_of(record.at),
            levels=record.levels,
        )


class ExportFormatView(View):
    """A format that can be requested."""

    format: str
    label: str
    media_type: str
    wants: str | None
    """What the operator has to install first; null if nothing."""

    @classmethod
    def of(cls, line: FormatLine) -> Self:
        return cls(
            format=line.format,
            label=line.label,
            media_type=line.media_type,
            wants=line.wants or None,
        )


class ExportPage(View):
    """Oldest first. Pass `next` as `?after=` for the following page; null on the last."""

    exports: tuple[ExportView, ...]
    next: int | None
    formats: tuple[ExportFormatView, ...]
    """Formats that this server offers."""


class MakingView(View):
    """A file that is being made. Request it again after `Retry-After`."""

    format: str
    state: Literal["making"] = "making"
