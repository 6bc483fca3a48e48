"""Clips -> shards and parquet parts of one version, in one pass and bounded memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from conte.frozen import digest
from crawl.dataset.clip_row import SCHEMA
from crawl.dataset.making import Making
from crawl.dataset.shard import Row, placed, plan_of, write_shard
from serve.dataset import BucketFacts, FileFacts

_GROUP = 1000


@dataclass(frozen=True)
class Sizes:
    """Upper limits of one file: clips and bytes of a shard, rows of a parquet part."""

    shard_clips: int = 1000
    shard_bytes: int = 512 << 20
    part_rows: int = 10_000


@dataclass
class Shelves:
    """Sorts rows into shards: call `put` with each row and its bucket, then `finish`. The same rows
    give the same files."""

    making: Making
    sizes: Sizes
    clips_of: Callable[[Sequence[Row]], Callable[[Row], bytes]]
    """Called with all rows of a shard; returns a function from a row to the bytes of its clip."""
    on_clips: Callable[[int], None]
    """Called with the number of clips added to a shard."""
    files: dict[str, FileFacts] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    buckets: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    _open: dict[str, list[Row]] = field(default_factory=dict)
    _held: dict[str, int] = field(default_factory=dict)
    _rows: list[Row] = field(default_factory=list)

    def put(self, row: Row, bucket: str) -> None:
        waiting = self._open.setdefault(bucket, [])
        held = self._held.get(bucket, 0)
        if waiting and held + row["num_bytes"] > self.sizes.shard_bytes:
            self._close(bucket)
            waiting, held = self._open.setdefault(bucket, []), 0
        waiting.append(row)
        self._held[bucket] = held + row["num_bytes"]
        if len(waiting) == self.sizes.shard_clips:
            self._close(bucket)

    def finish(self) -> None:
        for bucket in sorted(self._open):
            self._close(bucket)
        if self._rows:
            self._write_part(self._rows)
            self._rows = []

    def bucket_facts(self) -> dict[str, BucketFacts]:
        return {
            name: BucketFacts(num_clips=self.counts[name], shards=tuple(shards))
            for name, shards in sorted(self.buckets.items())
        }

    def _close(self, bucket: str) -> None:
        rows = self._open.pop(bucket)
        self._held.pop(bucket)
        shards = self.buckets.setdefault(bucket, [])
        name = f"shards/{bucket}/{len(shards):05d}.tar"
        rows = placed(rows, bucket, name)
        plan = plan_of(rows)
        facts = self.making.stands(name, plan)
        if facts is None:
            with self.making.writing(name, plan, (row["video"] for row in rows)) as path:
                write_shard(path, rows, self.clips_of(rows))
            facts = self.making.facts(name)
        self.files[name] = facts
        shards.append(name)
        self.counts[bucket] = self.counts.get(bucket, 0) + len(rows)
        self.on_clips(len(rows))
        self._rows += rows
        while len(self._rows) >= self.sizes.part_rows:
            self._write_part(self._rows[: self.sizes.part_rows])
            self._rows = self._rows[self.sizes.part_rows :]

    def _write_part(self, rows: Sequence[Row]) -> None:
        name = f"clips-{len(self.parts):05d}.parquet"
        plan = digest([row["digest"] + row["shard"] + str(row["offset"]) for row in rows])
        facts = self.making.stands(name, plan)
        if facts is None:
            with self.making.writing(name, plan, (row["video"] for row in rows)) as path:
                write_part(path, rows)
            facts = self.making.facts(name)
        self.files[name] = facts
        self.parts.append(name)


def write_part(path: Path, rows: Sequence[Row]) -> None:
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as out:
        for start in range(0, len(rows), _GROUP):
            out.write_table(pa.Table.from_pylist(rows[start : start + _GROUP], schema=SCHEMA))


def read_part(path: Path, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a parquet part; with a few `columns` it is read many times as fast."""
    with pq.ParquetFile(path) as part:
        for batch in part.iter_batches(batch_size=_GROUP, columns=columns):
            yield from batch.to_pylist()
