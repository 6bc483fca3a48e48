"""The report of a dataset: what it counts, and that nothing from outside becomes part of the page."""

import json
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conte.clip_caption import ClipCaption
from conte.vocabulary import CameraMove, ShotSize
from crawl.dataset import publish
from crawl.dataset.frequent import Frequent
from crawl.dataset.histogram import Histogram, short_count
from crawl.dataset.outcomes import kind_of, outcomes_of
from crawl.permission import Permission
from serve.pages.fonts import FONTS
from tests.caption_rows import a_video
from tests.captioned_videos import Job, a_caption

HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(2)>'\"&{{ 7*7 }}"


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    job = Job.in_folder(tmp_path)
    yield job
    job.records.close()


class Page(HTMLParser):
    """What a browser would make of it: its elements, and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def reported(job: Job) -> tuple[Page, dict[str, Any]]:
    made = publish(
        job.records, job.vault, str(job.folder / "datasets"), job.dataset, lambda done, total: None
    )
    path = Path(made.report)
    return Page(path), json.loads(path.with_suffix(".json").read_bytes())


def test_what_came_from_outside_is_text_and_no_part_of_the_page(job: Job) -> None:
    plain = job.add("plain")
    quiet, _ = reported(job)
    caption = ClipCaption(
        language="en", short=HOSTILE, long=HOSTILE, style=HOSTILE, subjects=(HOSTILE[:40],)
    )
    evidence = Permission(kind="owned", evidence=HOSTILE, at=0)
    hostile = "<script>x</script>"
    job.add(
        hostile, caption=caption, subject=HOSTILE, title=HOSTILE, permission=evidence
    )  # fmt: skip
    job.left_out("<b>lost</b>", "quarantined", HOSTILE)
    job.left_out("left", "filtered", HOSTILE.replace("/", ""))
    job.clip_left_out(plain, 7, "filtered", f"caption: {HOSTILE}")
    job.clip_left_out(plain, 8, "duplicate", f"test:{hostile}#0-24")
    page, told = reported(job)
    assert page.tags["script"] == quiet.tags["script"] == 0
    assert page.tags["b"] == 0
    assert page.tags["style"] == quiet.tags["style"] == 1
    pictures = len(told["facts"]["samples"]) + len(told["facts"]["outcomes"]["repeated"])
    assert page.tags["img"] == pictures == 5
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert HOSTILE in page.text


def test_the_page_asks_for_nothing_but_the_fonts_beside_it(job: Job) -> None:
    job.add("a", title="https://example.com/x.png")
    page, _ = reported(job)
    folder = job.folder / "datasets" / job.dataset / "v1"
    assert page.tags["link"] == page.tags["iframe"] == page.tags["script"] == 0
    links = [value for name, value in page.attributes if name in ("src", "href")]
    assert all(link.startswith(("data:image/jpeg;base64,", "#")) for link in links)
    ids = {value for name, value in page.attributes if name == "id"}
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    policy = next(value for _, value in page.attributes if value.startswith("default-src"))
    assert "default-src 'none'" in policy
    assert all((folder / font).stat().st_size for font in FONTS)
    style = (folder / "report.html").read_text("utf-8").partition("<style>")[2]
    assert style.partition("</style>")[0].count("url(") == 2


def test_the_report_tells_what_was_left_out_and_by_which_figure(job: Job) -> None:
    video = job.add("a", 3)
    job.left_out("b", "filtered", "text_area 0.3 > 0.12; fps 5 < 12")
    job.left_out("c", "filtered", "no permission")
    lost = job.left_out("d", "quarantined", "whoever worked on it died, 11 times", interruptions=11)
    job.clip_left_out(video, 7, "filtered", "text_area 0.31 > 0.12; brightness 0.01 < 0.06")
    job.clip_left_out(video, 8, "filtered", "text_area 0.25 > 0.12")
    job.clip_left_out(video, 9, "filtered", "brightness nan < 0.06")
    job.clip_left_out(video, 10, "filtered", "caption: the answer is no JSON: 'abc'")
    job.clip_left_out(video, 11, "duplicate", f"{video.id}#0-24")
    page, told = reported(job)
    outcomes = told["facts"]["outcomes"]
    assert outcomes["videos"] == {"done": 1, "filtered": 2, "quarantined": 1}
    assert outcomes["clips"] == {"captioned": 3, "duplicate": 1, "filtered": 4}
    assert outcomes["num_bounded"] == 3
    bounds = {(one["figure"], one["sign"], one["bound"]): one for one in outcomes["bounded"]}
    text, dark = bounds[("text_area", ">", 0.12)], bounds[("brightness", "<", 0.06)]
    assert (text["clips"], text["least"], text["most"]) == (2, 0.25, 0.31)
    assert (dark["clips"], dark["least"], dark["most"]) == (2, 0.01, 0.01)
    assert outcomes["uncaptioned"] == {"caption: the answer is no JSON: …": 1}
    assert outcomes["videos_left_out"] == {"no permission": 1, "text_area > 0.12": 1}
    assert [one["times"] for one in outcomes["repeated"]] == [1]
    for expected in (
        "찾은 클립 clips found 8 100.0%",
        "기준을 지킨 클립 within all bounds 5 62.5%",
        "거의 같은 것을 뺀 클립 without near-duplicates 4 50.0%",
        "이 판에 실린 클립 clips in this version 3 37.5%",
        "글자가 덮은 넓이, 0–1 share covered by text > 0.12 0.25 – 0.31 2",
        "기록된 허락이 없음",
        "모든 클립이 기준 밖: 글자가 덮은 넓이, 0–1 > 0.12",
        f"{lost.id} whoever worked on it died, 11 times 0 11",
        "measured 3: measured (not a model) 3",
        "max_text_area 0.12",
        "자체 소유 our own 3 100.0%",
    ):
        assert expected in page.text, expected


def test_captions_are_counted_in_the_words_of_a_conte(job: Job) -> None:
    told = a_caption("x").model_copy(
        update={"size": ShotSize.CU, "move": CameraMove.PAN_LEFT, "style": "매크로"}
    )
    job.add("a", 1, caption=told, subject="coffee")
    job.add("b", 1)
    page, figures = reported(job)
    assert figures["sizes"] == {"CU": 1, "": 1}
    assert figures["moves"] == {"pan_left": 1, "": 1}
    assert figures["styles"] == {"매크로": 1}
    assert figures["subjects"] == {"병": 2, "식탁": 2}
    for expected in ("클로즈업 close-up 1 50.0%", "좌로 팬 pan left 1", "알 수 없음 not told 1"):
        assert expected in page.text, expected
    assert "커피" in page.text


def test_every_reason_and_figure_that_the_job_knows_has_its_korean() -> None:
    from crawl.caption.rows import NO_PERMISSION
    from crawl.dataset import report_words
    from crawl.dataset.publishing import NO_FILE
    from crawl.dataset.ready import LAPSED, REMOVED
    from crawl.filters import figures
    from tests.caption_rows import a_shot, a_stream

    assert figures(a_shot(0, 24), a_stream()).keys() <= report_words.FIGURES.keys()
    assert {NO_PERMISSION, NO_FILE, LAPSED, REMOVED} <= report_words.REASONS.keys()


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("/videos/my film.mp4: not a file", "…: not a file"),
        ("https://example.com/w?v=abc: 404 Not Found", "… Not Found"),
        ("uri 'ftp:x': wanted a path, http(s):// or a vault's key", "uri …: wanted a path, … or a vault's key"),
        ("12.3 h long, at most 4 h", "… h long, at most … h"),
        ("its size is 9000x9000: more than 1,000 pixels", "its size is …x…: more than … pixels"),
        ("duration_s 1.2 < 2; fps 5 < 12", "duration_s < 2"),
        ("secret title is not a video", "… is not a video"),
        ("", "no reason"),
    ],
)  # fmt: skip
def test_reasons_are_counted_without_what_would_name_their_video(reason: str, kind: str) -> None:
    source = a_video("x", uri="/videos/my film.mp4", title="secret title")
    assert kind_of(reason, source) == kind


def test_outcomes_forget_a_video_wherever_they_name_it(job: Job) -> None:
    video = job.add("a", 1)
    job.clip_left_out(video, 5, "duplicate", f"{video.id}#0-24")
    lost = job.left_out("d", "quarantined", "too long")
    outcomes = outcomes_of(job.records, job.dataset)
    assert outcomes.named == {video.id, lost.id}
    assert outcomes.without(video.id).without(lost.id).named == set()
    odd = outcomes.model_copy(update={"uncaptioned": {"said test:d of it": 1, "test:data": 2}})
    assert odd.without("test:d").uncaptioned == {"said … of it": 1, "test:data": 2}


@given(st.lists(st.floats(-1e6, 1e6), max_size=60))
def test_a_histogram_counts_every_value_once(values: list[float]) -> None:
    histogram = Histogram((0, 1, 10, 100))
    for value in values:
        histogram.add(value)
    assert histogram.total == len(values)
    assert histogram.counts[0] == sum(value < 0 for value in values)
    assert histogram.counts[1] == sum(0 <= value < 1 for value in values)
    assert histogram.counts[-1] == sum(value >= 100 for value in values)
    if values:
        assert (histogram.least, histogram.most) == (min(values), max(values))
        assert histogram.mean == pytest.approx(sum(values) / len(values), abs=1e-6)
    assert "nan" not in histogram.svg("x")


def test_counts_above_bars_are_short() -> None:
    counts = (0, 7, 999, 1000, 1234, 9949, 9950, 35_499, 999_499, 999_600, 2_500_000, 3 * 10**9)
    assert [short_count(count) for count in counts] == [
        "0", "7", "999", "1.0k", "1.2k", "9.9k", "10k", "35k", "999k", "1.0M", "2.5M", "3.0G",
    ]  # fmt: skip


@given(st.lists(st.sampled_from("abcdefghij"), max_size=80))
def test_few_different_texts_are_counted_exactly(texts: list[str]) -> None:
    frequent = Frequent(capacity=10)
    for text in texts:
        frequent.add(text)
    assert frequent.exact
    assert dict(frequent.most(10)) == Counter(texts)
    assert frequent.total == len(texts)


def test_the_most_frequent_of_very_many_texts_are_kept_in_bounded_memory() -> None:
    frequent = Frequent(capacity=100)
    for n in range(20_000):
        frequent.add("often" if n % 4 == 0 else "sometimes" if n % 10 == 1 else f"once {n}")
        assert len(frequent) <= 100
    assert not frequent.exact
    assert frequent.most(2) == [("often", 5000), ("sometimes", 2000)]
