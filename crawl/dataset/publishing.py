"""Publishes the clips of a job as the next version of its dataset, unless nothing has changed.

ready clips -> shards and parquet -> report -> manifest -> removals that came meanwhile
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice

from conte.frozen import Frozen
from crawl.dataset.buckets import bucket_of
from crawl.dataset.clip_files import NoClipFile, looked_at, read
from crawl.dataset.clip_row import RowsDigest, sample_key
from crawl.dataset.making import Making
from crawl.dataset.one_writer import one_writer
from crawl.dataset.outcomes import outcomes_of
from crawl.dataset.ready import ReadyClip, ReadyClips, removed_among
from crawl.dataset.registry import register
from crawl.dataset.removing import remove_from
from crawl.dataset.report import REPORT, VersionFacts, write_reports
from crawl.dataset.samples import Samples, pictured
from crawl.dataset.shard import Row
from crawl.dataset.shelving import Shelves, Sizes
from crawl.dataset.statistics import Statistics
from crawl.dataset.store import Store, open_store, write
from serve.database.engine import Database
from serve.dataset import MANIFEST, DatasetManifest, newest
from serve.vault.errors import Missing
from serve.vault.vault import Vault

NO_FILE = "its file is missing, or no video"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PAGE = 256
_READ_AHEAD = 16
_TRIES = 8
"""Attempts to publish while the set of ready clips keeps changing."""


class Unsettled(Exception):
    """Videos were removed, or their permissions ended, during every attempt to publish."""


class Published(Frozen):
    version: int
    manifest: str
    """Path or URL of the manifest; `report` likewise."""
    report: str
    num_clips: int


def publish(
    records: Database,
    vault: Vault,
    datasets_url: str,
    dataset: str,
    on_progress: Callable[[int, int], None],
    sizes: Sizes | None = None,
) -> Published:
    """Publish captioned and cut clips under `<datasets_url>/<dataset>/v<N>/`.

    The same clips make no new version. A killed publication is resumed: complete files are not
    written again. Only one publication of a dataset runs at a time.

    `on_progress` is called with the number of clips in shards, and of all clips.

    Raises:
        ValueError: if the dataset's name or the URL is invalid.
        Unsettled: if the ready clips changed during every attempt; another run continues.
        VaultUnavailable: if clips' files cannot be read now, or the dataset cannot be written.
    """
    if _NAME.fullmatch(dataset) is None:
        raise ValueError(f"{dataset!r} cannot name a dataset, wanted letters, digits, . _ -")
    register(datasets_url, dataset)
    store = open_store(f"{datasets_url.rstrip('/')}/{dataset}")

    def alone() -> AbstractContextManager[None]:
        return one_writer(records, datasets_url)

    with alone():
        before = newest(store.read)
        if before is not None:
            # Files left by a killed publication or removal.
            Making(store, f"v{before.version}").sweep({MANIFEST, *before.files})
    with asyncio.Runner() as runner:
        publication = _Publication(
            records, vault, store, dataset, before, runner, on_progress, sizes or Sizes(), alone
        )
        made = publication.made()
    manifest = newest(store.read) or made  # its current version
    folder = f"v{manifest.version}"
    return Published(
        version=manifest.version,
        manifest=store.place(f"{folder}/{MANIFEST}"),
        report=store.place(f"{folder}/{REPORT}"),
        num_clips=manifest.num_clips,
    )


@dataclass
class _Publication:
    records: Database
    vault: Vault
    store: Store
    dataset: str
    before: DatasetManifest | None
    runner: asyncio.Runner
    on_progress: Callable[[int, int], None]
    sizes: Sizes
    alone: Callable[[], AbstractContextManager[None]]
    """Context in which no other process changes the datasets at the place."""

    def made(self) -> DatasetManifest:
        """Publish the clips that are ready now; return the version's manifest."""
        asked, total = self._asked()
        if self.before is not None and self.before.asked == asked:
            self.on_progress(total, total)
            return self.before
        version = self.before.version + 1 if self.before else 1
        making = Making(self.store, f"v{version}")
        # Writing shards takes hours. Permissions may end and videos be removed meanwhile; a removal
        # also deletes unfinished files.
        for _ in range(_TRIES):
            try:
                manifest, videos = self._shelved(making, version, asked, total)
            except (Missing, FileNotFoundError):
                asked, total = self._asked()
                continue
            with self.alone():
                before, (asked, total) = asked, self._asked()
                if asked == before and self._stands(manifest):
                    self._settle(making, manifest, videos)
                    return manifest
        raise Unsettled(f"dataset {self.dataset}: what is ready changes while it is published")

    def _stands(self, manifest: DatasetManifest) -> bool:
        """True if no file of the manifest was deleted by a removal."""
        folder = f"v{manifest.version}"
        return all(self.store.size(f"{folder}/{name}") is not None for name in manifest.files)

    def _settle(self, making: Making, manifest: DatasetManifest, videos: set[str]) -> None:
        name = f"v{manifest.version}/{MANIFEST}"
        write(self.store, name, manifest.model_dump_json(indent=1).encode())
        making.sweep({MANIFEST, *manifest.files})
        # The report also names videos that were not ready. A removal of such a video before the
        # manifest was written found nothing to remove it from.
        for video in sorted(removed_among(self.records, videos)):
            remove_from(self.store, video)

    def _asked(self) -> tuple[str, int]:
        content, total = RowsDigest(), 0
        for clip in ReadyClips(self.records, self.dataset):
            content.add(clip.facts["digest"])
            total += 1
        return str(content), total

    def _shelved(
        self, making: Making, version: int, asked: str, total: int
    ) -> tuple[DatasetManifest, set[str]]:
        done = 0

        def more(num_clips: int) -> None:
            nonlocal done
            done += num_clips
            self.on_progress(done, total)

        shelves = Shelves(making, self.sizes, self._clips_of, more)
        statistics, samples, content = Statistics(), Samples(), RowsDigest()
        ready = ReadyClips(self.records, self.dataset)
        missing: Counter[str] = Counter()
        for clip, row in self._rows(iter(ready), missing):
            bucket = bucket_of(row["width"], row["height"], row["num_frames"]).name
            shelves.put(row, bucket)
            statistics.add(row, bucket)
            samples.offer(row, clip.frames)
            content.add(row["digest"])
        shelves.finish()
        left_out = dict(sorted((ready.left_out + missing).items()))
        manifest = DatasetManifest(
            dataset=self.dataset,
            version=version,
            content=str(content),
            asked=asked,
            num_clips=statistics.num_clips,
            num_videos=len(statistics.videos),
            duration_s=round(statistics.duration_s, 3),
            left_out=left_out,
            parts=tuple(shelves.parts),
            buckets=shelves.bucket_facts(),
            files=shelves.files,
        )
        outcomes = outcomes_of(self.records, self.dataset)
        facts = VersionFacts(
            published_at=time.time(),
            outcomes=self.runner.run(pictured(self.vault, outcomes)),
            samples=tuple(self.runner.run(samples.shown(self.vault))),
        )
        files = write_reports(making, manifest, statistics, facts)
        manifest = manifest.model_copy(update={"files": {**shelves.files, **files}})
        return manifest, statistics.videos | facts.videos

    def _rows(
        self, ready: Iterator[ReadyClip], missing: Counter[str]
    ) -> Iterator[tuple[ReadyClip, Row]]:
        """Yield each clip with its row: its facts, and the properties of its file."""
        while page := list(islice(ready, _PAGE)):
            looked = self.runner.run(looked_at(self.vault, [clip.file_key for clip in page]))
            for clip, file in zip(page, looked, strict=True):
                if isinstance(file, NoClipFile):
                    missing[NO_FILE] += 1
                else:
                    key = sample_key(clip.facts["clip"])
                    yield clip, {**clip.facts, **vars(file), "key": key, "file_key": clip.file_key}

    def _clips_of(self, rows: Sequence[Row]) -> Callable[[Row], bytes]:
        """Return a reader of a shard's clips in order; a few are read ahead."""
        clips = self._read([row["file_key"] for row in rows])
        return lambda row: next(clips)

    def _read(self, keys: Sequence[str]) -> Iterator[bytes]:
        async def some(wanted: Sequence[str]) -> list[bytes]:
            return list(await asyncio.gather(*(read(self.vault, key) for key in wanted)))

        for start in range(0, len(keys), _READ_AHEAD):
            yield from self.runner.run(some(keys[start : start + _READ_AHEAD]))
