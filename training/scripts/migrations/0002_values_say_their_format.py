"""No table changes. Since 0.2 stored values contain their format number, which 0.1 cannot read."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None: ...
