"""Removal: deletes every trace of a video from all published versions of all datasets at a place.

Files with data of the video are written again without it, under new names. The manifest then
switches to the new files, and the old ones are deleted. A killed removal leaves notes of what to
delete, and the same call again finishes it.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from crawl.dataset.clip_row import RowsDigest
from crawl.dataset.making import Making
from crawl.dataset.one_writer import one_writer
from crawl.dataset.registry import datasets_at
from crawl.dataset.report import FACTS, read_facts, write_reports
from crawl.dataset.shard import Row, clip_in, placed, plan_of, write_shard
from crawl.dataset.shelving import read_part, write_part
from crawl.dataset.statistics import Statistics
from crawl.dataset.store import Store, open_store, write
from serve.database.engine import Database
from serve.dataset import MANIFEST, BucketFacts, DatasetManifest, FileFacts, manifest_of
from serve.pages.fonts import FONTS


def remove_video(records: Database, datasets_url: str, video: str) -> int:
    """Remove a video; return how many clips were removed from all versions. Idempotent.

    The tombstone must be written before, so that later publications refuse the video.
    """
    datasets = datasets_at(datasets_url)
    if not datasets:
        return 0
    with one_writer(records, datasets_url):
        stores = [open_store(f"{datasets_url.rstrip('/')}/{dataset}") for dataset in datasets]
        return sum(remove_from(store, video) for store in stores)


def remove_from(store: Store, video: str) -> int:
    """Remove the video from one dataset; the caller must hold its writer's lock."""
    removed, version = 0, 1
    while (manifest := manifest_of(store.read, version)) is not None:
        removed += _Removal(store, manifest, video).done()
        version += 1
    # An unfinished version has no manifest; its notes list the files to delete.
    Making(store, f"v{version}").without(video)
    return removed


class _Removal:
    def __init__(self, store: Store, manifest: DatasetManifest, video: str) -> None:
        self._store, self._before, self._video = store, manifest, video
        self._folder = f"v{manifest.version}"
        self._revision = manifest.revision + 1
        self._making = Making(store, self._folder)

    def done(self) -> int:
        before = self._before
        self._making.sweep({MANIFEST, *before.files})
        rows = self._rows(("video", "bucket", "shard"))
        mine = [(row["bucket"], row["shard"]) for row in rows if row["video"] == self._video]
        if not mine and not self._told():
            return 0
        touched = {shard for _, shard in mine}
        gone = Counter(bucket for bucket, _ in mine)
        moved, files, buckets = self._shards(touched, gone)
        parts = self._parts(touched, moved, files)
        self._publish(files, buckets, parts)
        return len(mine)

    def _told(self) -> bool:
        """True if the report names the video, or a killed removal was rewriting the report."""
        text = self._store.read(f"{self._folder}/{FACTS}")
        facts = read_facts(text)
        return (
            facts.without(self._video) != facts
            or hashlib.sha256(text).hexdigest() != self._before.files[FACTS].sha256
        )

    def _rows(self, columns: Sequence[str] | None = None) -> Iterator[Row]:
        for part in self._before.parts:
            with self._store.local(f"{self._folder}/{part}") as path:
                yield from read_part(path, columns)

    def _shards(
        self, touched: set[str], gone: Counter[str]
    ) -> tuple[dict[str, Row], dict[str, FileFacts], dict[str, BucketFacts]]:
        """Return the moved rows by clip, the facts of the new files, and all buckets after the
        removal."""
        moved: dict[str, Row] = {}
        files: dict[str, FileFacts] = {}
        buckets: dict[str, BucketFacts] = {}
        held: dict[str, list[Row]] = {shard: [] for shard in touched}
        for row in self._rows():
            if row["shard"] in touched and row["video"] != self._video:
                held[row["shard"]].append(row)
        for bucket, facts in self._before.buckets.items():
            shards: list[str] = []
            for shard in facts.shards:
                if shard not in touched:
                    shards.append(shard)
                    continue
                rest = sorted(held[shard], key=lambda row: row["offset"])
                if rest:
                    name = self._renamed(shard)
                    files[name] = self._write_shard(shard, name, rest, bucket)
                    moved |= {row["clip"]: row for row in placed(rest, bucket, name)}
                    shards.append(name)
            if shards:
                num_clips = facts.num_clips - gone[bucket]
                buckets[bucket] = BucketFacts(num_clips=num_clips, shards=tuple(shards))
        return moved, files, buckets

    def _write_shard(self, shard: str, name: str, rest: list[Row], bucket: str) -> FileFacts:
        old = {row["clip"]: row for row in rest}
        with ExitStack() as stack:
            path = stack.enter_context(self._store.local(f"{self._folder}/{shard}"))
            file = stack.enter_context(path.open("rb"))
            videos = (row["video"] for row in rest)
            new = stack.enter_context(self._making.writing(name, plan_of(rest), videos))
            write_shard(
                new, placed(rest, bucket, name), lambda row: clip_in(file, old[row["clip"]])
            )
        return self._making.facts(name)

    def _parts(
        self, touched: set[str], moved: dict[str, Row], files: dict[str, FileFacts]
    ) -> list[str]:
        parts: list[str] = []
        for part in self._before.parts:
            with self._store.local(f"{self._folder}/{part}") as path:
                rows = list(read_part(path))
            if not any(row["shard"] in touched for row in rows):
                parts.append(part)
                continue
            rest = [moved.get(row["clip"], row) for row in rows if row["video"] != self._video]
            if not rest:
                continue
            name = self._renamed(part)
            with self._making.writing(name, "", (row["video"] for row in rest)) as path:
                write_part(path, rest)
            files[name] = self._making.facts(name)
            parts.append(name)
        return parts

    def _publish(
        self, files: dict[str, FileFacts], buckets: dict[str, BucketFacts], parts: list[str]
    ) -> None:
        before = self._before
        statistics, was, content = Statistics(), RowsDigest(), RowsDigest()
        for row in self._rows():
            was.add(row["digest"])
            if row["video"] != self._video:
                content.add(row["digest"])
                statistics.add(row, row["bucket"])
        shards = (shard for facts in buckets.values() for shard in facts.shards)
        kept = {*parts, *shards, *FONTS}
        manifest = before.model_copy(
            update={
                "revision": self._revision,
                "content": str(content),
                "asked": was.less(before.asked, content),
                "num_clips": statistics.num_clips,
                "num_videos": len(statistics.videos),
                "duration_s": round(statistics.duration_s, 3),
                "parts": tuple(parts),
                "buckets": buckets,
                "files": {
                    name: facts for name, facts in {**before.files, **files}.items() if name in kept
                },
            }
        )
        facts = read_facts(self._store.read(f"{self._folder}/{FACTS}")).without(self._video)
        facts = facts.model_copy(update={"removed_at": time.time()})
        reports = write_reports(self._making, manifest, statistics, facts)
        manifest = manifest.model_copy(update={"files": {**manifest.files, **reports}})
        for name in sorted(before.files.keys() - manifest.files.keys()):
            self._making.retire(name)
        write(
            self._store,
            f"{self._folder}/{MANIFEST}",
            manifest.model_dump_json(indent=1).encode(),
        )
        self._making.sweep({MANIFEST, *manifest.files})

    def _renamed(self, name: str) -> str:
        """Return the name with the revision: `shards/16x9-81f-360p/00003.tar` ->
        `.../00003-2.tar`."""
        stem, dot, suffix = name.rpartition(".")
        folder, slash, last = stem.rpartition("/")
        number = last.split("-")
        base = "-".join(number[:2]) if last.startswith("clips-") else number[0]
        return f"{folder}{slash}{base}-{self._revision}{dot}{suffix}"
