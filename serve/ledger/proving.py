"""Compares an approval with the ledger. Does not read the vault's files.

Reads the columns as bytes, so that a column that is no longer valid text is a finding, not an
error.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, RowMapping, bindparam, select
from sqlalchemy.exc import DBAPIError

from conte.frozen import digest
from conte.revision.approval import Check, VaultFile
from conte.revision.review import ReviewState
from serve.database.raw_bytes import raw_bytes
from serve.ledger import approvals as _approvals
from serve.ledger import reading, reviews
from serve.ledger.errors import NotFound
from serve.ledger.tables import approvals, productions
from serve.stored import Unreadable, value_of

_a = approvals.c
_TEXTS = ("manifest", "hash", "content_hash", "previous", "approver", "offer")
_CHAIN = (
    select(
        _a.number, _a.version, _a.at, *(raw_bytes(getattr(_a, name)).label(name) for name in _TEXTS)
    )
    .where(_a.production == bindparam("of"))
    .order_by(_a.number)
)
_TENANT = select(productions.c.tenant).where(productions.c.id == bindparam("of"))


@dataclass(frozen=True)
class Standing:
    """The ledger's part of an approval's comparison, and the files that are still to be
    compared."""

    hash: str
    """SHA-256 of the stored manifest; empty: there is none."""
    manifest: dict[str, Any] | None
    """The manifest; None: it cannot be read."""
    checks: tuple[Check, ...]
    files: tuple[VaultFile, ...]


def standing(conn: Connection, production_id: str, version: int, tenant: str | None) -> Standing:
    """Compare an approved version with the ledger's rows.

    Raises:
        NotFound: if the version is not approved.
    """
    its = conn.execute(_TENANT, {"of": production_id}).scalar()
    if its is None or (tenant is not None and its != tenant):
        raise NotFound(f"there is no production {production_id}")
    chain = conn.execute(_CHAIN, {"of": production_id}).mappings().all()
    manifests = [_parsed(row) for row in chain]
    at = next(
        (
            place
            for place, (row, manifest) in enumerate(zip(chain, manifests, strict=True))
            if version in (row["version"], _content(manifest).get("version"))
        ),
        None,
    )
    state = _state(conn, production_id, version)
    if at is None and state != ReviewState.APPROVED.value:
        raise NotFound(f"version {version} is not approved")
    links = tuple(
        check
        for place, row in enumerate(chain)
        for check in _of_row(production_id, place, row, manifests[place], chain)
    )
    review = Check.of("review", f"version {version}", ReviewState.APPROVED.value, state)
    if at is None:
        gone = Check.of("approval", f"version {version}", "a manifest", None)
        return Standing("", None, (gone, review, *links), ())
    content = _content(manifests[at])
    checks = (*links, review, *_of_version(conn, production_id, version, content))
    return Standing(_hash(chain[at]), manifests[at], checks, _files(content))


def _state(conn: Connection, production_id: str, version: int) -> str:
    try:
        return reviews.standing(conn, production_id, version).state.value
    except (DBAPIError, Unreadable) as error:
        return f"unreadable: {type(error).__name__}"


def _parsed(row: RowMapping) -> dict[str, Any] | None:
    try:
        found: Any = json.loads(bytes(row["manifest"]))
    except ValueError:
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def _content(manifest: dict[str, Any] | None) -> dict[str, Any]:
    content = (manifest or {}).get("content")
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}


def _hash(row: RowMapping) -> str:
    return hashlib.sha256(bytes(row["manifest"])).hexdigest()


def _of_row(
    production_id: str,
    place: int,
    row: RowMapping,
    manifest: dict[str, Any] | None,
    chain: Sequence[RowMapping],
) -> tuple[Check, ...]:
    """Compare the row's columns with its manifest, and the manifest with the one before."""
    name, known = f"approval {place + 1}", manifest or {}
    content = _content(manifest)
    approver = known.get("approver")
    said = {
        "number": (place + 1, row["number"]),
        "manifest's number": (place + 1, known.get("number")),
        "production": (production_id, content.get("production")),
        "version": (content.get("version"), row["version"]),
        "hash": (_hash(row), _text(row["hash"])),
        "content_hash": (digest(content), known.get("content_hash")),
        "content_hash column": (known.get("content_hash"), _text(row["content_hash"])),
        "previous": (_hash(chain[place - 1]) if place else "", known.get("previous")),
        "previous column": (known.get("previous"), _text(row["previous"])),
        "approver": (
            cast("dict[str, Any]", approver).get("name") if isinstance(approver, dict) else None,
            _text(row["approver"]),
        ),
        "offer": (known.get("offer"), _text(row["offer"])),
        "at": (known.get("at"), row["at"]),
    }
    return tuple(
        Check.of("approval", f"{name}: {part}", wanted, found)
        for part, (wanted, found) in said.items()
    )


def _text(column: bytes) -> str:
    return bytes(column).decode("utf-8", "backslashreplace")


def _of_version(
    conn: Connection,
    production_id: str,
    version: int,
    content: dict[str, Any],
) -> tuple[Check, ...]:
    """Compare the version's rows, takes and film with the approved content."""
    wanted = content.get("stored")
    hashes = cast("dict[str, str]", wanted) if isinstance(wanted, dict) else {}
    now = _approvals.stored_hashes(conn, production_id, version)
    checks = [
        Check.of("stored", name, hashes.get(name, "nothing"), now.get(name))
        for name in sorted({*hashes, *now})
    ]
    try:
        production = reading.production(conn, production_id, None, version)
        takes: Any = [cut.clip.key for cut in production.cuts if cut.clip]
        film: Any = production.film.key if production.film else None
    except (DBAPIError, Unreadable, NotFound) as error:
        takes = film = f"unreadable: {type(error).__name__}"
    listed = content.get("takes")
    keys = [take.get("key") for take in cast("list[Any]", listed or []) if isinstance(take, dict)]
    its_film = content.get("film")
    key = cast("dict[str, Any]", its_film).get("key") if isinstance(its_film, dict) else None
    return (
        *checks,
        Check.of("shown", "takes", keys, takes),
        Check.of("shown", "film", key, film),
    )


def _files(content: dict[str, Any]) -> tuple[VaultFile, ...]:
    files = content.get("files")
    try:
        return tuple(value_of(VaultFile, one) for one in cast("list[Any]", files or []))
    except (Unreadable, TypeError):
        return ()
