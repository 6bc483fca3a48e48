"""Share: a link that lets guests look at a version, comment on it, approve it or take its files."""

from enum import StrEnum

from conte.frozen import Frozen


class Right(StrEnum):
    """What a link allows. None of them includes another."""

    VIEW = "view"
    COMMENT = "comment"
    APPROVE = "approve"
    DOWNLOAD = "download"


class Share(Frozen):
    """A share link, without its token. Times: seconds since the epoch, by the ledger's clock."""

    id: str
    production: str
    version: int | None
    """None: the newest version that was put into review."""
    rights: tuple[Right, ...]
    label: str
    """For the owner, such as the client's name."""
    created_at: float
    expires_at: float
    revoked_at: float | None = None


class Guest(Frozen):
    """A person who gave a name at a share link."""

    id: str
    share: str
    name: str
