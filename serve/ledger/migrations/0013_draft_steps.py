"""Steps of drafts as rows; before, an operation read and wrote all of a draft's in one text."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    steps = op.create_table(
        "draft_steps",
        sa.Column("production", sa.String(40), sa.ForeignKey("productions.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("step", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    counts = [
        sa.Column(name, sa.Integer, nullable=False, server_default="0")
        for name in ("num_done", "num_undone")
    ]
    for column in counts:
        op.add_column("drafts", column)
    drafts = sa.table(
        "drafts",
        *(sa.column(name) for name in ("production", "done", "undone", "num_done", "num_undone")),
    )
    connection = op.get_bind()
    for draft in connection.execute(sa.select(drafts)).all():
        # What was taken back last is the first to be done again.
        done, undone = _rows(draft.done), _rows(draft.undone)[::-1]
        rows = [
            {"production": draft.production, "number": number, "step": step}
            for number, step in enumerate([*done, *undone], 1)
        ]
        if rows:
            connection.execute(sa.insert(steps), rows)
        connection.execute(
            sa.update(drafts)
            .where(drafts.c.production == draft.production)
            .values(num_done=len(done), num_undone=len(undone))
        )
    for name in ("done", "undone"):
        op.drop_column("drafts", name)


def _rows(text: str) -> list[str]:
    """Return each step as its own text; a text that is no list of them as one that is none."""
    try:
        told: dict[str, Any] = json.loads(text)
        marks = {name: told[name] for name in ("_format", "_release") if name in told}
        return [json.dumps({**marks, **step}, ensure_ascii=False) for step in told["items"]]
    except (ValueError, TypeError, LookupError):
        return [text]
