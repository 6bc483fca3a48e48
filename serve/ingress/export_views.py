"""Exports as JSON. The client reads the same types; no HTTP here."""

from datetime import datetime
from typing import Literal, Self

from conte.export import ExportRecord
from conte.sound import Levels
from serve.exporting import FormatLine
from serve.ingress.views import View, time_of


class ExportView(View):
    """An export that was handed out."""

    number: int
    """Counts the exports of the production, from 1."""
    version: int
    format: str
    options: dict[str, str]
    """What was chosen, such as `{"layout": "portrait"}`."""
    sha256: str
    """Hash of the file."""
    size: int
    """Bytes."""
    by: str
    """The tenant, or the name that a guest gave."""
    share: str | None
    """The link that a guest came by."""
    at: datetime
    """When it was first handed out."""
    levels: Levels | None
    """What its sound measures; null where it has none, or was not measured."""

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
    """A format that can be asked for."""

    format: str
    label: str
    media_type: str
    wants: str | None
    """What the operator has to install first; null: nothing."""

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
    """What this server makes."""


class MakingView(View):
    """A file that is being made. Ask again after `Retry-After`."""

    format: str
    state: Literal["making"] = "making"
