"""Approvals: offered with a hash, confirmed with that hash, and kept as a chain of manifests.

Each production has its own chain, so that damage to one breaks no other.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from conte.brief import Brief
from conte.clip import EngineId
from conte.production import Production, State, Version
from conte.revision.approval import (
    Approval,
    Approver,
    Content,
    FileKind,
    Manifest,
    Take,
    VaultFile,
)
from conte.revision.phrase import in_state, phrase
from conte.revision.review import ReviewState
from serve.database.clock import db_now
from serve.database.raw_bytes import raw_bytes
from serve.keys import key_digest
from serve.ledger import reading, reviews
from serve.ledger.errors import IllegalStep, NotFound, OfferLapsed
from serve.ledger.tables import approval_offers, approvals, productions, versions
from serve.stored import read_all, text_of, value_of

OFFER_S = 3600.0
"""Seconds for which an offer can be confirmed."""
MAX_OFFERS = 50
"""Most open offers per version; the oldest make room for new ones."""
_TOKEN_BYTES = 24

_a, _o = approvals.c, approval_offers.c
_COLUMNS = {
    "version.conte": versions.c.conte,
    "version.findings": versions.c.findings,
    "version.provenance": versions.c.provenance,
    "version.revision": versions.c.revision,
    "version.brief": versions.c.brief,
    "production.brief": productions.c.brief,
}
_STORED = (
    select(
        *(raw_bytes(column).label(name) for name, column in _COLUMNS.items()),
        versions.c.base,
        versions.c.created_at,
        productions.c.seed,
    )
    .join(productions, productions.c.id == versions.c.production)
    .where(versions.c.production == bindparam("of"), versions.c.number == bindparam("in_version"))
)
_OFFER = select(approval_offers).where(
    _o.token_hash == bindparam("hash"),
    _o.production == bindparam("of"),
    _o.version == bindparam("in_version"),
    _o.offered_at > db_now() - OFFER_S,
)
_OFFERS = (
    select(_o.token_hash)
    .where(_o.production == bindparam("of"), _o.version == bindparam("in_version"))
    .order_by(_o.offered_at)
)
_DROP = delete(approval_offers).where(_o.token_hash == bindparam("hash"))
_LAPSED = delete(approval_offers).where(_o.offered_at <= db_now() - OFFER_S)
_TAKEN = delete(approval_offers).where(
    _o.production == bindparam("of"), _o.version == bindparam("in_version")
)
_OF_VERSION = select(approvals).where(
    _a.production == bindparam("of"), _a.version == bindparam("in_version")
)
_LAST = (
    select(_a.number, _a.hash)
    .where(_a.production == bindparam("of"))
    .order_by(_a.number.desc())
    .limit(1)
)
_NOW = select(db_now())


@dataclass(frozen=True)
class Subject:
    """A version offered for approval, without the hashes of its files."""

    production: Production
    version: Version
    brief: Brief
    stored: Mapping[str, str]

    @property
    def files(self) -> tuple[tuple[FileKind, str], ...]:
        """Kind and vault key of every file that the version shows, each once."""
        clips = [cut.clip.key for cut in self.production.cuts if cut.clip]
        film = self.production.film
        cast = [entry.image for entry in self.version.conte.sheet if entry.kind == "cast"]
        named: dict[str, FileKind] = dict.fromkeys(clips, "clip")
        if film:
            named |= {film.key: "film", film.sheet_key: "sheet", film.poster_key: "poster"}
        for image in (*self.brief.images.values(), *cast):
            if image:
                named.setdefault(image, "picture")
        for cut in self.version.conte.cuts:
            named |= dict.fromkeys((sound.upload for sound in cut.sounds), "sound")
        return tuple((kind, key) for key, kind in named.items())

    def content(self, files: Iterable[VaultFile]) -> Content:
        film = self.production.film
        if film is None:
            raise IllegalStep(phrase("no_film_to_approve", number=self.version.number))
        by_key = {file.key: file for file in files}
        ids = {cut.number: cut.id for cut in self.version.conte.cuts}
        clips = [cut.clip for cut in self.production.cuts if cut.clip]
        takes = tuple(
            Take(
                cut=ids.get(clip.cut, clip.cut_id),
                number=clip.cut,
                **clip.model_dump(include=_OF_TAKE),
                engine=clip.engine,
                take=clip.take,
                basis=clip.basis,
                source=clip.source,
            )
            for clip in clips
        )
        engines: dict[str, EngineId] = {
            engine.model_dump_json(): engine
            for engine in (self.version.provenance.engine, *(take.engine for take in takes))
        }
        return Content(
            production=self.production.id,
            version=self.version.number,
            seed=self.production.seed,
            brief=self.brief,
            conte=self.version.conte,
            findings=self.version.findings,
            provenance=self.version.provenance,
            takes=takes,
            engines=tuple(engines.values()),
            film=film,
            files=tuple(by_key[key] for _, key in self.files if key in by_key),
            stored=dict(self.stored),
        )


_OF_TAKE = {"tier", "key", "seed", "adapter"}


def subject(conn: Connection, production_id: str, number: int, tenant: str | None) -> Subject:
    """Return a version that can be approved now.

    Raises:
        NotFound
        IllegalStep: if it is not in review, or its film is not finished.
    """
    row = reading.row(conn, production_id, tenant)
    reviews.check_version(conn, production_id, number)
    reviews.check_step(reviews.standing(conn, production_id, number), number, ReviewState.APPROVED)
    production = reading.production(conn, production_id, None, number)
    if number == production.version and production.state is not State.DONE:
        raise IllegalStep(phrase("not_finished", number=number, state=in_state(row.state)))
    if production.film is None:
        raise IllegalStep(phrase("no_film_to_approve", number=number))
    version = reading.version(conn, production_id, number, None)
    if version.brief is None:
        raise IllegalStep(phrase("brief_unreadable", number=number))
    return Subject(production, version, version.brief, stored_hashes(conn, production_id, number))


def stored_hashes(conn: Connection, production_id: str, number: int) -> dict[str, str]:
    """Return the SHA-256 of each stored column of a version; empty if the version is gone."""
    row = conn.execute(_STORED, {"of": production_id, "in_version": number}).mappings().first()
    if row is None:
        return {}
    hashes = {
        name: hashlib.sha256(row[name]).hexdigest() for name in _COLUMNS if row[name] is not None
    }
    numbers = {"version.base": row["base"], "version.created_at": row["created_at"]}
    for name, value in (numbers | {"production.seed": row["seed"]}).items():
        hashes[name] = hashlib.sha256(repr(value).encode()).hexdigest()
    return hashes


def offer(
    conn: Connection,
    production_id: str,
    number: int,
    content: Content,
    tenant: str | None,
) -> str:
    """Store what the approver is shown, and return the token that confirms it."""
    reading.row(conn, production_id, tenant, lock=True)
    conn.execute(_LAPSED)
    of = {"of": production_id, "in_version": number}
    # The oldest give way: offers that nobody confirms keep nobody from approving.
    standing = conn.execute(_OFFERS, of).scalars().all()
    for oldest in standing[: len(standing) - MAX_OFFERS + 1]:
        conn.execute(_DROP, {"hash": oldest})
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = {
        "token_hash": key_digest(token),
        "production": production_id,
        "version": number,
        "content_hash": content.hash,
        "files": text_of(content.files, "files"),
    }
    conn.execute(insert(approval_offers).values(offered_at=db_now()), row)
    return token


def confirm(
    conn: Connection,
    production_id: str,
    number: int,
    content_hash: str,
    token: str,
    approver: Approver,
    tenant: str | None,
) -> Approval:
    """Approve a version for good. The same confirmation again returns the same approval.

    Raises:
        OfferLapsed: if the hash differs from the offer's, or from the version's as it is now.
        IllegalStep
    """
    reading.row(conn, production_id, tenant, lock=True)
    of = {"of": production_id, "in_version": number}
    offered = key_digest(token)
    standing = conn.execute(_OF_VERSION, of).first()
    if standing is not None and (standing.offer, standing.content_hash) == (offered, content_hash):
        return approval_of(standing)
    found = subject(conn, production_id, number, tenant)
    offer = conn.execute(_OFFER, of | {"hash": offered}).first()
    if offer is None:
        raise OfferLapsed(phrase("offer_lapsed"))
    content = found.content(read_all(VaultFile, offer.files, "files"))
    if not offer.content_hash == content.hash == content_hash:
        got, wanted = content_hash[:12], content.hash[:12]
        raise OfferLapsed(phrase("another_hash", number=number, got=got, wanted=wanted))
    return _write(conn, found, content, offered, approver)


def _write(
    conn: Connection, found: Subject, content: Content, offered: str, approver: Approver
) -> Approval:
    production_id, number = found.production.id, found.version.number
    last = conn.execute(_LAST, {"of": production_id}).first()
    manifest = Manifest(
        number=last.number + 1 if last else 1,
        content=content,
        content_hash=content.hash,
        approver=approver,
        at=conn.execute(_NOW).scalar_one(),
        previous=last.hash if last else "",
        offer=offered,
    )
    row = {
        "production": production_id,
        "number": manifest.number,
        "version": number,
        "manifest": manifest.text,
        "hash": manifest.hash,
        "content_hash": manifest.content_hash,
        "previous": manifest.previous,
        "approver": approver.name,
        "at": manifest.at,
        "offer": offered,
    }
    conn.execute(insert(approvals), row)
    conn.execute(_TAKEN, {"of": production_id, "in_version": number})
    before = reviews.standing(conn, production_id, number)
    to, state = ReviewState.APPROVED, found.production.state
    reviews.write(conn, production_id, number, before, to, approver.name, "", state)
    return approval_of(conn.execute(_OF_VERSION, {"of": production_id, "in_version": number}).one())


def approval_of(row: Row[Any]) -> Approval:
    return Approval(
        number=row.number,
        version=row.version,
        hash=row.hash,
        content_hash=row.content_hash,
        previous=row.previous,
        approver=_approver(row),
        at=row.at,
    )


def _approver(row: Row[Any]) -> Approver:
    try:
        return value_of(Approver, json.loads(row.manifest)["approver"])
    except (ValueError, KeyError, TypeError):  # Unreadable is a ValueError
        return Approver(name=row.approver)  # whether it is intact is told where it is proven


def of_production(conn: Connection, production_id: str, tenant: str | None) -> tuple[Approval, ...]:
    """Return its approvals, the oldest first."""
    reading.row(conn, production_id, tenant)
    rows = conn.execute(select(approvals).where(_a.production == production_id).order_by(_a.number))
    return tuple(approval_of(row) for row in rows)


def of_version(conn: Connection, production_id: str, number: int) -> Approval | None:
    """Return a version's approval, if it is approved."""
    row = conn.execute(_OF_VERSION, {"of": production_id, "in_version": number}).first()
    return None if row is None else approval_of(row)


def frozen_text(conn: Connection, production_id: str, number: int, tenant: str | None) -> bytes:
    """Return a version's manifest as it is stored, byte for byte."""
    reading.row(conn, production_id, tenant)
    of = _OF_VERSION.with_only_columns(raw_bytes(_a.manifest))
    found = conn.execute(of, {"of": production_id, "in_version": number}).scalar()
    if found is None:
        raise NotFound(f"version {number} is not approved")
    return bytes(found)
