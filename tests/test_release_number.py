"""The release number stands in one place and is reported everywhere."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from serve.cli.commands import app
from serve.ledger.ledger import Ledger
from serve.ledger.tables import LEDGER
from serve.release import RELEASE
from tests.front_door import House

ROOT = Path(__file__).parent.parent


def test_the_command_line_tells_it() -> None:
    told = CliRunner().invoke(app, ["--version"])
    assert (told.exit_code, told.output) == (0, f"sian {RELEASE}\n")


async def test_the_description_of_the_api_tells_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    async with house.client() as http:
        assert (await http.get("/openapi.json")).json()["info"]["version"] == RELEASE
    house.ledger.close()


def test_the_install_takes_it_from_the_same_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" in project["project"]["dynamic"]
    told = project["tool"]["setuptools"]["dynamic"]["version"]
    assert told == {"attr": "serve.release.RELEASE"}


def test_it_is_later_than_every_release_whose_folder_is_kept() -> None:
    kept = [path.name for path in (ROOT / "tests" / "releases").iterdir() if path.is_dir()]
    ours = tuple(map(int, RELEASE.split(".")[:3]))
    assert all(tuple(map(int, number.split("."))) < ours for number in kept)


def test_a_cluster_on_the_ledger_of_a_newer_release_is_refused_in_a_sentence(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    Ledger.open(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text(f"UPDATE {LEDGER.least} SET version_num = '9999'"))
    engine.dispose()
    command = [sys.executable, "-m", "serve.cluster.holder", str(ROOT / "graphs" / "local.yaml")]
    command += ["--home", str(tmp_path), "--port", "1"]
    ran = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=600,
        env=os.environ | {"SIAN_HOME": str(tmp_path)},
    )  # fmt: skip
    assert ran.returncode == 1
    (sentence,) = ran.stderr.splitlines()
    assert "revision 9999, which a newer version has made" in sentence
    assert f"this is Sian {RELEASE}, which knows revisions up to" in sentence
    assert "Start that version again, or restore the copy" in sentence
    assert (tmp_path / "boot-error.txt").read_text() == sentence
