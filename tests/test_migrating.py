"""The ledger is migrated by a command where starts may not do it."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from serve.cli.commands import app
from serve.database.errors import DatabaseUnavailable
from serve.database.schema import open_database
from serve.ledger.ledger import Ledger
from serve.ledger.tables import LEDGER
from serve.opened import open_ledger
from serve.settings import LedgerSettings, Settings

NEWEST, BEFORE = LEDGER.known()[-1], LEDGER.known()[-2]


def of_the_release_before(url: str, folder: Path) -> None:
    older = folder / "migrations"
    shutil.copytree(LEDGER.folder, older, ignore=shutil.ignore_patterns(f"{NEWEST}*", "*.pyc"))
    open_database(url, replace(LEDGER, folder=older)).close()


def test_a_start_that_may_not_migrate_says_which_command_does(
    ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_the_release_before(ledger_url, tmp_path)
    settings = Settings(home=tmp_path, ledger=LedgerSettings(url=ledger_url, migrate=False))
    with pytest.raises(DatabaseUnavailable, match=rf"{BEFORE}.*needs {NEWEST}.*sian migrate"):
        open_ledger(settings)
    monkeypatch.setenv("SIAN_LEDGER__URL", ledger_url)
    home = ["--home", str(tmp_path)]
    asked = CliRunner().invoke(app, ["migrate", "--check", *home])
    assert asked.exit_code == 1
    assert f"revision {BEFORE}; sian migrate makes it {NEWEST}" in asked.output
    done = CliRunner().invoke(app, ["migrate", *home])
    assert done.exit_code == 0, done.output
    assert f"{BEFORE} -> {NEWEST}" in done.output
    open_ledger(settings).close()
    again = CliRunner().invoke(app, ["migrate", "--check", *home])
    assert again.exit_code == 0
    assert f"revision {NEWEST}, nothing to do" in again.output


def test_a_start_that_may_migrate_does(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    of_the_release_before(url, tmp_path)
    open_ledger(Settings(home=tmp_path, ledger=LedgerSettings(url=url))).close()
    Ledger.open(url, migrate=False).close()


def test_a_ledger_that_is_not_there_is_not_said_to_be_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a cluster's head, in a shell that does not know the units' PostgreSQL."""
    for name in ("SIAN_LEDGER__URL", "SIAN_LEDGER__URL_FILE", "SIAN_GRAPH"):
        monkeypatch.delenv(name, raising=False)
    for command in (["migrate"], ["migrate", "--check"]):
        refused = CliRunner().invoke(app, [*command, "--home", str(tmp_path)])
        assert refused.exit_code == 2
        assert "there is no ledger" in refused.output
    assert not list(tmp_path.iterdir())
