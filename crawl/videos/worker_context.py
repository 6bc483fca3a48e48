"""Context of a worker: settings, manners, records, the list of videos, the vault."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from crawl.polite import Manners
from crawl.records.database import open_records
from crawl.videos.settings import VideoJobSettings
from crawl.videos.video_list import VideoList
from crawl.videos.ytdlp.task import TaskBounds
from serve.database.engine import Database
from serve.vault.opening import vault_at
from serve.vault.vault import Vault


@dataclass(frozen=True)
class WorkerContext:
    settings: VideoJobSettings
    manners: Manners
    records: Database
    seen: VideoList
    vault: Vault

    @classmethod
    def open(cls, settings: VideoJobSettings, manners: Manners) -> "WorkerContext":
        """Open the records and the vault. Raises DatabaseUnavailable and VaultUnavailable."""
        records = open_records(settings.records_url)
        return cls(
            settings,
            manners,
            records,
            VideoList(records),
            vault_at(settings.vault_url, settings.vault),
        )

    def bounds(self) -> TaskBounds:
        given = self.settings.download
        return TaskBounds(
            file_bytes=given.file_bytes,
            duration_s=given.duration_s,
            memory_bytes=given.memory_bytes,
            wall_s=given.wall_s,
        )

    @property
    def lists(self) -> Path:
        """Folder of the cached list pages, separate so that a removal can delete it."""
        return self.settings.work_folder / "lists"

    def look_at_lists(self) -> None:
        """Delete this node's cached lists if a video was removed since: they may name it."""
        removals, known = str(len(self.seen.removed())), self.lists / "removals"
        if not known.exists() or known.read_text() != removals:
            shutil.rmtree(self.lists, ignore_errors=True)
            self.lists.mkdir(parents=True)
            known.write_text(removals)

    def folder(self, video: str) -> Path:
        """Folder of a video's unfinished files on this node."""
        name = hashlib.sha256(video.encode()).hexdigest()[:32]
        return self.settings.work_folder / name[:2] / name

    def forget(self, video: str) -> None:
        """Delete this node's files of a video outside the vault."""
        shutil.rmtree(self.folder(video), ignore_errors=True)

    def close(self) -> None:
        self.records.close()
