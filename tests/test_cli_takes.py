"""Takes, formats and ideas on the command line."""

import asyncio
import json
import re
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deployments.engines.composer.ideas import IdeaLibrary
from serve.ingress.app import create_app
from serve.ledger.ledger import Ledger
from tests.fake_crew import FakeCrew
from tests.forged_pictures import flat_png
from tests.front_door import House, accept, eventually, served
from tests.test_cli_rounds import film, filmed, house, sian
from tests.test_produce import direct

__all__ = ["house"]  # the fixture


@pytest.fixture
def url(house: House) -> Iterator[str]:
    app = create_app(house.settings, house.ledger, house.vault, ideas=IdeaLibrary())
    with served(app) as address:
        yield address


@pytest.fixture
def production(house: House) -> str:
    production = accept(house)
    film(house, production)
    return production


@contextmanager
def directed(ledger: Ledger, production: str) -> Generator[None]:
    """Makes the takes as soon as they are ordered."""

    def go() -> None:
        eventually(lambda: not ledger.get(production).state.ended)
        asyncio.run(direct(ledger, FakeCrew(), production))

    thread = threading.Thread(target=go)
    thread.start()
    yield
    thread.join()


def takes_of(url: str, production: str, cut: int) -> list[str]:
    listed = sian("takes", "list", production, cut, "--url", url)
    assert listed.exit_code == 0, listed.output
    return re.findall(r"t_[0-9a-f]{12}", listed.output)


def test_another_take_is_made_listed_and_picked(
    house: House, url: str, production: str, tmp_path: Path
) -> None:
    (first,) = takes_of(url, production, 2)
    asked = sian("takes", "another", production, 2, "--url", url)
    assert asked.exit_code == 4 and "--yes" in asked.output
    assert "새로 렌더링: 1개" in asked.output
    with directed(house.ledger, production):
        made = sian("takes", "another", production, 2, "--yes", "--url", url)
    assert made.exit_code == 0, made.output
    found = takes_of(url, production, 2)
    assert len(found) == 2 and found[0] == first
    with filmed(house.ledger, production, 2):
        result = sian(
            "takes", "pick", production, 2, found[1], "--yes", "--out", tmp_path, "--url", url
        )
    assert result.exit_code == 0, result.output
    assert "고른 클립 그대로" in result.output
    cut = house.ledger.version(production, 2).conte.cuts[1]
    assert cut.take == found[1]
    listed = sian("takes", "list", production, "--url", url)
    (line,) = (line for line in listed.output.splitlines() if "✓" in line)
    assert found[1] in line
    (shown,) = json.loads(sian("takes", "list", production, "--json", "--url", url).output)[
        "orders"
    ]
    assert shown["state"] == "ready"


def test_a_picture_of_your_own_becomes_a_take(
    house: House, url: str, production: str, tmp_path: Path
) -> None:
    picture = tmp_path / "own.png"
    picture.write_bytes(flat_png(128, 72, b"\x10\x20\x30"))
    with directed(house.ledger, production):
        brought = sian("takes", "bring", production, 3, picture, "--url", url)
    assert brought.exit_code == 0, brought.output
    assert "올린 파일" in brought.output
    assert len(takes_of(url, production, 3)) == 2


def test_a_cut_or_a_take_that_is_not_there_is_told(url: str, production: str) -> None:
    assert "no cut 9" in sian("takes", "another", production, 9, "--url", url).output
    unknown = sian("takes", "pick", production, 1, "t_000000000000", "--yes", "--url", url)
    assert unknown.exit_code == 4 and "없는 테이크입니다" in unknown.output


def test_formats_are_quoted_ordered_and_listed(house: House, url: str, production: str) -> None:
    for state in house.ledger.get(production).cuts:
        assert state.clip is not None
        house.publish(state.clip.key, state.clip.key.encode())
    sian("share", production, "--url", url)
    early = sian("formats", "quote", production, "-f", "5s 1:1", "--url", url)
    assert early.exit_code == 4 and "승인된 다음" in early.output
    assert sian("approve", production, "--name", "김광고", "--yes", "--url", url).exit_code == 0
    none = sian("formats", "list", production, "--url", url)
    assert "no film in another format" in none.output
    quoted = sian("formats", "quote", production, "-f", "5초 9:16", "--url", url)
    assert quoted.exit_code == 0, quoted.output
    assert "5 s 9:16" in quoted.output and "새로 렌더링" in quoted.output
    asked = sian("formats", "order", production, "-f", "5s 9:16", "--url", url)
    assert asked.exit_code == 4 and "--yes" in asked.output
    ordered = sian(
        "formats", "order", production, "-f", "5s 9:16", "-f", "6s/1:1", "--yes", "--url", url
    )
    assert ordered.exit_code == 0, ordered.output
    listed = sian("formats", "list", production, "--url", url)
    assert "5 s 9:16" in listed.output and "6 s 1:1" in listed.output
    made = re.findall(r"제작 (\S+)", ordered.output)
    assert [view.id for view in house.ledger.formats(production, 1)] == made
    assert all(one in listed.output for one in made)
    assert house.ledger.formats(made[0], 1) == ()


@pytest.mark.parametrize("wanted", ["15s", "9:16", "200s 9:16", "15s 3:2", "빨리"])
def test_what_is_no_format_is_told(url: str, production: str, wanted: str) -> None:
    result = sian("formats", "quote", production, "-f", wanted, "--url", url)
    assert result.exit_code == 2
    assert "wanted 5 to 120 seconds" in result.output


@pytest.mark.parametrize(
    ("language", "told"), [("ko", "아이디어"), ("en", "Copy the ones that you like")]
)
def test_ideas_are_listed_in_the_brief_s_language(
    url: str, tmp_path: Path, language: str, told: str
) -> None:
    brief = tmp_path / "brief.yaml"
    brief.write_text(
        f"product: {{name: 온담, category: 커피}}\nlanguage: {language}\n", encoding="utf-8"
    )
    result = sian("ideas", brief, "-n", 3, "--url", url)
    assert result.exit_code == 0, result.output
    assert told in result.output
    found = json.loads(sian("ideas", brief, "-n", 3, "--json", "--url", url).output)["ideas"]
    assert len(found) == 3
    unlike = sian("ideas", brief, "--unlike", found[0]["text"], "--json", "--url", url)
    assert found[0]["text"] not in [one["text"] for one in json.loads(unlike.output)["ideas"]]
