"""Share: a link that lets guests look at a version, comment on it, approve it or take its files."""

from enum import StrEnum

from conte.frozen import Frozen


class Right(StrEnum):
    """Right of a share link. No right includes another."""

    VIEW = "view"
    COMMENT = "comment"
    APPROVE = "approve"
    DOWNLOAD = "download"


class Share(Frozen):
    """A share link, without its token. Times: seconds since the epoch, by the ledger's clock."""

    id: str
    production: str
    version: int | None
    """Version that the link leads to; None: the newest that was put into review."""
    rights: tuple[Right, ...]
    label: str
    """Label for the owner, such as the client's name."""
    created_at: float
    expires_at: float
    revoked_at: float | None = None


class Guest(Frozen):
    """A person who gave a name at a share link."""

    id: str
    share: str
    name: str
