"""The videos job's folder, its manners towards sites on loopback, and its parts without Ray."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawl.permission import Permission
from crawl.polite import Manners
from crawl.videos.candidate import Candidate, id_of_url
from crawl.videos.channel_hash import ChannelHash
from crawl.videos.channels import Channel, Channels
from crawl.videos.downloader import Done, Downloader
from crawl.videos.listings import Titles
from crawl.videos.searching import Searched, Searching
from crawl.videos.settings import DownloadSettings, VideoJobSettings, YouTubeSettings
from crawl.videos.worker_context import WorkerContext
from deployments.knowledge.product_types import product_types

CONSENT = Permission(kind="consented", evidence="계약 1", at=1.0)
HASHED = ChannelHash(b"a secret of the tests")


def manners(folder: Path, **given: Any) -> Manners:
    values = {
        "contact": "https://example.kr/bot",
        "interval_s": 0.0,
        "back_off_s": 0.01,
        "private_networks": ("127.0.0.0/8",),
        "cache": folder / "cache",
    }
    return Manners.model_validate(values | given)


def channel(listing: str, **given: Any) -> Channel:
    """One that has agreed, with one list."""
    values = {
        "name": "한빛전자 광고",
        "site": "127.0.0.1",
        "channel": "hanbit",
        "kind": "consented",
        "evidence": "계약 2026-11, 제3조",
        "listings": [{"url": listing, "videos": listing.rpartition("/")[0] + "/watch/"}],
    }
    return Channel.model_validate(values | given)


@dataclass
class Home:
    context: WorkerContext

    @classmethod
    def at(
        cls,
        folder: Path,
        download: Any = None,
        youtube: Any = None,
        records: str = "",
        **given: Any,
    ) -> "Home":
        """`given`: manners that differ."""
        settings = VideoJobSettings(
            out=folder,
            records=records,
            download=DownloadSettings.model_validate({"retry_s": 0.0} | (download or {})),
            youtube=YouTubeSettings.model_validate({"interval_s": 0.0} | (youtube or {})),
        )
        return cls(WorkerContext.open(settings, manners(folder, **given)))

    def listed(self, *channels: Channel) -> list[Searched]:
        """Read their lists, as a run does after it has brought the permissions in line."""
        known = Channels(channels, HASHED)
        self.context.seen.apply_consents(known.in_force(self.context.seen.now()))
        told: list[Searched] = []
        searching = Searching(self.context, known, Titles(product_types()), lambda: False)
        searching.read_lists(told.append)
        return told

    def permitted(self, *urls: str, **given: Any) -> list[str]:
        """Videos on the list that somebody has permitted; their ids."""
        made = [Candidate(id=id_of_url(url), url=url, permission=CONSENT, **given) for url in urls]
        self.context.seen.add(made)
        return [one.id for one in made]

    def download(self, *ids: str) -> list[Done]:
        downloader = Downloader(self.context)
        return [downloader.download(id_) for id_ in ids or self.due()]

    def due(self) -> Sequence[str]:
        return [
            id_ for host in self.context.seen.hosts() for id_ in self.context.seen.due(host, 1000)
        ]

    def files(self) -> dict[str, bytes]:
        """All that lies in the folder but the database and the cache."""
        root = self.context.settings.out
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
            and not path.name.startswith("records.db")
            and "cache" not in path.relative_to(root).parts
        }
