"""`python -m crawl.videos` on a Ray cluster that stands: killed, run twice at once, and finished."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from crawl.caption.manifest import read_manifest
from crawl.records.database import open_records
from crawl.records.tables import videos
from crawl.videos.video_list import DOWNLOADED, VideoList
from tests.job_cluster import AUTH
from tests.local_site import Asked, Page, Site
from tests.video_site import feed, film, media, video_site, watch_page
from tests.videos_home import channel

NUM_VIDEOS = 6


@pytest.fixture
def site() -> Iterator[Site]:
    """One channel's films, and as many of another's, who agreed to nothing."""
    with video_site() as running:
        for number in range(2 * NUM_VIDEOS):
            running.pages[f"/watch/{number}"] = watch_page((f"/media/{number}.mp4", 360))
            running.pages[f"/media/{number}.mp4"] = media(film(number, 60))
        urls = [f"{running.url}/watch/{number}" for number in range(2 * NUM_VIDEOS)]
        running.pages["/feed.xml"] = feed(*((url, "라면 광고") for url in urls[:NUM_VIDEOS]))
        running.pages["/theirs.xml"] = feed(*((url, "광고") for url in urls[NUM_VIDEOS:]))
        yield running


def job_on(site: Site, folder: Path, address: str) -> tuple[list[str], dict[str, str]]:
    agreed = channel(f"{site.url}/feed.xml")
    past = channel(f"{site.url}/theirs.xml", name="b", channel="b", until="2020-01-01")
    told = [one.model_dump(mode="json") for one in (agreed, past)]
    (folder / "channels.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))
    environment = os.environ | AUTH | {
        "SIAN_CRAWL_CONTACT": "https://example.kr/bot",
        "SIAN_CRAWL_PRIVATE_NETWORKS": '["127.0.0.0/8"]',
        "SIAN_CRAWL_INTERVAL_S": "0.05",
        "SIAN_CRAWL_CACHE": str(folder / "cache"),
        "SIAN_VIDEOS_WORKERS": "2",
        "SIAN_VIDEOS_DOWNLOAD__LEASE_S": "3",
        "SIAN_VIDEOS_RELIST_S": "0",
        "SIAN_VIDEOS_YOUTUBE__TRAINABILITY": "false",
    }  # fmt: skip
    line = [sys.executable, "-m", "crawl.videos", "gather", "--channels",
            str(folder / "channels.yaml"), "--out", str(folder / "out"), "--address", address]  # fmt: skip
    return line, environment


def started(line: list[str], environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def states(folder: Path) -> dict[str, int]:
    records = open_records(f"sqlite:///{folder / 'out' / 'records.db'}")
    try:
        return VideoList(records).counts()
    finally:
        records.close()


def finished(folder: Path) -> set[str]:
    """Pages of the films that are downloaded."""
    records = open_records(f"sqlite:///{folder / 'out' / 'records.db'}")
    try:
        with records.asking() as connection:
            urls = connection.execute(select(videos.c.url).where(videos.c.state == DOWNLOADED))
            return set(urls.scalars())
    finally:
        records.close()


@pytest.mark.cluster
def test_a_job_that_is_killed_goes_on_and_two_at_once_do_nothing_twice(
    site: Site, tmp_path: Path, job_address: str
) -> None:
    line, environment = job_on(site, tmp_path, job_address)
    # The third film does not come to an end, so that the run is killed in the middle of one.
    served = site.pages["/media/2.mp4"]
    held: list[Asked] = []

    def hangs(asked: Asked) -> Page:
        held.append(asked)
        while (tmp_path / "hold").exists():
            time.sleep(0.05)
        assert callable(served)
        return served(asked)

    (tmp_path / "hold").touch()
    site.pages["/media/2.mp4"] = hangs
    first = started(line, environment)
    while not held or states(tmp_path).get("downloaded", 0) < 2:
        assert first.poll() is None, first.communicate()[0]
        time.sleep(0.1)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    whole = finished(tmp_path)
    (tmp_path / "hold").unlink()

    both = [started(line, environment) for _ in range(2)]
    said = [run.communicate(timeout=600)[0] for run in both]
    assert [run.returncode for run in both] == [0, 0], said
    assert len(whole) >= 2
    assert states(tmp_path) == {"downloaded": NUM_VIDEOS}
    # Nothing that was finished is asked for again; what the kill interrupted, once more.
    for number in range(NUM_VIDEOS):
        times = site.times(f"/media/{number}.mp4")
        most = 1 if f"{site.url}/watch/{number}" in whole else 2
        assert 1 <= times <= most, site.paths()
    # Nobody has agreed to the other channel's, and nothing of it was asked for.
    asked = {path.rpartition("/")[2].partition(".")[0] for path in site.paths()}
    assert asked == {"robots", "feed"} | {str(number) for number in range(NUM_VIDEOS)}
    told = [
        video for batch in read_manifest(tmp_path / "out" / "manifest.parquet") for video in batch
    ]
    vault = tmp_path / "out" / "vault"
    assert {(vault / video.uri).read_bytes() for video in told} == {
        film(number, 60) for number in range(NUM_VIDEOS)
    }
    assert len(list((vault / "videos").rglob("*.mp4"))) == NUM_VIDEOS
    assert not [path for path in (tmp_path / "out" / "work").rglob("*") if path.suffix == ".part"]
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["states"] == {"downloaded": NUM_VIDEOS}
    assert "라면" in (tmp_path / "out" / "report.html").read_text()
    assert json.loads((tmp_path / "out" / "gathering.json").read_text())["states"]


@pytest.mark.cluster
def test_a_job_that_is_told_to_stop_gives_its_videos_back(
    site: Site, tmp_path: Path, job_address: str
) -> None:
    line, environment = job_on(site, tmp_path, job_address)
    (tmp_path / "hold").touch()

    def hangs(asked: Asked) -> Page:
        while (tmp_path / "hold").exists():
            time.sleep(0.05)
        return Page(status=404)

    for number in range(NUM_VIDEOS):
        site.pages[f"/media/{number}.mp4"] = hangs
    run = started(line, environment)
    while not any("/media/" in path for path in site.paths()):
        assert run.poll() is None, run.communicate()[0]
        time.sleep(0.1)
    run.send_signal(signal.SIGTERM)
    said, _ = run.communicate(timeout=600)
    (tmp_path / "hold").unlink()
    assert run.returncode == 128 + signal.SIGTERM, said
    assert states(tmp_path) == {"permitted": NUM_VIDEOS}
    assert "중간에 멈추었습니다" in (tmp_path / "out" / "report.html").read_text()


@pytest.mark.parametrize(
    ("environment", "arguments", "wanted"),
    [
        ({}, [], "SIAN_CRAWL_CONTACT"),
        ({"SIAN_CRAWL_CONTACT": "https://a.kr"}, ["--channels", "none.yaml"], "none.yaml"),
        ({"SIAN_CRAWL_CONTACT": "https://a.kr", "SIAN_VIDEOS_WORKERS": "0"}, [], "SIAN_VIDEOS_WORKERS"),
        ({"SIAN_CRAWL_CONTACT": "https://a.kr"}, ["--set", "search.product_types=nothing"], "'nothing'"),
        ({"SIAN_CRAWL_CONTACT": "https://a.kr", "SIAN_VIDEOS_PRODUCT_TYPES": "none.json"}, [],
         "product_types: none.json"),
        ({"SIAN_CRAWL_CONTACT": "https://a.kr", "SIAN_VIDEOS_YOUTUBE__KEY": "k",
          "SIAN_VIDEOS_DOWNLOAD__EXTRACTORS": '["generic"]'}, [], "SIAN_VIDEOS_DOWNLOAD__EXTRACTORS"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_before_anything_starts(
    tmp_path: Path, environment: dict[str, str], arguments: list[str], wanted: str, capfd: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from typer.testing import CliRunner

    from crawl.videos.__main__ import app

    monkeypatch.delenv("SIAN_CRAWL_CONTACT", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    said = CliRunner().invoke(app, ["gather", "--out", str(tmp_path / "out"), *arguments])
    assert said.exit_code == 2
    assert wanted in said.output
