"""The order of a tenant's events over all productions, and the secrets that replicas share."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

# In the order of their times, and of a production always in that of their ids: a clock may have
# been set back.
NUMBER_ALL = """
INSERT INTO tenant_events (tenant, number, production, event)
SELECT tenant, row_number() OVER (PARTITION BY tenant ORDER BY since, production, id),
       production, id
FROM (
  SELECT p.tenant AS tenant, e.production AS production, e.id AS id,
         max(e.at) OVER (PARTITION BY e.production ORDER BY e.id) AS since
  FROM events e JOIN productions p ON p.id = e.production
) AS told
"""
COUNT_ALL = """
UPDATE tenants
SET last_event = (SELECT count(*) FROM tenant_events WHERE tenant_events.tenant = tenants.name)
"""


def upgrade() -> None:
    op.add_column(
        "tenants", sa.Column("last_event", sa.BigInteger, nullable=False, server_default="0")
    )
    op.create_table(
        "tenant_events",
        sa.Column("tenant", sa.String(200), sa.ForeignKey("tenants.name"), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("production", sa.String(40), nullable=False),
        sa.Column("event", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("secret", sa.String(100), nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
    )
    op.execute(NUMBER_ALL)
    op.execute(COUNT_ALL)
