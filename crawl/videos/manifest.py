"""The list -> the caption job's manifest in parquet: videos that are downloaded and may be used."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select

from crawl.caption.manifest import CRAWLED_BEST
from crawl.permission import stored_permission
from crawl.records.tables import tombstones, videos
from crawl.videos.candidate import Described
from crawl.videos.video_list import DOWNLOADED
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.stored import read
from serve.whole import whole_file

MANIFEST = "manifest.parquet"
"""Name of the manifest in the job's folder."""
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("uri", pa.string()),
        ("best_uri", pa.string()),
        ("subject", pa.string()),
        ("language", pa.string()),
        ("title", pa.string()),
        ("permission", pa.string()),
        ("size_bytes", pa.int64()),
    ]
)
"""Columns as crawl.caption.manifest.SourceVideo reads them."""
_BATCH = 5000
_v, _t = videos.c, tombstones.c


def write_manifest(records: Database, path: Path) -> int:
    """Write the manifest; return its number of rows. A failed write leaves the one before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with (
        whole_file(path) as aside,
        pq.ParquetWriter(aside, SCHEMA, compression="zstd") as writer,
    ):
        for batch in _batches(records):
            writer.write_table(pa.Table.from_pylist(batch, SCHEMA))
            count += len(batch)
    return count


def _batches(records: Database) -> Iterator[list[dict[str, Any]]]:
    with records.reading() as connection:
        now = connection.execute(select(db_now())).scalar_one()
        gone = set(connection.execute(select(_t.id)).scalars())
        query = (
            select(videos)
            .where(_v.state == DOWNLOADED, _v.permission != "", _v.analysis_key != "")
            .order_by(_v.seen_at, _v.id)
            .execution_options(yield_per=_BATCH)
        )
        for rows in connection.execute(query).partitions():
            yield [_row(row) for row in rows if row.id not in gone and _holds(row.permission, now)]


def _holds(text: str, now: float) -> bool:
    permission = stored_permission(text)
    return permission is not None and permission.holds(now)


def _row(row: Any) -> dict[str, Any]:
    described = read(Described, row.described) if row.described else Described()
    return {
        "id": row.id,
        "uri": row.analysis_key,
        "best_uri": CRAWLED_BEST,
        "subject": row.product_type,
        "language": described.language,
        "title": described.title,
        "permission": row.permission,
        "size_bytes": described.size_bytes,
    }
