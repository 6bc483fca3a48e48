"""The jobs' tables. Times are seconds since the epoch by the database's clock."""

from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from serve.database.lease import Lease
from serve.database.schema import Schema

metadata = MetaData()
RECORDS = Schema(
    "jobs' database", Path(__file__).parent / "migrations", "records_schema", "records_revision"
)

# The one list of what was seen. A video's id is its site and the site's own id: `youtube:abc`.
videos = Table(
    "crawled_videos",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("url", Text, nullable=False),
    # The URL's host: what has a pace, and may be stopped.
    Column("host", String(255), nullable=False),
    Column("query", Text, nullable=False),
    Column("product_type", String(200), nullable=False),
    # seen, permitted, denied, downloaded, failed, removed
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    # How often it failed, or its downloader died.
    Column("attempts", Integer, nullable=False, default=0),
    # Not before; while somebody has it, until when without a sign of life.
    Column("try_at", Double, nullable=False, default=0.0),
    # Who downloads it just now; empty is nobody.
    Column("owner", String(40), nullable=False, default=""),
    # Keyed SHA-256 of the channel's id with the site's name: never the id itself.
    Column("channel", String(64), nullable=False, default=""),
    # JSON, as text: title, duration, licence field, languages. No person's data.
    Column("described", Text, nullable=False, default=""),
    # JSON, as text: crawl.permission.Permission; empty is none.
    Column("permission", Text, nullable=False, default=""),
    Column("permitted_at", Double),
    # Where the renditions lie in the vault: the one for analysis, and the best one.
    Column("analysis_key", String(120), nullable=False, default=""),
    Column("best_key", String(120), nullable=False, default=""),
    Column("seen_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
)
video_lease = Lease(videos, until="try_at")
Index("crawled_videos_by_host", videos.c.state, videos.c.host, videos.c.try_at)
Index("crawled_videos_by_time", videos.c.state, videos.c.try_at)
Index("crawled_videos_by_channel", videos.c.channel)

# How far each search is: the page it goes on with, so that no page is asked, or paid for, twice.
searches = Table(
    "video_searches",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("query", String(500), primary_key=True),
    Column("next_page", Text, nullable=False, default=""),
    Column("pages", Integer, nullable=False, default=0),
    Column("found", Integer, nullable=False, default=0),
    # When its last page was read; none is that it goes on.
    Column("ended_at", Double),
    Column("changed_at", Double, nullable=False),
)

# Units of an API's quota that were spent, by its bucket and the day that it counts by.
quotas = Table(
    "api_quotas",
    metadata,
    Column("bucket", String(100), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("used", Integer, nullable=False, default=0),
)

# What was removed, for good: nothing by this id is requested, analysed, captioned or published.
tombstones = Table(
    "tombstones",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", Double, nullable=False),
    # JSON, as text: files that are still to be removed from the vault; and whether all is done.
    Column("files", Text, nullable=False, default="[]"),
    Column("done_at", Double),
)

# Files on their way into the vault, until a row names them: what a killed worker has left there.
intended = Table(
    "intended_files",
    metadata,
    Column("video", String(200), primary_key=True),
    Column("key", String(120), primary_key=True),
)

# When a host may be asked next, for all workers of the cluster together.
pace = Table(
    "pace",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("next_at", Double, nullable=False, default=0.0),
    # What it asked for (Retry-After), or a back-off: nobody asks before, whatever turn they hold.
    Column("quiet_until", Double, nullable=False, default=0.0),
    Column("failures", Integer, nullable=False, default=0),
    # Why the host is not asked at all until somebody has looked (a bot check); empty: it is.
    Column("stopped", Text, nullable=False, default=""),
)

# A caption job: what it was begun with, and the run that works on it. Another run may take it over
# when this one's heart has stopped; what the older one still writes is refused.
datasets = Table(
    "caption_datasets",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("round", Integer, nullable=False),
    # JSON, as text: the settings that shape what comes out.
    Column("settings", Text, nullable=False),
    Column("command", Text, nullable=False, default=""),
    Column("run", String(40), nullable=False, default=""),
    Column("beat_at", Double, nullable=False, default=0.0),
    Column("begun_at", Double, nullable=False),
)

# One durable row a video of a caption job, in the order of its manifest.
rows = Table(
    "caption_rows",
    metadata,
    Column("dataset", String(100), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("position", BigInteger, nullable=False),
    # JSON, as text: the manifest's row.
    Column("source", Text, nullable=False),
    # waiting, analysed, captioned, done, filtered, quarantined, removed; a row that failed waits
    # with its attempts and reason until they are used up.
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    # How often it failed by itself, and how often its worker died.
    Column("attempts", Integer, nullable=False, default=0),
    Column("interruptions", Integer, nullable=False, default=0),
    # The run whose worker has begun it and not ended it; empty is none.
    Column("owner", String(40), nullable=False, default=""),
    # JSON, as text: crawl.analysis.Stream, and seconds of processor by stage.
    Column("stream", Text, nullable=False, default=""),
    Column("seconds", Text, nullable=False, default=""),
    Column("changed_at", Double, nullable=False),
)
Index("caption_rows_by_state", rows.c.dataset, rows.c.state, rows.c.position)

clips = Table(
    "caption_clips",
    metadata,
    Column("dataset", String(100), primary_key=True),
    # Its video's id and its first and last frame: `youtube:abc#120-264`.
    Column("id", String(240), primary_key=True),
    Column("video", String(200), nullable=False),
    Column("number", Integer, nullable=False),
    # analysed, filtered, duplicate, captioned
    Column("state", String(20), nullable=False),
    # Why it was filtered, or which clip it is a duplicate of.
    Column("reason", Text, nullable=False, default=""),
    # JSON, as text: crawl.analysis.DetectedShot, its caption, and what made it.
    Column("shot", Text, nullable=False),
    Column("caption", Text, nullable=False, default=""),
    Column("provenance", Text, nullable=False, default=""),
    # Vault keys of the key frames (JSON list), and of the clip's file once it is published.
    Column("frames", Text, nullable=False, default="[]"),
    Column("file_key", String(120), nullable=False, default=""),
)
Index("caption_clips_by_video", clips.c.dataset, clips.c.video)
