"""Safe zones: dated data that names its sources, and lettering that stays within them."""

from pathlib import Path
from typing import Any

import pytest

from conte.brief import AspectRatio
from conte.checks.timefit import Rates
from conte.formats.safe_zones import Lettered, SafeZone, check_safe_zones
from deployments.knowledge.marked_yaml import KnowledgeError
from deployments.knowledge.safe_zones import FILE, read_safe_zones, safe_zones
from deployments.lettered import lettered, safe_zone_findings
from serve.settings import FilmSettings
from tests.sound_conte import a_brief, a_conte

RATIOS: tuple[AspectRatio, ...] = ("16:9", "9:16", "1:1", "4:5")
LONG = "멈출 때를 아는 타이어\n그립 맥스와 함께라면"
NOTICE = "본 영상은 연출된 장면이며 실제 성능은 도로와 운전 조건에 따라 다를 수 있습니다. " * 2


def zone(**fields: Any) -> SafeZone:
    return SafeZone.model_validate(
        {
            "id": "app", "platform": "어떤 앱 | Some app", "canvas": "1080x1920",
            "ratios": "9:16", "margins": "100 100 400 100", "source": "a page",
            "date": "2026-11-29", **fields,
        }
    )  # fmt: skip


def a_box(**fields: Any) -> Lettered:
    given: dict[str, Any] = {"element": "caption", "cut": 3, "left": 200, "top": 1000, "right": 800,
             "bottom": 1200, "frame": (1080, 1920)}  # fmt: skip
    return Lettered(**{**given, **fields})


def test_every_zone_has_a_source_and_a_day_and_estimates_say_why() -> None:
    for one in safe_zones().zones:
        assert one.source
        assert one.date.year >= 2026
        assert one.note or not one.estimate
    assert {one.id for one in safe_zones().zones if not one.estimate} >= {
        "youtube_shorts", "instagram_reels", "tv_title",
    }  # fmt: skip
    assert all(safe_zones().of(ratio) for ratio in RATIOS)


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("legal", ["", NOTICE])
def test_what_the_editor_writes_lies_within_every_published_zone(
    ratio: AspectRatio, legal: str
) -> None:
    conte = a_conte(cut_2={"caption": LONG}, cut_5={"caption": "그립 맥스", "legal": legal})
    brief = a_brief(aspect_ratio=ratio)
    written = [one.element for one in lettered(conte, brief, FilmSettings(), Rates())]
    assert len([element for element in written if element != "subtitle"]) == 3 + bool(legal)
    assert written.count("subtitle") == 4
    found = safe_zone_findings(conte, brief, FilmSettings(), Rates(), safe_zones())
    assert [(one.check, one.field, one.message) for one in found if one.severity != "note"] == []


def test_nothing_is_checked_that_is_not_shown() -> None:
    conte = a_conte(cut_2={"caption": LONG})
    bare = FilmSettings(label_ai=False, burn_captions=False, subtitles="none")
    assert lettered(conte, a_brief(), bare, Rates()) == ()


def test_a_caption_outside_is_found_with_its_platform_its_cut_and_the_pixels() -> None:
    low = a_box(bottom=1600)
    (found,) = check_safe_zones([a_box(), low, a_box(cut=4)], [zone()], a_brief())
    assert (found.check, found.cut, found.field) == ("safe_zone.app", 3, "caption")
    assert found.message == "자막이 어떤 앱 안전 영역을 벗어납니다 (아래 80px)"
    assert found.severity == "warning"
    (english,) = check_safe_zones([a_box(left=0)], [zone()], a_brief("en"))
    assert english.message == "the caption stands outside the safe zone of Some app (left 100px)"


def test_what_an_estimate_finds_is_a_note() -> None:
    (found,) = check_safe_zones([a_box(top=0)], [zone(estimate="yes")], a_brief())
    assert found.severity == "note"


def test_a_film_less_tall_than_the_canvas_stands_in_its_middle() -> None:
    square = a_box(frame=(540, 540), left=60, right=480, top=0, bottom=530)
    # 1080 of 1920 pixels, so from 420 to 1500; its box ends at 1480.
    assert zone(ratios="1:1").outside(square) == (0, 0, 0, 0)
    low = zone(ratios="1:1", margins="100 100 500 100")
    assert low.outside(square) == (0, 0, 60, 0)


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("date: 2026-11-29", "date: someday", "date"),
        ("margins: 288 192 672 48", "margins: 288 192 1672 48", "leave nothing of 1080x1920"),
        ("ratios: 9:16 4:5", "ratios: 3:2", "ratios"),
        ("id: tiktok", "id: naver_clip", "stands there twice"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(
    tmp_path: Path, was: str, now: str, told: str
) -> None:
    path = tmp_path / "zones.yaml"
    path.write_text(FILE.read_text("utf-8").replace(was, now, 1), "utf-8")
    with pytest.raises(KnowledgeError, match=told) as error:
        read_safe_zones(path)
    assert str(path) in str(error.value)
