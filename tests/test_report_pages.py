"""Reports stand on one base: escaped, readable in light and dark, opened from disk alone."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from serve.pages.figures import digest, size, span
from serve.pages.fonts import FONTS, fonts_beside
from serve.pages.line_chart import Line, line_chart
from tests.report_pages import REPORTS, ROOT

HOSTILE = "</title></style></script><img src=x onerror=f()>'\"&{{7*7}}"
BASE = (ROOT / "serve/pages/base.html").read_text("utf-8")
TEXTS = ("ink", "soft", "link", "good", "bad", "wait")
LOADING = ("src", "poster", "srcset", "data")


class Seen(HTMLParser):
    """What a browser would make of a page: its elements, and its text outside the style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = self.script = self.style = ""
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style"):
            setattr(self, self._inside, getattr(self, self._inside) + data)
        else:
            self.text += data

    def values(self, *names: str) -> list[str]:
        return [value for _, name, value in self.attributes if name in names]


def seen(name: str, text: str, folder: Path) -> Seen:
    folder.mkdir()
    return Seen(REPORTS[name](text, folder))


@pytest.mark.parametrize("name", REPORTS)
def test_what_came_from_outside_is_text_and_no_part_of_the_page(name: str, tmp_path: Path) -> None:
    plain, hostile = seen(name, "plain", tmp_path / "a"), seen(name, HOSTILE, tmp_path / "b")
    assert hostile.tags == plain.tags
    assert hostile.style == plain.style
    assert hostile.script == plain.script
    assert not [one for one in hostile.attributes if one[1].startswith("on")]
    assert HOSTILE in hostile.text


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_opens_from_disk_and_loads_only_what_stands_beside_it(
    name: str, tmp_path: Path
) -> None:
    page = seen(name, "plain", tmp_path / "a")
    assert ("html", "lang", "ko") in page.attributes
    assert page.tags["h1"] == page.tags["style"] == 1
    assert "prefers-color-scheme: dark" in page.style and "@media print" in page.style
    assert page.tags["link"] == page.tags["iframe"] == 0
    assert not [url for url in page.values(*LOADING) if "//" in url and not url.startswith("data:")]
    urls = re.findall(r"url\(([^)]*)\)", page.style)
    assert set(urls) == {font for font in FONTS if font.endswith(".otf")}
    (policy,) = [value for value in page.values("content") if "default-src" in value]
    assert policy.startswith("default-src 'none'; ")
    assert "http" not in policy
    assert (digest(page.script) in policy) == bool(page.tags["script"])
    sources = dict(part.split(" ", 1) for part in policy.split("; "))
    assert bool(page.tags["img"]) <= ("img-src" in sources)
    assert bool(page.tags["video"]) <= ("media-src" in sources)


def test_every_page_of_a_report_stands_on_the_base_and_marks_nothing_safe() -> None:
    templates = {
        path.relative_to(ROOT).as_posix()
        for room in ("crawl", "training", "serve/ingress")
        for path in (ROOT / room).rglob("*.html")
    }
    assert templates == REPORTS.keys()
    for name in templates:
        parsed = jinja2.Environment().parse((ROOT / name).read_text("utf-8"))
        (extends,) = parsed.find_all(nodes.Extends)
        assert isinstance(extends.template, nodes.Const), name
        assert extends.template.value == "base.html", name
        filters = {one.name for one in parsed.find_all(nodes.Filter)}
        assert not filters & {"safe", "xmlattr", "urlize"}, name
        assert not list(parsed.find_all(nodes.ScopedEvalContextModifier)), name


def test_no_report_escapes_by_hand() -> None:
    by_hand = [
        path.relative_to(ROOT).as_posix()
        for room in ("crawl", "training")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"from html import|import jinja2|<style|<body", path.read_text("utf-8"))
    ]
    assert not by_hand


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_are_readable_on_the_page_and_on_tints(scheme: str) -> None:
    light, dark = re.findall(r":root \{ color-scheme: (?:light|dark);(.*?)\}", BASE, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#\w+)", light))
    if scheme == "dark":
        assert colours.keys() == dict(re.findall(r"--([\w-]+): (#\w+)", dark)).keys()
        colours = dict(re.findall(r"--([\w-]+): (#\w+)", dark))
    pairs = [(one, ground) for one in TEXTS for ground in ("page", "tint")]
    pairs += [(one, f"{one}-tint") for one in ("good", "bad", "wait")]
    contrasts = {pair: contrast(*(colours[one] for one in pair)) for pair in pairs}
    assert min(contrasts.values()) >= 4.5, contrasts


def contrast(*colours: str) -> float:
    """By WCAG 2."""
    low, high = sorted(map(luminance, colours))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    parts = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_fonts_of_a_page_stand_beside_it(tmp_path: Path) -> None:
    fonts_beside(tmp_path / "report.html")
    fonts_beside(tmp_path / "report.html")
    assert all((tmp_path / font).stat().st_size for font in FONTS)


@pytest.mark.parametrize(
    "line",
    [
        [(0, 1.0)],
        [(7, 2.5), (7, 2.5)],
        [(1, -3.0), (2, 1e-9)],
        [(step, 1 / (step + 1)) for step in range(5000)],
    ],
)
def test_a_chart_lies_within_its_frame_and_ends_at_the_last_point(line: Line) -> None:
    drawn = line_chart("loss", {"learnt": line, "kept": []})
    (path,) = re.findall(r' points="([^"]*)"', drawn)
    points = [tuple(map(float, point.split(","))) for point in path.split()]
    assert all(0 <= x <= 720 and 0 <= y <= 260 for x, y in points)
    assert len(points) <= 402 and points[-1][0] == max(x for x, _ in points)
    assert f">{line[-1][0]:,.0f}</text>" in drawn


def test_a_chart_of_nothing_is_empty_and_its_title_is_text() -> None:
    assert line_chart("loss", {"learnt": []}) == ""
    assert "<img" not in line_chart(HOSTILE, {"learnt": [(0, 1.0), (1, 2.0)]})


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (size(0), "0 B"), (size(1_234_000), "1.2 MB"), (size(999_960_000_000), "1,000 GB"),
        (span(12.34), "12.3초"), (span(245), "4분 05초"), (span(3600 * 1234 + 360), "1,234시간 06분"),
    ],
)  # fmt: skip
def test_sizes_and_lengths_are_written_in_the_unit_that_reads(written: str, wanted: str) -> None:
    assert written == wanted
