"""The cost of many videos is estimated from a captioned sample."""

from dataclasses import replace
from pathlib import Path

import pytest

from crawl.caption.manifest import CRAWLED_BEST, SourceVideo
from crawl.caption.plan import (
    PUBLISHED_S,
    START_S,
    Crawl,
    Estimate,
    Sampled,
    extrapolated,
    sample_of,
    sampled,
)
from crawl.caption.settings import CaptionJobSettings, PriceSettings
from crawl.videos.candidate import Described
from crawl.videos.manifest import write_manifest
from serve.settings import CaptionSettings
from tests.caption_rows import a_stream, a_video
from tests.captioned_videos import Job
from tests.videos_home import CONSENT, Candidate, Home


def a_manifest(path: Path, videos: list[SourceVideo]) -> Path:
    path.write_text("".join(f"{video.model_dump_json()}\n" for video in videos), encoding="utf-8")
    return path


def taken(analyse_s: float, caption_s: float = 0.0) -> Sampled:
    return Sampled(
        analyse_s=analyse_s,
        caption_s=caption_s,
        cut_s=1.0,
        source_bytes=2e6,
        clip_bytes=1e6,
        num_clips=3,
        duration_s=30,
    )


def settings(tmp_path: Path, **more: object) -> CaptionJobSettings:
    prices = PriceSettings(core_hour=60, gpu_hour=4000, gb_month=28)
    given = {"out": tmp_path, "workers": 4, "prices": prices, **more}
    return CaptionJobSettings.model_validate(given)


def test_the_same_sample_is_drawn_however_the_manifest_is_ordered(tmp_path: Path) -> None:
    videos = [a_video(str(n)) for n in range(60)]
    there, listed, _ = sample_of(a_manifest(tmp_path / "a.jsonl", videos), 8)
    back, _, _ = sample_of(a_manifest(tmp_path / "b.jsonl", videos[::-1]), 8)
    assert listed == 60
    assert {video.id for video in there} == {video.id for video in back}
    assert len(there) == 8


def test_no_video_without_a_permission_is_drawn(tmp_path: Path) -> None:
    videos = [a_video(str(n), permission=None) for n in range(20)]
    videos.append(a_video("mine"))
    sample, listed, crawl = sample_of(a_manifest(tmp_path / "a.jsonl", videos))
    assert [video.id for video in sample] == ["test:mine"]
    assert (listed, crawl) == (21, Crawl())


def test_the_host_that_has_the_most_videos_is_told(tmp_path: Path) -> None:
    uris = [f"https://host{min(n % 5, 2)}.example/{n}.mp4" for n in range(10)]
    videos = [a_video(str(n), uri=uri) for n, uri in enumerate(uris)]
    assert sample_of(a_manifest(tmp_path / "a.jsonl", videos))[2] == Crawl(busiest=0.6)


def test_what_the_videos_job_has_downloaded_is_reckoned_by_the_sites_it_came_from(
    tmp_path: Path,
) -> None:
    home = Home.at(tmp_path)
    home.permitted(*(f"https://{'a' if n else 'b'}.kr/watch/{n}" for n in range(4)))
    for number, video in enumerate(home.due()):
        claimed = home.context.seen.claim(video, "me", 30, 3)
        assert claimed is not None
        key = f"videos/{number:064x}.mp4"
        home.context.seen.downloaded(claimed, key, "", Described())
    write_manifest(home.context.records, tmp_path / "manifest.parquet")
    home.context.close()
    crawl = sample_of(tmp_path / "manifest.parquet")[2]
    assert crawl == Crawl(busiest=0.75, requests=2)


def test_the_rendition_that_clips_are_cut_from_is_downloaded_too(tmp_path: Path) -> None:
    job, home = Job.in_folder(tmp_path), Home.at(tmp_path)
    crawled = job.add("crawled", 1, best_uri=CRAWLED_BEST)
    job.add("again", 1, uri="https://a.kr/again.mp4")
    job.add("here", 1)
    home.context.seen.add([Candidate(id=crawled.id, url="https://a.kr/1", permission=CONSENT)])
    home.context.seen.best(crawled.id, "videos/best.mp4")
    home.context.close()
    size = a_stream().size_bytes
    taken = sampled(job.records, job.dataset, lambda key: 50_000 if "best" in key else 1)
    assert [one.source_bytes for one in taken] == [size + 50_000, 2 * size, size]
    job.records.close()


def test_a_plan_is_the_mean_of_its_sample_times_the_videos(tmp_path: Path) -> None:
    plan = extrapolated(
        [taken(3.0), taken(5.0)],
        1_000_000,
        settings(tmp_path),
        crawl=Crawl(),
        interval_s=2.0,
        cores=2,
    )
    beside_s = taken(3.0).beside_s
    at_work = (5.0 + beside_s) * 1_000_000 / 3600
    published = 3 * 1_000_000 * PUBLISHED_S / 3600
    assert plan.core_hours.total == pytest.approx(at_work + published + 4 * START_S / 3600)
    assert plan.core_days.total == pytest.approx(at_work / 24 / 4)
    assert plan.publishing_days.total == pytest.approx(published / 24)
    assert plan.clips == Estimate(3_000_000, 0)
    assert plan.download_gb.total == pytest.approx(2000)
    assert plan.cost.total == pytest.approx(plan.core_hours.total * 60 + 1000 * 28)
    assert plan.bottleneck[0] == "cores for analysis and cutting"
    assert f"{plan.core_days.total:,.1f} days" in str(plan)


def test_requests_to_a_bucket_are_counted_and_priced(tmp_path: Path) -> None:
    prices = PriceSettings(core_hour=0, gpu_hour=0, gb_month=0, million_puts=4500, million_gets=450)
    none_left = replace(taken(1.0), num_clips=0, sources_read=1)
    plan = extrapolated(
        [replace(taken(1.0), sources_read=2), none_left],
        1_000_000,
        settings(tmp_path, prices=prices),
        crawl=Crawl(),
        interval_s=0,
        cores=2,
    )
    # Three clips and their key frames; a HEAD before each. Two sources, or one. Then for each clip
    # its key frames, and a HEAD and two GET at publication.
    assert plan.puts.total == pytest.approx(4e6 / 2)
    assert plan.gets.total == pytest.approx((4 + 2 + 3 * 4 + 1) * 1e6 / 2)
    assert plan.cost.total == pytest.approx(2 * 4500 + 9.5 * 450)
    assert "PUT" in str(plan) and "GET and HEAD" in str(plan)


def test_the_spread_of_the_sample_is_told(tmp_path: Path) -> None:
    plan = extrapolated(
        [taken(float(n)) for n in range(10)],
        3600,
        settings(tmp_path),
        crawl=Crawl(),
        interval_s=0,
        cores=2,
    )
    # Standard deviation of 0..9 over the root of 10, at 95 %.
    assert plan.core_hours.margin == pytest.approx(1.96 * 3.0277 / 10**0.5, rel=1e-3)


def test_an_estimate_s_interval_ends_at_nothing(tmp_path: Path) -> None:
    sample = [taken(0.0), taken(0.0), taken(3600.0)]
    plan = extrapolated(sample, 3, settings(tmp_path), crawl=Crawl(), interval_s=0, cores=2)
    assert plan.core_hours.total < plan.core_hours.margin
    (line,) = [line for line in str(plan).splitlines() if "core-hours" in line]
    assert f"{plan.core_hours.total:,.1f} [0.0, " in line
    assert "-" not in line.replace("core-hours", "")


def test_a_slow_site_is_the_bottleneck_of_many_videos(tmp_path: Path) -> None:
    crawl = Crawl(busiest=0.5, requests=2)
    none_left = replace(taken(1.0), num_clips=0)
    plan = extrapolated(
        [taken(1.0), none_left], 500_000, settings(tmp_path), crawl=crawl, interval_s=5.0, cores=2
    )
    # A page and a file for each, and once more for the half that clips are cut from.
    assert plan.crawl_days == pytest.approx(250_000 * 3 * 5 / 86400)
    assert plan.bottleneck[0] == "the polite crawl rate"


def test_a_model_s_time_is_told_where_one_looks(tmp_path: Path) -> None:
    seen = settings(tmp_path, caption=CaptionSettings(engine="vision"), captioners=2)
    plan = extrapolated(
        [taken(1.0, 7.2)], 500_000, seen, crawl=Crawl(), interval_s=0, cores=2, paid=0.5
    )
    assert plan.model_hours.total == pytest.approx(1000)
    assert plan.model_days.total == pytest.approx(1000 / 24 / 2)
    assert plan.paid.total == pytest.approx(250_000)
    measured = extrapolated(
        [taken(1.0, 7.2)], 500_000, settings(tmp_path), crawl=Crawl(), interval_s=0, cores=2
    )
    assert measured.model_hours.total == 0
