"""The first tables: tenants, productions, versions, clips, films, events, directors."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "tenants",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("counted_s", sa.Double, nullable=False),
        sa.Column("last_claimed_at", sa.Double, nullable=False),
        sa.Column("gpu_s", sa.Double, nullable=False),
        sa.Column("ended", sa.Integer, nullable=False),
        sa.Column("cuts_rendered", sa.Integer, nullable=False),
        sa.Column("cuts_reused", sa.Integer, nullable=False),
        sa.Column("clip_retries", sa.Integer, nullable=False),
        sa.Column("takeovers", sa.Integer, nullable=False),
    )
    op.create_table(
        "stages",
        sa.Column("tenant", sa.String(200), sa.ForeignKey("tenants.name"), primary_key=True),
        sa.Column("stage", sa.String(20), primary_key=True),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    _productions()
    op.create_table(
        "versions",
        _of_production(),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("conte", sa.Text, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("provenance", sa.Text, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clips",
        _of_production(),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("cut", sa.Integer, primary_key=True),
        sa.Column("tier", sa.String(20), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("key", sa.String(200)),
        sa.Column("clip", sa.Text),
        sa.Column("failure", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "films",
        _of_production(),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("tier", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("film", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "events",
        _of_production(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("once", sa.String(200)),
        sa.UniqueConstraint("production", "once", name="events_once"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "directors",
        sa.Column("owner", sa.String(200), primary_key=True),
        sa.Column("beat_at", sa.Double, nullable=False),
    )


def _of_production() -> sa.Column[str]:
    return sa.Column("production", sa.String(40), sa.ForeignKey("productions.id"), primary_key=True)


def _productions() -> None:
    op.create_table(
        "productions",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("tenant", sa.String(200), sa.ForeignKey("tenants.name"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("brief", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("idempotency_key", sa.String(255)),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("updated_at", sa.Double, nullable=False),
        sa.Column("entered_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("num_cuts", sa.Integer, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("cancel_asked", sa.Boolean, nullable=False),
        sa.Column("last_event", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(200)),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("lease_until", sa.Double, nullable=False),
        sa.Column("takeovers", sa.Integer, nullable=False),
        sa.Column("reserved_s", sa.Double, nullable=False),
        sa.Column("charged_s", sa.Double, nullable=False),
        sa.UniqueConstraint("tenant", "idempotency_key", name="productions_once_per_key"),
    )
    for name, columns, where in (
        ("productions_newest", ("tenant", "created_at", "id"), None),
        ("productions_by_state", ("tenant", "state", "created_at", "id"), None),
        ("productions_ended", ("ended_at",), None),
        ("productions_open", ("tenant", "lease_until", "created_at", "id"), "ended_at IS NULL"),
        ("productions_owned", ("owner",), "owner IS NOT NULL"),
    ):
        only = None if where is None else sa.text(where)
        op.create_index(
            name, "productions", list(columns), sqlite_where=only, postgresql_where=only
        )
