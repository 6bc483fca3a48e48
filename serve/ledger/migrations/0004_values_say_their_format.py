"""No table changes. Stored values have a format number since 0.2; 0.1 would call them broken."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None: ...
