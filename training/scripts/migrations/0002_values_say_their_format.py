"""No other tables. Since 0.2 stored values say their format, which 0.1 takes for broken rows."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None: ...
