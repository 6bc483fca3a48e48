"""The ledger's tables. Times are seconds since the epoch by the database's clock.

Values of the language are kept as JSON text, not as JSON columns: PostgreSQL's refuse U+0000,
which the message of an engine's error may well contain.
"""

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

metadata = MetaData()

tenants = Table(
    "tenants",
    metadata,
    Column("name", String(200), primary_key=True),
    # What fairness compares: GPU-seconds charged, lifted when an idle tenant comes back.
    Column("counted_s", Double, nullable=False, default=0.0),
    Column("last_claimed_at", Double, nullable=False, default=0.0),
    # What /metrics tells: never lifted, never lowered.
    Column("gpu_s", Double, nullable=False, default=0.0),
    Column("ended", Integer, nullable=False, default=0),
    Column("cuts_rendered", Integer, nullable=False, default=0),
    Column("cuts_reused", Integer, nullable=False, default=0),
    Column("clip_retries", Integer, nullable=False, default=0),
    Column("takeovers", Integer, nullable=False, default=0),
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
    # Events are numbered from this counter, under this row's lock: no gaps, no twins.
    Column("last_event", Integer, nullable=False, default=0),
    # The lease. lease_until 0: nobody's, and claimable at once.
    Column("owner", String(200)),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", Double, nullable=False, default=0.0),
    Column("takeovers", Integer, nullable=False, default=0),
    Column("reserved_s", Double, nullable=False, default=0.0),
    Column("charged_s", Double, nullable=False, default=0.0),
    UniqueConstraint("tenant", "idempotency_key", name="productions_once_per_key"),
)

_c = productions.c
Index("productions_newest", _c.tenant, _c.created_at, _c.id)
Index("productions_by_state", _c.tenant, _c.state, _c.created_at, _c.id)
Index("productions_ended", _c.ended_at)
# Claims and the queue's bound look only at what has not ended, however long the ledger gets.
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
    sqlite_with_rowid=False,
)

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

directors = Table(
    "directors",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("beat_at", Double, nullable=False),
)

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
    # Deleted by its tenant: out of sight at once, and whoever renders it stops.
    Column("gone", Boolean, nullable=False, default=False),
    Column("owner", String(200)),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", Double, nullable=False, default=0.0),
    Column("takeovers", Integer, nullable=False, default=0),
    UniqueConstraint("tenant", "idempotency_key", name="videos_once_per_key"),
)
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

entries = Table(
    "entries",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("entry", Text, nullable=False),
    Column("made_at", Double, nullable=False),
)

# Only ever added to: what serves is the newest row of a slot; each knows what it took over from.
servings = Table(
    "servings",
    metadata,
    Column("slot", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    # Empty: what the settings name.
    Column("entry", String(80), nullable=False),
    # The share of productions; the rest gets `other`.
    Column("share", Double, nullable=False, default=1.0),
    Column("other", String(80), nullable=False, default=""),
    Column("returns_to", Integer, nullable=False, default=0),
    Column("at", Double, nullable=False),
    sqlite_with_rowid=False,
)
