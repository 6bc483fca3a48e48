"""A round on the command line: say what should change, see its price, get the film."""

import asyncio
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from serve.cli import commands
from serve.ledger.ledger import Ledger
from tests.fake_crew import FakeCrew
from tests.front_door import FILM_BYTES, PNG_BYTES, House, accept, eventually, served
from tests.test_produce import direct


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "house")
    for kind, content in (("films", FILM_BYTES), ("sheets", PNG_BYTES), ("posters", PNG_BYTES)):
        end = "mp4" if kind == "films" else "png"
        house.publish(f"{kind}/{5:064x}.{end}", content)
    yield house
    house.ledger.close()


@pytest.fixture
def url(house: House) -> Iterator[str]:
    with served(house.app()) as address:
        yield address


def sian(*arguments: str | Path | int) -> Result:
    return CliRunner().invoke(commands.app, [str(argument) for argument in arguments])


def film(house: House, production: str) -> None:
    asyncio.run(direct(house.ledger, FakeCrew(), production))


@contextmanager
def filmed(ledger: Ledger, production: str, version: int) -> Generator[None]:
    """Films the version as soon as it is sealed."""

    def go() -> None:
        eventually(lambda: ledger.get(production).version == version)
        asyncio.run(direct(ledger, FakeCrew(), production))

    thread = threading.Thread(target=go)
    thread.start()
    yield
    thread.join()


def test_a_round_is_said_quoted_run_and_shown(house: House, url: str, tmp_path: Path) -> None:
    production = accept(house)
    film(house, production)
    with filmed(house.ledger, production, 2):
        result = sian(
            "revise", production, "-m", "2컷: 더 가까이", "--yes", "--out", tmp_path / "films",
            "--url", url,
        )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "새로 렌더링: 1개" in result.output
    (folder,) = (tmp_path / "films").iterdir()
    assert str(folder / "v2" / "film.mp4") in result.output
    assert "사유" in result.output
    table = sian("changes", production, "--url", url)
    assert "그대로인 컷: 3개" in table.output
    listed = sian("versions", production, "--url", url)
    assert "콘티 2" in listed.output
    assert "2컷: 더 가까이" in listed.output


def test_nothing_runs_unasked(house: House, url: str) -> None:
    production = accept(house)
    film(house, production)
    asked = sian("revise", production, "-m", "2컷: 더 가까이", "--url", url)
    assert asked.exit_code == 4
    assert "--yes" in asked.output
    assert house.ledger.get(production).version == 1
    quoted = sian("quote", production, "--url", url)
    assert "새로 렌더링: 1개" in quoted.output


@pytest.mark.parametrize(
    ("message", "code", "told"),
    [("9컷: 더 밝게", 2, "컷 9: 없는 컷입니다"), ("무슨 말인지 모를 말", 4, "바꿀 것이 없습니다")],
)
def test_what_cannot_be_done_is_told(
    house: House, url: str, message: str, code: int, told: str
) -> None:
    production = accept(house)
    film(house, production)
    result = sian("revise", production, "-m", message, "--yes", "--url", url)
    assert result.exit_code == code
    assert told in result.output


def test_a_version_is_shared_approved_and_proved(house: House, url: str) -> None:
    production = accept(house)
    film(house, production)
    for state in house.ledger.get(production).cuts:
        assert state.clip is not None
        house.publish(state.clip.key, state.clip.key.encode())
    shared = sian("share", production, "--right", "view", "--right", "approve", "--url", url)
    assert shared.exit_code == 0, shared.output
    assert f"{url}/s/" in shared.output
    asked = sian("approve", production, "--name", "김광고", "--url", url)
    assert asked.exit_code == 4
    approved = sian("approve", production, "--name", "김광고", "--yes", "--url", url)
    assert approved.exit_code == 0, approved.output
    assert "승인: 김광고" in approved.output
    proved = sian("prove", production, "--url", url)
    assert proved.exit_code == 0, proved.output
    assert "모두 승인된 그대로입니다" in proved.output
    clip = house.ledger.get(production).cuts[0].clip
    assert clip is not None
    (house.settings.home / "vault" / clip.key).write_bytes(b"another")
    changed = sian("prove", production, "--url", url)
    assert changed.exit_code == 1
    assert f"바뀜       clip {clip.key}" in changed.output
