"""Approval: what was approved, frozen in a manifest that can be proved later.

`Content` is what is shown before a person confirms; its hash is what they confirm. The manifest
adds who, when and the hash of the approval before, and its own hash goes into the next one: a chain
for each production.
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
    """A file of the vault, by its bytes."""

    what: FileKind
    key: str
    sha256: str
    size: int
    """Bytes."""


class Take(Frozen):
    """The take of a cut that the film shows, and what made it."""

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
    """Everything of a version that is approved."""

    format: Literal[1] = 1
    production: str
    version: int
    seed: int
    """The production's; each cut's is in the conte."""
    brief: Brief
    conte: Conte
    findings: tuple[Finding, ...]
    """Those that were open."""
    provenance: Provenance
    """The writer: engine, prompt version, sampling."""
    takes: tuple[Take, ...]
    engines: tuple[EngineId, ...]
    film: Film
    files: tuple[VaultFile, ...]
    stored: dict[str, str]
    """SHA-256 of the ledger's columns as they are stored, by their names."""

    @property
    def hash(self) -> str:
        return digest(self.model_dump(mode="json"))


class Approver(Frozen):
    name: str
    guest: str = ""
    """Empty: somebody with a key."""
    share: str = ""
    """The link that a guest came by."""


class Manifest(Frozen):
    """An approval. `text` is what is stored; the SHA-256 of it in UTF-8 is its hash."""

    number: int
    """Counts the approvals of the production, from 1."""
    content: Content
    content_hash: str
    approver: Approver
    at: float
    """Seconds since the epoch, by the ledger's clock."""
    previous: str
    """Hash of the production's approval before; empty: this is the first."""
    offer: str
    """Hash of the token that it was confirmed with."""

    @property
    def text(self) -> str:
        return canonical(self.model_dump(mode="json"))

    @property
    def hash(self) -> str:
        return digest(self.model_dump(mode="json"))


class Approval(Frozen):
    """An approval as lists and answers show it."""

    number: int
    version: int
    hash: str
    content_hash: str
    previous: str
    approver: Approver
    at: float


class Check(Frozen):
    """One thing that an approval names, compared with what there is now."""

    what: str
    """Such as "clip", "film", "conte", "approval"."""
    name: str
    """Which one: a key of the vault, a column of the ledger, a number."""
    wanted: str
    found: str
    verdict: Literal["intact", "changed", "missing"]

    @classmethod
    def of(cls, what: str, name: str, wanted: object, found: object) -> "Check":
        """Compare; `found` None: there is nothing."""
        verdict = "missing" if found is None else "intact" if wanted == found else "changed"
        shown = "" if found is None else str(found)
        return cls(what=what, name=name, wanted=str(wanted), found=shown, verdict=verdict)
