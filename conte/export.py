"""Export: a version as a file that agencies and clients exchange: its options, and its record."""

from typing import Annotated, Literal

from pydantic import Field

from conte.frozen import Frozen, digest, unset
from conte.sound import Levels, Loudness

Layout = Literal["landscape", "portrait"]
Document = Literal["sheet", "changes", "approval"]
Captions = Literal["burned", "clean"]


class ExportOptions(Frozen):
    """Options of an export. Each format accepts some of them."""

    layout: Layout = "landscape"
    """Orientation of an A4 page."""
    document: Document = "sheet"
    """Content of a PDF: the conte, its changes (수정대조표), or the page to sign (승인서)."""
    captions: Annotated[Captions, unset("burned")] = "burned"
    """Captions and legal lines of a film: burned in, or none (클린본)."""

    loudness: Annotated[Loudness | None, unset(None)] = None
    """Target loudness of a film or its stems; null: the server's."""

    @property
    def chosen(self) -> dict[str, str]:
        """Return field -> value of the options that differ from the defaults."""
        return self.model_dump(exclude_defaults=True)


class ExportRecord(Frozen):
    """Record of a delivered export: one for each file and each person."""

    number: Annotated[int, Field(ge=1)]
    """Number of the export within its production, from 1."""
    version: int
    format: str
    options: ExportOptions
    key: str
    """Vault key of the file: the hash of everything that shaped its bytes."""
    sha256: str
    """SHA-256 of the file, in hex."""
    size: int
    """Size of the file, in bytes."""
    by: str
    """Tenant, or the name that a guest gave."""
    share: str = ""
    """Share link that the guest used; empty: a person with a key."""
    at: float
    """Seconds since the epoch, by the ledger's clock."""
    levels: Annotated[Levels | None, unset(None)] = None
    """Measured loudness of its sound; null without sound, or if it was not measured."""


class Recipe(Frozen):
    """All inputs that shape an export's bytes besides the version: format, options, program
    versions.
    """

    format: str
    suffix: str
    made_by: tuple[str, ...]
    """Revision of the program that makes it, and its libraries with their versions."""
    options: ExportOptions

    def key(self, edition: str) -> str:
        """Return the vault key of the file. `edition`: hash of the edition."""
        made = self.model_dump(mode="json")
        return f"exports/{digest([made, edition])}{self.suffix}"
