"""The first tables: videos, searches, removals, hosts, caption jobs with their rows and clips.

In 0.1 the tables of paid models were created here as well; now they belong to
deployments/engines/paid.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "crawled_videos",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("product_type", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("try_at", sa.Double, nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("described", sa.Text, nullable=False),
        sa.Column("permission", sa.Text, nullable=False),
        sa.Column("permitted_at", sa.Double),
        sa.Column("analysis_key", sa.String(120), nullable=False),
        sa.Column("best_key", sa.String(120), nullable=False),
        sa.Column("seen_at", sa.Double, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
    )
    op.create_index("crawled_videos_by_channel", "crawled_videos", ["channel"])
    op.create_index("crawled_videos_by_host", "crawled_videos", ["state", "host", "try_at"])
    op.create_index("crawled_videos_by_time", "crawled_videos", ["state", "try_at"])
    op.create_table(
        "video_searches",
        sa.Column("source", sa.String(200), primary_key=True),
        sa.Column("query", sa.String(500), primary_key=True),
        sa.Column("next_page", sa.Text, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("found", sa.Integer, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("changed_at", sa.Double, nullable=False),
    )
    op.create_table(
        "api_quotas",
        sa.Column("bucket", sa.String(100), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("used", sa.Integer, nullable=False),
    )
    op.create_table(
        "tombstones",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("done_at", sa.Double),
    )
    op.create_table(
        "intended_files",
        sa.Column("video", sa.String(200), primary_key=True),
        sa.Column("key", sa.String(120), primary_key=True),
    )
    op.create_table(
        "pace",
        sa.Column("host", sa.String(255), primary_key=True),
        sa.Column("next_at", sa.Double, nullable=False),
        sa.Column("quiet_until", sa.Double, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("stopped", sa.Text, nullable=False),
    )
    op.create_table(
        "caption_datasets",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("run", sa.String(40), nullable=False),
        sa.Column("beat_at", sa.Double, nullable=False),
        sa.Column("begun_at", sa.Double, nullable=False),
    )
    op.create_table(
        "caption_rows",
        sa.Column("dataset", sa.String(100), primary_key=True),
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("interruptions", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("seconds", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
    )
    op.create_index("caption_rows_by_state", "caption_rows", ["dataset", "state", "position"])
    op.create_table(
        "caption_clips",
        sa.Column("dataset", sa.String(100), primary_key=True),
        sa.Column("id", sa.String(240), primary_key=True),
        sa.Column("video", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("shot", sa.Text, nullable=False),
        sa.Column("caption", sa.Text, nullable=False),
        sa.Column("provenance", sa.Text, nullable=False),
        sa.Column("frames", sa.Text, nullable=False),
        sa.Column("file_key", sa.String(120), nullable=False),
    )
    op.create_index("caption_clips_by_video", "caption_clips", ["dataset", "video"])
