"""Logs go where the settings say, and files of them do not grow without end."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from serve import telemetry
from serve.settings import Settings
from serve.telemetry import log, log_as_set, rotated


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    logger = logging.getLogger("sian")
    before = logger.handlers[:], logger.level, logger.propagate
    yield
    for handler in logger.handlers:
        handler.close()
    logger.handlers, logger.level, logger.propagate = before


def test_a_container_s_log_is_stderr_and_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_as_set(Settings(home=tmp_path, log="stderr"), "director")
    log("director.claimed", fence=3)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["fence"]) == ("director.claimed", 3)
    assert not (tmp_path / "logs").exists()


def test_a_full_file_makes_room_for_the_next_and_the_oldest_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "FILE_BYTES", 2000)
    log_as_set(Settings(home=tmp_path), "director")
    for number in range(200):
        log("director.claimed", number=number)
    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) == 1 + telemetry.OLDER_FILES
    assert all(file.stat().st_size <= 2000 for file in files)
    assert json.loads(files[0].read_text().splitlines()[-1])["number"] == 199


def test_a_full_log_of_the_cluster_is_moved_aside_before_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "FILE_BYTES", 10)
    file = tmp_path / "cluster.log"
    rotated(file)  # there is none
    for text in ("short", "a long one, and longer"):
        file.write_text(text)
        rotated(file)
    assert not file.exists()
    assert (tmp_path / "cluster.log.1").read_text() == "a long one, and longer"
