"""Charges for GPU renders, reasons why finals wait, and notices to directors."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "charges",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("work", sa.String(40), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("tenant", sa.String(200), sa.ForeignKey("tenants.name"), nullable=False),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("gpu_s", sa.Double, nullable=False),
        sa.Column("amount", sa.Double),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("charges_of_day", "charges", ["day", "tenant"])
    op.create_index("charges_of_work", "charges", ["work"])
    op.create_table(
        "notices",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("since", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.add_column("clips", sa.Column("wait", sa.Text))
