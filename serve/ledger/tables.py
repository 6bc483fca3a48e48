"""The ledger's tables. Times are seconds since the epoch by the database's clock.

Domain values are stored as JSON text, not in JSON columns: PostgreSQL's refuse U+0000, which an
engine's error message may contain.
"""

from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from serve.database.lease import Lease
from serve.database.schema import Schema

metadata = MetaData()
LEDGER = Schema("ledger", Path(__file__).parent / "migrations", "alembic_version")

tenants = Table(
    "tenants",
    metadata,
    Column("name", String(200), primary_key=True),
    # The value that fairness compares: GPU-seconds charged, raised when an idle tenant returns.
    Column("counted_s", Double, nullable=False, default=0.0),
    Column("last_claimed_at", Double, nullable=False, default=0.0),
    # The value that /metrics reports: charges only.
    Column("gpu_s", Double, nullable=False, default=0.0),
    Column("ended", Integer, nullable=False, default=0),
    Column("cuts_rendered", Integer, nullable=False, default=0),
    Column("cuts_reused", Integer, nullable=False, default=0),
    Column("clip_retries", Integer, nullable=False, default=0),
    Column("takeovers", Integer, nullable=False, default=0),
    # Numbers the tenant's events of all productions, under this row's lock: see `tenant_events`.
    Column("last_event", BigInteger, nullable=False, default=0, server_default="0"),
)

stages = Table(
    "stages",
    metadata,
    Column("tenant", ForeignKey("tenants.name"), primary_key=True),
    Column("stage", String(20), primary_key=True),
    Column("seconds", Double, nullable=False, default=0.0),
    Column("times", Integer, nullable=False, default=0),
    sqlite_with_rowid=False,
)

productions = Table(
    "productions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", ForeignKey("tenants.name"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("brief", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    # Of an order for several directions: the same for all of them, and which one it is.
    Column("project", String(40)),
    Column("direction", Integer, nullable=False, server_default="0"),
    # Of a direction that was asked for later: what it is like, and what differs.
    Column("variation", Text),
    # Of the directions of a project, the one picked last goes on.
    Column("picked_at", Double),
    Column("idempotency_key", String(255)),
    Column("body_hash", String(64), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("entered_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("version", Integer, nullable=False, default=0),
    Column("num_cuts", Integer, nullable=False, default=0),
    Column("failure", Text),
    Column("cancel_asked", Boolean, nullable=False, default=False),
    # Numbers the events, under this row's lock: no gaps, no duplicates.
    Column("last_event", Integer, nullable=False, default=0),
    # The lease. lease_until 0: free, claimable at once.
    Column("owner", String(200)),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", Double, nullable=False, default=0.0),
    Column("takeovers", Integer, nullable=False, default=0),
    Column("reserved_s", Double, nullable=False, default=0.0),
    Column("charged_s", Double, nullable=False, default=0.0),
    # While only takes are made of it: the state that it returns to.
    Column("back_to", String(20)),
    UniqueConstraint("tenant", "idempotency_key", name="productions_once_per_key"),
)
production_lease = Lease(productions)

_c = productions.c
Index("productions_of_project", _c.project, _c.direction)
Index("productions_newest", _c.tenant, _c.created_at, _c.id)
Index("productions_by_state", _c.tenant, _c.state, _c.created_at, _c.id)
Index("productions_ended", _c.ended_at)
# Claims and the queue's bound read only open rows, however large the ledger gets.
_open = _c.ended_at.is_(None)
Index(
    "productions_open",
    _c.tenant,
    _c.lease_until,
    _c.created_at,
    _c.id,
    sqlite_where=_open,
    postgresql_where=_open,
)
_owned = _c.owner.is_not(None)
Index("productions_owned", _c.owner, sqlite_where=_owned, postgresql_where=_owned)

versions = Table(
    "versions",
    metadata,
    Column("production", ForeignKey("productions.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("conte", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Column("provenance", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    # Null where it is the production's.
    Column("brief", Text),
    # The version it was made from, and how; null where a writer made it of the brief.
    Column("base", Integer),
    Column("revision", Text),
    # Of the request that sealed it.
    Column("idempotency_key", String(255)),
    Column("body_hash", String(64)),
    sqlite_with_rowid=False,
)

drafts = Table(
    "drafts",
    metadata,
    Column("production", ForeignKey("productions.id"), primary_key=True),
    Column("base", Integer, nullable=False),
    # Counts the changes of the draft.
    Column("revision", Integer, nullable=False),
    Column("working", Text, nullable=False),
    Column("updated_at", Double, nullable=False),
    # Its steps up to this number are done, so many more were taken back.
    Column("num_done", Integer, nullable=False, server_default="0"),
    Column("num_undone", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

# A row each: an operation on a draft writes its own and reads none.
draft_steps = Table(
    "draft_steps",
    metadata,
    Column("production", ForeignKey("productions.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("step", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Every clip that a cut ever had, for a person to pick from.
takes = Table(
    "takes",
    metadata,
    Column("production", ForeignKey("productions.id"), primary_key=True),
    Column("id", String(20), primary_key=True),
    Column("cut", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("clip", Text, nullable=False),
    Column("made_at", Double, nullable=False),
    sqlite_with_rowid=False,
)

# Takes that somebody asked for, beside what a version renders.
take_orders = Table(
    "take_orders",
    metadata,
    Column("production", ForeignKey("productions.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("cut", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("tier", String(20), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("source", String(20), nullable=False),
    Column("upload", String(200)),
    Column("state", String(20), nullable=False),
    Column("take", String(20)),
    Column("failure", Text),
    # Of the request that ordered it.
    Column("idempotency_key", String(255)),
    Column("body_hash", String(64)),
    Column("made_at", Double, nullable=False),
    sqlite_with_rowid=False,
)

Index("takes_newest", takes.c.made_at)

# Files that are being uploaded and that no order names yet; see uploads.py.
uploads = Table(
    "uploads",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("begun_at", Double, nullable=False),
    sqlite_with_rowid=False,
)

clips = Table(
    "clips",
    metadata,
    Column("production", ForeignKey("productions.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("cut", Integer, primary_key=True),
    Column("tier", String(20), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("key", String(200)),
    Column("clip", Text),
    Column("failure", Text),
    # Why a final has not begun, while it has not.
    Column("wait", Text),
    sqlite_with_rowid=False,
)

# What was rendered on GPUs, and its price: a row for each clip, and for each day that it was
# rendered on.
charges = Table(
    "charges",
    metadata,
    # The clip's key in the vault, and the production or video that it was rendered for.
    Column("key", String(200), primary_key=True),
    Column("work", String(40), primary_key=True),
    # Of the clock that ceilings go by, such as 2026-11-30.
    Column("day", String(10), primary_key=True),
    Column("tenant", ForeignKey("tenants.name"), nullable=False),
    Column("tier", String(20), nullable=False),
    Column("gpu_s", Double, nullable=False),
    # Null: the price was not known.
    Column("amount", Double),
    Column("currency", String(3), nullable=False),
    Column("at", Double, nullable=False),
    sqlite_with_rowid=False,
)
Index("charges_of_day", charges.c.day, charges.c.tenant)
Index("charges_of_work", charges.c.work)

films = Table(
    "films",
    metadata,
    Column("production", ForeignKey("productions.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("tier", String(20), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("film", Text, nullable=False),
    sqlite_with_rowid=False,
)

events = Table(
    "events",
    metadata,
    Column("production", ForeignKey("productions.id"), primary_key=True),
    Column("id", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("at", Double, nullable=False),
    Column("by", String(200), nullable=False),
    Column("data", Text, nullable=False),
    Column("once", String(200)),
    UniqueConstraint("production", "once", name="events_once"),
    sqlite_with_rowid=False,
)

# The events of all of a tenant's productions in one order, without gaps; see tenant_events.py.
tenant_events = Table(
    "tenant_events",
    metadata,
    Column("tenant", ForeignKey("tenants.name"), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    # No foreign key to `events`: both rows are written by one statement's caller, never deleted.
    Column("production", String(40), nullable=False),
    Column("event", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Made once, by the first replica that needs it, and read by all. Never logged, never sent.
secrets = Table(
    "secrets",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("secret", String(100), nullable=False),
    Column("made_at", Double, nullable=False),
)

# What an operator has asked of all directors: see draining.py.
notices = Table(
    "notices",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("since", Double, nullable=False),
    # The process that asks for it until it starts again; null: an operator.
    Column("by", String(200)),
    sqlite_with_rowid=False,
)

# The one process that may change what all of them share: see owning.py.
owners = Table(
    "owners",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("owner", String(200)),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("lease_until", Double, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)
owner_lease = Lease(owners)

directors = Table(
    "directors",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("beat_at", Double, nullable=False),
)

# Never changed but for `resolved`; what each means for a later version is derived when read.
comments = Table(
    "comments",
    metadata,
    Column("production", ForeignKey("productions.id"), primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("tenant", ForeignKey("tenants.name"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("audience", String(20), nullable=False),
    # The first comment of the thread; empty for that one itself.
    Column("reply_to", String(40), nullable=False, default=""),
    Column("resolved", Boolean, nullable=False, default=False),
    Column("comment", Text, nullable=False),
    sqlite_with_rowid=False,
)
Index("comments_of_version", comments.c.production, comments.c.version, comments.c.id)
Index("comments_of_thread", comments.c.production, comments.c.reply_to, comments.c.id)
Index("comments_of_tenant", comments.c.tenant)

# Append-only: the newest row of a version is its state; none: a draft.
reviews = Table(
    "reviews",
    metadata,
    Column("production", ForeignKey("productions.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("by", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Double, nullable=False),
    sqlite_with_rowid=False,
)

shares = Table(
    "shares",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("production", ForeignKey("productions.id"), nullable=False),
    # Null: the newest that was put into review.
    Column("version", Integer),
    Column("rights", String(200), nullable=False),
    Column("label", String(200), nullable=False),
    # SHA-256 of the token; the token itself is returned once and kept nowhere.
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("revoked_at", Double),
)
Index("shares_of_production", shares.c.production, shares.c.id)

guests = Table(
    "guests",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("share", ForeignKey("shares.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Double, nullable=False),
)
Index("guests_of_share", guests.c.share)

# What was shown to somebody who is to confirm it.
approval_offers = Table(
    "approval_offers",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("production", ForeignKey("productions.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("files", Text, nullable=False),
    Column("offered_at", Double, nullable=False),
)
Index("approval_offers_of_version", approval_offers.c.production, approval_offers.c.version)

# Append-only. Every column is in the manifest as well, whose hash the next approval holds.
approvals = Table(
    "approvals",
    metadata,
    Column("production", ForeignKey("productions.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("manifest", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("approver", String(200), nullable=False),
    Column("at", Double, nullable=False),
    # Hash of the token it was confirmed with, so that a repeated confirmation is known.
    Column("offer", String(64), nullable=False),
    UniqueConstraint("production", "version", name="approvals_once_per_version"),
    sqlite_with_rowid=False,
)

# Append-only: a row for each file and each person that it was handed out to.
exports = Table(
    "exports",
    metadata,
    Column("production", ForeignKey("productions.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("format", String(40), nullable=False),
    Column("options", Text, nullable=False),
    # The file's key: the hash of everything that shaped its bytes.
    Column("key", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    # The tenant, or a guest's name; the link that the guest came by.
    Column("by", String(200), nullable=False),
    Column("share", String(40), nullable=False, default=""),
    Column("at", Double, nullable=False),
    # What its sound measures; null where it has none, and of before it was measured.
    Column("levels", Text),
    UniqueConstraint("production", "key", "by", "share", name="exports_once_per_person"),
    sqlite_with_rowid=False,
)
Index("exports_of_version", exports.c.production, exports.c.version, exports.c.number)

videos = Table(
    "videos",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", ForeignKey("tenants.name"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("asked", Text, nullable=False),
    Column("tier", String(20), nullable=False),
    Column("idempotency_key", String(255)),
    Column("body_hash", String(64), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("progress", Double, nullable=False, default=0.0),
    Column("clip", Text),
    Column("failure", Text),
    # Deleted by its tenant: hidden at once, and its rendering stops.
    Column("gone", Boolean, nullable=False, default=False),
    Column("owner", String(200)),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", Double, nullable=False, default=0.0),
    Column("takeovers", Integer, nullable=False, default=0),
    UniqueConstraint("tenant", "idempotency_key", name="videos_once_per_key"),
)
video_lease = Lease(videos)
Index("videos_newest", videos.c.tenant, videos.c.created_at, videos.c.id)
_videos_open = videos.c.ended_at.is_(None)
Index(
    "videos_open",
    videos.c.tenant,
    videos.c.lease_until,
    videos.c.created_at,
    videos.c.id,
    sqlite_where=_videos_open,
    postgresql_where=_videos_open,
)

images = Table(
    "images",
    metadata,
    Column("tenant", ForeignKey("tenants.name"), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("created_at", Double, nullable=False),
    sqlite_with_rowid=False,
)

# Recordings of their own: the files that `place_sound` may name.
sounds = Table(
    "sounds",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("tenant", ForeignKey("tenants.name"), nullable=False),
    Column("name", String(200), nullable=False),
    # At 48 kHz.
    Column("num_samples", BigInteger, nullable=False),
    Column("created_at", Double, nullable=False),
    # When it was uploaded, last placed, or last found where it is placed.
    Column("wanted_at", Double, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)
Index("sounds_newest", sounds.c.tenant, sounds.c.created_at, sounds.c.key)
Index("sounds_wanted", sounds.c.wanted_at)

entries = Table(
    "entries",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("entry", Text, nullable=False),
    Column("made_at", Double, nullable=False),
)

# Append-only: the newest row of a slot serves; each row names the one it replaced.
servings = Table(
    "servings",
    metadata,
    Column("slot", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    # Empty: use the settings.
    Column("entry", String(80), nullable=False),
    # The share of productions; the others use `other`.
    Column("share", Double, nullable=False, default=1.0),
    Column("other", String(80), nullable=False, default=""),
    Column("returns_to", Integer, nullable=False, default=0),
    Column("at", Double, nullable=False),
    sqlite_with_rowid=False,
)
