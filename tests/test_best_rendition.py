"""Clips are cut from the best rendition, which is fetched only for what survived the analysis."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from crawl.caption.captioning import Captioner
from crawl.caption.cutting import Cutter
from crawl.caption.dataset_run import DatasetRun
from crawl.caption.manifest import read_manifest
from crawl.caption.measuring import Measurer
from crawl.caption.rows import Rows
from crawl.caption.settings import CaptionJobSettings
from crawl.caption.work import CaptionContext, CaptionWork
from crawl.videos.manifest import write_manifest
from tests.local_site import Page, Site
from tests.made_videos import frames_of, number_of, write_video
from tests.video_site import media, video_site, watch_page
from tests.videos_home import Home

SMALL, LARGE = (448, 256), (672, 384)


@pytest.fixture
def site() -> Iterator[Site]:
    with video_site() as running:
        yield running


class Captions:
    """The caption job's stages, without Ray, in the videos job's folder."""

    def __init__(self, home: Home, folder: Path) -> None:
        settings = CaptionJobSettings(out=folder)
        run = DatasetRun.begin(home.context.records, "films", 100, settings.shaping())
        self._work = CaptionWork(settings, "films", run.id)
        self.context: CaptionContext = self._work.open()
        manifest = folder / "manifest.parquet"
        write_manifest(home.context.records, manifest)
        for videos in read_manifest(manifest):
            self.rows.enlist(videos)

    @property
    def rows(self) -> Rows:
        return self.context.rows

    def run(self) -> dict[str, int]:
        for state, stage in (("waiting", Measurer), ("analysed", Captioner), ("captioned", Cutter)):
            if left := self.rows.left(state, 0, 100):
                stage(self._work)(left)
        return self.rows.counts()


def put(site: Site, number: int, small: bytes, large: bytes) -> str:
    """A page with a film in two renditions; its URL."""
    site.pages[f"/watch/{number}"] = watch_page(
        (f"/media/{number}-720.mp4", 720), (f"/media/{number}-360.mp4", 360)
    )
    site.pages[f"/media/{number}-360.mp4"] = media(small)
    site.pages[f"/media/{number}-720.mp4"] = media(large)
    return f"{site.url}/watch/{number}"


@cache
def made(num_frames: int, size: tuple[int, int]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.mp4"
        options = {"preset": "ultrafast"}
        return write_video(path, num_frames=num_frames, size=size, options=options).read_bytes()


def films(site: Site) -> list[str]:
    """One that moves, and one that is too short to learn from."""
    return [
        put(site, number, made(num_frames, SMALL), made(num_frames, LARGE))
        for number, num_frames in ((1, 60), (2, 20))
    ]


def polite(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("SIAN_CRAWL_CONTACT", "https://example.kr/bot")
    patch.setenv("SIAN_CRAWL_INTERVAL_S", "0")
    patch.setenv("SIAN_CRAWL_PRIVATE_NETWORKS", '["127.0.0.0/8"]')
    patch.setenv("SIAN_CRAWL_CACHE", str(folder / "cache"))


def test_the_best_rendition_comes_for_what_survives_and_for_nothing_else(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    polite(tmp_path, monkeypatch)
    home = Home.at(tmp_path)
    ids = home.permitted(*films(site))
    assert [done.state for done in home.download(*ids)] == ["downloaded", "downloaded"]
    captions = Captions(home, tmp_path)
    assert captions.run() == {"done": 1, "filtered": 1}
    assert site.times("/media/1-720.mp4") == 1
    assert site.times("/media/2-720.mp4") == 0
    (key,) = (path for path in (tmp_path / "vault" / "clips").iterdir())
    frames = frames_of(key)
    assert (frames[0].width, frames[0].height) == LARGE
    assert [number_of(frame) for frame in frames] == list(range(60))


def test_a_best_rendition_that_is_gone_is_told_in_its_row(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    polite(tmp_path, monkeypatch)
    home = Home.at(tmp_path)
    home.download(*home.permitted(films(site)[0]))
    site.pages["/media/1-720.mp4"] = Page(b"", "text/plain", 404)
    site.pages["/watch/1"] = Page(b"", "text/html", 410)
    assert Captions(home, tmp_path).run() == {"quarantined": 1}


def test_who_has_not_said_who_they_are_fetches_nothing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIAN_CRAWL_CONTACT", raising=False)
    home = Home.at(tmp_path)
    home.download(*home.permitted(films(site)[0]))
    captions = Captions(home, tmp_path)
    assert captions.run() == {"captioned": 1}, "it is tried again"
    assert site.times("/media/1-720.mp4") == 0
