"""What many videos would take is told from a sample that was captioned."""

from pathlib import Path

import pytest

from crawl.caption.manifest import SourceVideo
from crawl.caption.plan import Estimate, Sampled, extrapolated, sample_of
from crawl.caption.settings import CaptionJobSettings, PriceSettings
from serve.settings import CaptionSettings
from tests.caption_rows import a_video


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
    sample, listed, hosts = sample_of(a_manifest(tmp_path / "a.jsonl", videos))
    assert [video.id for video in sample] == ["test:mine"]
    assert (listed, hosts) == (21, 0)


def test_hosts_are_counted_once(tmp_path: Path) -> None:
    videos = [a_video(str(n), uri=f"https://host{n % 3}.example/{n}.mp4") for n in range(9)]
    assert sample_of(a_manifest(tmp_path / "a.jsonl", videos))[2] == 3


def test_a_plan_is_the_mean_of_its_sample_times_the_videos(tmp_path: Path) -> None:
    plan = extrapolated(
        [taken(3.0), taken(5.0)], 1_000_000, settings(tmp_path), hosts=0, interval_s=2.0
    )
    assert plan.core_hours.total == pytest.approx(5.0 * 1_000_000 / 3600)
    assert plan.core_days.total == pytest.approx(plan.core_hours.total / 24 / 4)
    assert plan.clips == Estimate(3_000_000, 0)
    assert plan.download_gb.total == pytest.approx(2000)
    assert plan.cost.total == pytest.approx(plan.core_hours.total * 60 + 1000 * 28)
    assert plan.bottleneck[0] == "cores for analysis and cutting"
    assert f"{plan.core_days.total:,.1f} days" in str(plan)


def test_the_spread_of_the_sample_is_told(tmp_path: Path) -> None:
    plan = extrapolated(
        [taken(float(n)) for n in range(10)], 3600, settings(tmp_path), hosts=0, interval_s=0
    )
    # Standard deviation of 0..9 over the root of 10, at 95 %.
    assert plan.core_hours.margin == pytest.approx(1.96 * 3.0277 / 10**0.5, rel=1e-3)


def test_a_slow_site_is_the_bottleneck_of_many_videos(tmp_path: Path) -> None:
    plan = extrapolated([taken(1.0)], 500_000, settings(tmp_path), hosts=2, interval_s=5.0)
    assert plan.crawl_days == pytest.approx(500_000 * 5 / 2 / 86400)
    assert plan.bottleneck[0] == "the polite crawl rate"


def test_a_model_s_time_is_told_where_one_looks(tmp_path: Path) -> None:
    seen = settings(tmp_path, caption=CaptionSettings(engine="vision"), captioners=2)
    plan = extrapolated([taken(1.0, 7.2)], 500_000, seen, hosts=0, interval_s=0, paid=0.5)
    assert plan.model_hours.total == pytest.approx(1000)
    assert plan.model_days.total == pytest.approx(1000 / 24 / 2)
    assert plan.paid.total == pytest.approx(250_000)
    measured = extrapolated([taken(1.0, 7.2)], 500_000, settings(tmp_path), hosts=0, interval_s=0)
    assert measured.model_hours.total == 0
