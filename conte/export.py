"""Export: a version as a file that agencies and clients exchange. Options, and the record of it."""

from typing import Annotated, Literal

from pydantic import Field

from conte.frozen import Frozen, digest, unset
from conte.sound import Levels, Loudness

Layout = Literal["landscape", "portrait"]
Document = Literal["sheet", "changes", "approval"]
Captions = Literal["burned", "clean"]


class ExportOptions(Frozen):
    """What can be chosen of an export. Each format takes some of it."""

    layout: Layout = "landscape"
    """How an A4 page lies."""
    document: Document = "sheet"
    """The conte, what it changed (수정대조표), or the page that is signed (승인서)."""
    captions: Annotated[Captions, unset("burned")] = "burned"
    """Captions and legal lines of a film: in the picture, or none (클린본)."""

    loudness: Annotated[Loudness | None, unset(None)] = None
    """What a film or its stems are brought to; null: what the server is set to."""

    @property
    def chosen(self) -> dict[str, str]:
        """What differs from the defaults, by field."""
        return self.model_dump(exclude_defaults=True)


class ExportRecord(Frozen):
    """An export that was handed out. Recorded once for each file and each person."""

    number: Annotated[int, Field(ge=1)]
    """Counts the exports of the production, from 1."""
    version: int
    format: str
    options: ExportOptions
    key: str
    """Vault key of the file: the hash of everything that shaped its bytes."""
    sha256: str
    """Hash of the file."""
    size: int
    """Bytes."""
    by: str
    """The tenant, or the name that a guest gave."""
    share: str = ""
    """The link that a guest came by; empty: somebody with a key."""
    at: float
    """Seconds since the epoch, by the ledger's clock."""
    levels: Annotated[Levels | None, unset(None)] = None
    """What its sound measures; null where it has none, or was not measured."""


class Recipe(Frozen):
    """Everything that shapes an export's bytes beside the version: what makes it, and how."""

    format: str
    suffix: str
    made_by: tuple[str, ...]
    """The maker's revision, and the libraries that it uses with their versions."""
    options: ExportOptions

    def key(self, edition: str) -> str:
        """Return the vault key of the file. `edition`: hash of what is shown."""
        made = self.model_dump(mode="json")
        return f"exports/{digest([made, edition])}{self.suffix}"
