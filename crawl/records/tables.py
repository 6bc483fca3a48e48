"""Tables of the crawling jobs. Times are seconds since the epoch by the database's clock."""

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

# List of all videos found. A video's id is its site and the site's own id: `youtube:abc`.
videos = Table(
    "crawled_videos",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("url", Text, nullable=False),
    # The URL's host, which has its own pace and may be stopped.
    Column("host", String(255), nullable=False),
    Column("query", Text, nullable=False),
    Column("product_type", String(200), nullable=False),
    # seen, permitted, denied, downloaded, failed, removed
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    # How often the download failed, or its worker died.
    Column("attempts", Integer, nullable=False, default=0),
    # Earliest time of the next attempt; for a claimed video, the end of the lease.
    Column("try_at", Double, nullable=False, default=0.0),
    # Id of the claim that downloads the video now; empty: none.
    Column("owner", String(40), nullable=False, default=""),
    # Keyed SHA-256 of the site's name and the channel's id, so that the id itself is not stored.
    Column("channel", String(64), nullable=False, default=""),
    # JSON, as text: title, duration, licence field, languages. No personal data.
    Column("described", Text, nullable=False, default=""),
    # JSON, as text: crawl.permission.Permission; empty: none.
    Column("permission", Text, nullable=False, default=""),
    Column("permitted_at", Double),
    # Vault keys of the renditions: the one for analysis, and the best one.
    Column("analysis_key", String(120), nullable=False, default=""),
    Column("best_key", String(120), nullable=False, default=""),
    Column("seen_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
)
video_lease = Lease(videos, until="try_at")
Index("crawled_videos_by_host", videos.c.state, videos.c.host, videos.c.try_at)
Index("crawled_videos_by_time", videos.c.state, videos.c.try_at)
Index("crawled_videos_by_channel", videos.c.channel)

# Position of each search: its next page, so that no page is requested, or paid for, twice.
searches = Table(
    "video_searches",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("query", String(500), primary_key=True),
    Column("next_page", Text, nullable=False, default=""),
    Column("pages", Integer, nullable=False, default=0),
    Column("found", Integer, nullable=False, default=0),
    # When its last page was read; null while pages are left.
    Column("ended_at", Double),
    Column("changed_at", Double, nullable=False),
)

# Spent units of an API's quota, by its bucket and the day of the quota.
quotas = Table(
    "api_quotas",
    metadata,
    Column("bucket", String(100), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("used", Integer, nullable=False, default=0),
)

# Removed videos: nothing with such an id is ever requested, analysed, captioned or published.
tombstones = Table(
    "tombstones",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", Double, nullable=False),
    # JSON, as text: files still to be deleted from the vault; done_at is null until all is done.
    Column("files", Text, nullable=False, default="[]"),
    Column("done_at", Double),
)

# Files about to be stored in the vault and not yet named by a row, such as those of a killed
# worker.
intended = Table(
    "intended_files",
    metadata,
    Column("video", String(200), primary_key=True),
    Column("key", String(120), primary_key=True),
)

# When each host may be requested next, by all workers of the cluster together.
pace = Table(
    "pace",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("next_at", Double, nullable=False, default=0.0),
    # End of a pause that the host asked for (Retry-After), or of a back-off; it also delays claimed
    # turns.
    Column("quiet_until", Double, nullable=False, default=0.0),
    Column("failures", Integer, nullable=False, default=0),
    # Why the host is not requested until a person clears it (a bot check); empty: not stopped.
    Column("stopped", Text, nullable=False, default=""),
)

# A caption job: its settings, and the run that works on it. Another run may take over when this
# one's heart-beat has stopped; later writes of the old run are refused.
datasets = Table(
    "caption_datasets",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("round", Integer, nullable=False),
    # JSON, as text: the settings that change the results.
    Column("settings", Text, nullable=False),
    Column("command", Text, nullable=False, default=""),
    Column("run", String(40), nullable=False, default=""),
    Column("beat_at", Double, nullable=False, default=0.0),
    Column("begun_at", Double, nullable=False),
)

# One durable row per video of a caption job, in the order of its manifest.
rows = Table(
    "caption_rows",
    metadata,
    Column("dataset", String(100), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("position", BigInteger, nullable=False),
    # JSON, as text: the manifest's row.
    Column("source", Text, nullable=False),
    # waiting, analysed, captioned, done, filtered, quarantined, removed; a failed row stays in its
    # state, with its attempts and reason, until its attempts are used up.
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    # How often the video failed, and how often its worker died.
    Column("attempts", Integer, nullable=False, default=0),
    Column("interruptions", Integer, nullable=False, default=0),
    # The claim of the worker that has begun the row and not ended it; empty: none.
    Column("owner", String(40), nullable=False, default=""),
    # JSON, as text: crawl.analysis.Stream, and CPU seconds by stage.
    Column("stream", Text, nullable=False, default=""),
    Column("seconds", Text, nullable=False, default=""),
    # Vault key of the key frames of all clips; empty: none, or a file per frame.
    Column("frames_key", String(120), nullable=False, default="", server_default=""),
    Column("changed_at", Double, nullable=False),
)
Index("caption_rows_by_state", rows.c.dataset, rows.c.state, rows.c.position)

clips = Table(
    "caption_clips",
    metadata,
    Column("dataset", String(100), primary_key=True),
    # The video's id with the clip's first frame and the frame after its last:
    # `youtube:abc#120-264`.
    Column("id", String(240), primary_key=True),
    Column("video", String(200), nullable=False),
    Column("number", Integer, nullable=False),
    # analysed, filtered, duplicate, captioned
    Column("state", String(20), nullable=False),
    # Why it was filtered, or the clip that it duplicates.
    Column("reason", Text, nullable=False, default=""),
    # JSON, as text: crawl.analysis.DetectedShot, the caption, and the engines that made it.
    Column("shot", Text, nullable=False),
    Column("caption", Text, nullable=False, default=""),
    Column("provenance", Text, nullable=False, default=""),
    # JSON list of the key frames: ranges [offset, bytes] of the row's file, or keys of files, one
    # per frame, as earlier runs stored them. Then the key of the clip's file, once it is stored.
    Column("frames", Text, nullable=False, default="[]"),
    Column("file_key", String(120), nullable=False, default=""),
)
Index("caption_clips_by_video", clips.c.dataset, clips.c.video)
