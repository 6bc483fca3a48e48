"""Approval: a frozen manifest of what was approved, to be proved later.

`Content` is shown before a person confirms; its hash is what they confirm. The manifest adds who,
when and the hash of the approval before, and its own hash goes into the next one: a chain for each
production.
"""

from typing import Literal

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import EngineId, Film, Source, Tier
from conte.conte import Conte
from conte.frozen import Frozen, canonical, digest
from conte.production import Provenance

FileKind = Literal["clip", "film", "sheet", "poster", "picture", "sound"]


class VaultFile(Frozen):
    """A file of the vault with its hash."""

    what: FileKind
    key: str
    sha256: str
    size: int
    """Size in bytes."""


class Take(Frozen):
    """Take of a cut that the film shows, and the engine that made it."""

    cut: str
    number: int
    take: str
    tier: Tier
    key: str
    engine: EngineId
    seed: int
    adapter: str | None
    basis: str
    source: Source


class Content(Frozen):
    """Everything that an approval of a version covers."""

    format: Literal[1] = 1
    production: str
    version: int
    seed: int
    """Seed of the production; each cut's is in the conte."""
    brief: Brief
    conte: Conte
    findings: tuple[Finding, ...]
    """Findings that were open."""
    provenance: Provenance
    """Provenance of the conte: engine, prompt version, sampling."""
    takes: tuple[Take, ...]
    engines: tuple[EngineId, ...]
    film: Film
    files: tuple[VaultFile, ...]
    stored: dict[str, str]
    """SHA-256 of each stored column of the version, by column name."""

    @property
    def hash(self) -> str:
        return digest(self.model_dump(mode="json"))


class Approver(Frozen):
    name: str
    guest: str = ""
    """Id of the guest; empty: a person with a key."""
    share: str = ""
    """Id of the share link that the guest used; empty: none."""


class Manifest(Frozen):
    """An approval. `text` is what is stored; the SHA-256 of it in UTF-8 is its hash."""

    number: int
    """Number of the approval within the production, from 1."""
    content: Content
    content_hash: str
    approver: Approver
    at: float
    """Seconds since the epoch, by the ledger's clock."""
    previous: str
    """Hash of the production's previous approval; empty for the first."""
    offer: str
    """SHA-256 of the token with which the approval was confirmed."""

    @property
    def text(self) -> str:
        return canonical(self.model_dump(mode="json"))

    @property
    def hash(self) -> str:
        return digest(self.model_dump(mode="json"))


class Approval(Frozen):
    """Summary of an approval."""

    number: int
    version: int
    hash: str
    content_hash: str
    previous: str
    approver: Approver
    at: float


class Check(Frozen):
    """One item of an approval, compared with its current state."""

    what: str
    """Kind of item, such as "clip", "film", "conte" or "approval"."""
    name: str
    """Key of the vault, column of the ledger, or number of the approval."""
    wanted: str
    found: str
    verdict: Literal["intact", "changed", "missing"]

    @classmethod
    def of(cls, what: str, name: str, wanted: object, found: object) -> "Check":
        """Compare. `found` None: it is missing."""
        verdict = "missing" if found is None else "intact" if wanted == found else "changed"
        shown = "" if found is None else str(found)
        return cls(what=what, name=name, wanted=str(wanted), found=shown, verdict=verdict)
