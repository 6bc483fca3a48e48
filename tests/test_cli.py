"""The command line as a person meets it: help, films, sheets, and errors in one sentence."""

import json
import os
import re
import signal
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from conte.brief import Brief
from conte.conte import Conte
from conte.production import Provenance
from serve.cli import commands
from serve.cli.brief_file import BriefFileError, read_brief
from serve.cli.conte_sheet import sheet_text
from serve.cli.progress import teller
from serve.client import Client
from serve.cluster import Running
from serve.ingress.event_views import EventView
from serve.ingress.views import VersionView
from serve.keys import key_digest
from tests.fake_crew import ENGINE, plain_conte
from tests.front_door import FILM_BYTES, House, accept, eventually, served

YAML = """\
product:
  name: 윈터그립
duration_s: 6
cuts: 4
aspect_ratio: 9:16
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "house")


@pytest.fixture
def url(house: House) -> Iterator[str]:
    with served(house.app()) as address:
        yield address


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    path = tmp_path / "brief.yaml"
    path.write_text(YAML, encoding="utf-8")
    return path


def sian(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands.app, [str(argument) for argument in arguments])


@contextmanager
def director(house: House, end: str = "film") -> Generator[None]:
    """Brings the first production that arrives to its end."""

    def direct() -> None:
        eventually(lambda: house.ledger.list("local", limit=1, after=None, state=None)[0])
        production = house.ledger.list("local", limit=1, after=None, state=None)[0][0]
        getattr(house, end)(production.id)

    thread = threading.Thread(target=direct)
    thread.start()
    try:
        yield
    finally:
        thread.join()


@pytest.mark.parametrize(
    "arguments",
    [(), ("up",), ("down",), ("film",), ("conte",), ("list",), ("show",), ("cancel",),
     ("download",), ("revise",), ("quote",), ("changes",), ("versions",),
     ("share",), ("approve",), ("prove",), ("key", "new")],
)  # fmt: skip
def test_every_command_explains_itself(arguments: tuple[str, ...]) -> None:
    result = sian(*arguments, "--help")
    assert result.exit_code == 0
    assert len(result.output) > 100


def test_filming_a_brief_ends_with_where_everything_lies(
    house: House, url: str, brief: Path, tmp_path: Path
) -> None:
    with director(house):
        result = sian("film", brief, "--seed", "7", "--out", tmp_path / "films", "--url", url)
    assert result.exit_code == 0, result.output
    assert "cut 4: written" in result.output
    assert "cut 4: draft clip ready" in result.output
    (folder,) = (tmp_path / "films").iterdir()
    assert folder.name.startswith("윈터그립-")
    for name in ("film.mp4", "sheet.png", "conte.txt", "conte.json"):
        assert str(folder / name) in result.output
    assert (folder / "film.mp4").read_bytes() == FILM_BYTES
    assert "화면 설명" in (folder / "conte.txt").read_text(encoding="utf-8")
    conte = json.loads((folder / "conte.json").read_text(encoding="utf-8"))
    assert conte["provenance"]["seed"] == 7


def test_filming_a_brief_uploads_the_pictures_beside_it(
    house: House, url: str, tmp_path: Path
) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(
        "product: {name: 윈터그립, image: photo.png}\nduration_s: 6\ncuts: 4\n"
        "characters: [{name: 민아}, {name: 준호, image: cast/juno.png}]\n"
    )
    (tmp_path / "cast").mkdir()
    for grey, name in ((90, "photo.png"), (60, "cast/juno.png")):
        pixels = np.full((40, 60, 3), grey, np.uint8)
        (tmp_path / name).write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    with director(house):
        result = sian("film", path, "--out", tmp_path / "films", "--url", url)
    assert result.exit_code == 0, result.output
    (production,), _ = house.ledger.list("local", limit=2, after=None, state=None)
    assert production.brief is not None
    images = production.brief.images
    assert list(images) == ["product.image", "characters[1].image"]
    assert len(set(images.values())) == 2
    assert all(house.ledger.owns_image("local", image) for image in images.values())


def test_a_production_that_fails_is_explained_and_exits_with_1(
    house: House, url: str, brief: Path
) -> None:
    with director(house, end="fail"):
        result = sian("film", brief, "--url", url)
    assert result.exit_code == 1
    assert "cut 2 failed after 3 attempts: the engine went dark" in result.output


def test_ctrl_c_cancels_the_production_and_waits_for_it_to_stop(
    house: House, url: str, brief: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, pressed = threading.Event(), threading.Event()
    real = Client.events

    def events(self: Client, production: str, after: int = 0) -> Iterator[EventView]:
        if not pressed.is_set():
            claimed.wait(300)
            pressed.set()
            raise KeyboardInterrupt
        return real(self, production, after)

    monkeypatch.setattr(Client, "events", events)

    def direct() -> None:
        eventually(lambda: house.ledger.list("local", limit=1, after=None, state=None)[0])
        production = house.ledger.list("local", limit=1, after=None, state=None)[0][0].id
        claim = house.claim(production)
        claimed.set()
        eventually(lambda: house.ledger.get(production).cancel_asked)
        house.ledger.cancelled(claim, "director-1")

    thread = threading.Thread(target=direct)
    thread.start()
    result = sian("film", brief, "--url", url)
    thread.join()
    assert result.exit_code == 1
    assert "Ctrl-C: cancelling" in result.output
    assert "cancelled" in result.output


@pytest.mark.parametrize("end", ["film", "fail"])
def test_somebody_who_looks_on_sees_a_bar_for_each_part(house: House, end: str) -> None:
    production = accept(house)
    getattr(house, end)(production)
    console = Console(file=StringIO(), force_terminal=True, width=100)
    brief = house.ledger.get(production).brief
    assert brief is not None
    with teller(console, brief) as told:
        for event in house.ledger.events(production, 0):
            told.tell(EventView.of(event, production))
    assert isinstance(console.file, StringIO)
    bars = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.file.getvalue())
    shown = bars[bars.rindex("conte ") :]
    assert [line.split()[0] for line in shown.splitlines() if line.strip()][:5] == [
        "conte",
        *["cut"] * 4,
    ]
    assert ("film" in shown) == (end == "film")
    assert ("the engine went dark" in shown) == (end == "fail")


def test_lists_shows_and_cancels(house: House, url: str) -> None:
    production = accept(house)
    listed = sian("list", "--url", url)
    assert production in listed.output
    assert "queued" in listed.output
    assert json.loads(sian("list", "--json", "--url", url).output)["productions"]
    assert "queued" in sian("show", production, "--url", url).output
    assert "cancel" in sian("cancel", production, "--url", url).output
    done = accept(house)
    house.film(done)
    refused = sian("cancel", done, "--url", url)
    assert refused.exit_code == 4
    assert len(refused.output.splitlines()) == 1


def test_the_conte_can_be_read_and_saved(house: House, url: str, tmp_path: Path) -> None:
    production = accept(house)
    house.film(production)
    read = sian("conte", production, "--url", url)
    assert "윈터그립" in read.output
    assert "자막" in read.output
    assert json.loads(sian("conte", production, "--json", "--url", url).output)["number"] == 1
    result = sian("download", production, "--clips", "--out", tmp_path / "f", "--url", url)
    assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "f").rglob("cut-*.mp4"))) == 4


def test_a_conte_that_is_not_complete_says_so(house: House, url: str) -> None:
    result = sian("conte", accept(house), "--url", url)
    assert result.exit_code == 4
    assert "still being written" in result.output


def test_no_server_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serve.connection._FIRST_PAUSE_S", 0.001)
    result = sian("list", "--url", "http://127.0.0.1:9")
    assert result.exit_code == 3
    assert "start a server with: sian up" in result.output


def test_a_server_that_wants_a_key_says_so(tmp_path: Path) -> None:
    house = House(tmp_path / "locked", api_keys={key_digest("right"): "acme"})
    with served(house.app()) as url:
        assert sian("list", "--url", url).exit_code == 4
        assert sian("list", "--url", url, "--key", "right").exit_code == 0


def test_a_new_key_is_shown_with_the_hash_that_the_settings_want() -> None:
    output = sian("key", "new", "--tenant", "acme").output
    key = next(word for word in output.split() if word.startswith("sian_"))
    assert f"{key_digest(key)}: acme" in output
    assert sian("key", "new", "--tenant", "a b").exit_code == 2


def test_a_server_is_started_for_the_occasion_and_stopped_after(
    house: House, url: str, brief: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    life: list[str] = []

    @contextmanager
    def running(graph: Path, home: Path, port: int, on_wait: Any) -> Generator[Running]:
        assert graph.name == "local.yaml"
        life.append("up")
        try:
            yield Running(0, url, str(graph))
        finally:
            life.append("down")

    monkeypatch.setattr("serve.cluster.running", running)
    with director(house):
        result = sian("film", brief, "--out", tmp_path / "films", "--port", "9")
    assert result.exit_code == 0, result.output
    assert "starting the cluster" in result.output
    assert life == ["up", "down"]


def test_a_command_that_is_told_to_end_stops_the_cluster_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    life: list[str] = []

    @contextmanager
    def running(*_: Any) -> Generator[Running]:
        life.append("up")
        try:
            yield Running(0, "http://127.0.0.1:9", "local.yaml", "http://127.0.0.1:9")
        finally:
            life.append("down")

    def submit(*_: Any) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(30)
        return 0

    monkeypatch.setattr("serve.cluster.running", running)
    monkeypatch.setattr(commands, "submit", submit)
    assert sian("job", "--home", tmp_path, "--", "python", "-c", "1").exit_code == 130
    assert life == ["up", "down"]


def test_a_cluster_that_takes_no_jobs_says_how_to_get_one_that_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def running(*_: Any) -> Generator[Running]:
        yield Running(0, "http://127.0.0.1:9", "local.yaml")

    monkeypatch.setattr("serve.cluster.running", running)
    result = sian("job", "--home", tmp_path, "--", "python", "-c", "1")
    assert result.exit_code == 3
    assert "sian up --jobs-port" in result.output
    assert sian("job", "--home", tmp_path).exit_code == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("product: {name: 윈터그립}\ndurations_s: 30", "durations_s: no such field; did you mean"),
        ("product: {name: ''}", "product.name: at least 1 characters"),
        ("product: {name: 1004}", "product.name: a valid string; put it in quotes (got 1004)"),
        ("duration_s: 30", "product: required"),
        ("product: {name: a}\ncuts: 8\nduration_s: 5", "cuts and duration_s"),
        ("product: [", "brief.yaml:1:11: "),
        ("- a", "wanted fields"),
        ("", "wanted fields"),
        ("product: {name: a}\nmust_show: kitchen", "must_show: a valid array"),
    ],
)
def test_a_wrong_brief_names_file_and_field_and_exits_with_2(
    tmp_path: Path, text: str, line: str
) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(text, encoding="utf-8")
    result = sian("film", path)
    assert result.exit_code == 2
    assert line in result.output
    assert result.output.startswith(str(path))
    assert "Traceback" not in result.output


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(BriefFileError, match="No such file"):
        read_brief(tmp_path / "none.yaml")
    (tmp_path / "euckr.yaml").write_bytes("제품".encode("euc-kr"))
    with pytest.raises(BriefFileError, match="save it as UTF-8"):
        read_brief(tmp_path / "euckr.yaml")


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("product: {name: 시안}\naspect_ratio: 4:5", "aspect_ratio", "4:5"),
        ("product: {name: 시안}\naspect_ratio: 9:16", "aspect_ratio", "9:16"),
        ("product: {name: 시안}\naudience: No", "audience", "No"),
        ("product: {name: 시안}\naudience: 2026-11-22", "audience", "2026-11-22"),
        ("product: {name: 시안}\nduration_s: 15.5", "duration_s", 15.5),
        ("product: {name: 시안}\ncuts: ~", "cuts", None),
        ("product: {name: 시안}\ncuts:", "cuts", None),
    ],
)
def test_yaml_means_what_a_person_reads(
    tmp_path: Path, text: str, field: str, value: object
) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(text, encoding="utf-8")
    assert getattr(read_brief(path), field) == value


def test_json_is_taken_as_well(tmp_path: Path) -> None:
    path = tmp_path / "brief.json"
    path.write_text('\ufeff{"product": {"name": "시안"}}', encoding="utf-8")
    assert read_brief(path).product.name == "시안"


def test_the_sheet_shows_what_the_law_wants_to_be_read() -> None:
    brief = Brief.model_validate({"product": {"name": "한강", "category": "맥주"}})
    conte = plain_conte(brief)
    legal = "경고: 지나친 음주는 뇌졸중, 기억력 손상이나 치매를 유발합니다. 임신 중 음주는 기형아 출생 위험을 높입니다."
    last = conte.cuts[-1].model_copy(update={"legal": legal})
    version = VersionView.model_validate(
        {
            "production": "p",
            "number": 1,
            "created_at": 0,
            "provenance": Provenance(engine=ENGINE, seed=1).model_dump(),
            "conte": Conte.of(conte.treatment, (*conte.cuts[:-1], last)).model_dump(),
            "findings": [],
        }
    )
    text = sheet_text(brief, version)
    assert "(고지) 경고:" in text
    # A column too narrow for its words breaks them; none is lost.
    assert [word for word in legal.split() if word not in text] == []


@pytest.mark.parametrize(("language", "words"), [("ko", ("콘티 1", "오디오", "초수", "지적 사항 없음")),
                                                 ("en", ("Conte 1", "Audio", "Time"))])  # fmt: skip
def test_the_sheet_speaks_the_language_of_the_brief(language: str, words: tuple[str, ...]) -> None:
    brief = Brief.model_validate({"product": {"name": "X1"}, "language": language})
    version = VersionView.model_validate(
        {
            "production": "p",
            "number": 1,
            "created_at": 0,
            "provenance": Provenance(engine=ENGINE, seed=1).model_dump(),
            "conte": plain_conte(brief).model_dump(),
            "findings": [],
        }
    )
    text = sheet_text(brief, version)
    for word in words:
        assert word in text
    assert "00:00:00" in text
    assert max(map(len, text.splitlines())) <= 140
