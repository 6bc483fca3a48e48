"""Takes and uploads while servers and directors are killed: none is lost, none is made twice."""

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text, update

from conte.production import State
from serve.ingress.upload_files import sweep
from serve.ledger.errors import NotTakable
from serve.ledger.tables import uploads
from serve.ledger.taking import Wanted
from serve.ledger.uploads import LEFT_AFTER_S, ORDERED_WITHIN_S
from serve.scratch import scratch
from tests.front_door import House, accept
from tests.killed_takes import NUM
from tests.made_videos import write_video


def begun_earlier(house: House, seconds: float) -> None:
    """Make all uploads that were begun that much older."""
    engine = create_engine(house.settings.ledger_url)
    with engine.begin() as connection:
        connection.execute(update(uploads).values(begun_at=uploads.c.begun_at - seconds))
    engine.dispose()


def files(house: House) -> set[str]:
    return {f"uploads/{path.name}" for path in house.settings.home.rglob("uploads/*")}


def charged(house: House) -> int:
    engine = create_engine(house.settings.ledger_url)
    with engine.begin() as connection:
        found = connection.execute(text("SELECT sum(cuts_rendered + cuts_reused) FROM tenants"))
        clips = int(found.scalar_one())
    engine.dispose()
    return clips


def test_takes_survive_kills_at_every_step_of_servers_and_directors(
    tmp_path: Path,
) -> None:
    house = House(tmp_path / "home")
    production = accept(house)
    house.film(production)
    cut = house.ledger.version(production, 1).conte.cuts[1]
    before = charged(house)
    house.ledger.close()
    file = write_video(tmp_path / "mine.mp4", num_frames=60, size=(64, 36))
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    command = [sys.executable, "-m", "tests.killed_takes"]
    told = subprocess.run(
        [*command, str(house.settings.home), production, cut.id, str(file)],
        check=True, timeout=300, capture_output=True, text=True,
        env=os.environ | {"TMPDIR": str(temporary)},
    )  # fmt: skip
    answers = [json.loads(line) for line in told.stdout.splitlines()]
    # Before and after each of an upload's steps, and of the order of others after it.
    assert len(answers) >= 10
    assert {status for both in answers for status, _ in both} == {202}

    house = House(tmp_path / "home")
    orders = house.ledger.take_orders(production)
    requests = len({tuple(_numbers(both)) for both in answers})
    assert [order.number for order in orders] == list(range(1, requests * (1 + NUM) + 1))
    assert {order.state for order in orders} == {"ready"}
    assert len({order.take for order in orders}) == len(orders)
    assert {order.number for order in orders} == {
        number for both in answers for number in _numbers(both)
    }
    assert house.ledger.get(production).state is State.DONE
    story = house.ledger.events(production, 0, 10_000)
    assert [event.id for event in story] == list(range(1, len(story) + 1))
    ready = Counter(event.data.order for event in story if event.kind == "take.ready")  # pyright: ignore
    assert ready == Counter(order.number for order in orders)
    assert charged(house) - before == len(orders)

    # What killed servers left is there for as long as an order of it might still come.
    named = {order.upload for order in orders if order.upload}
    assert named < files(house)
    asyncio.run(sweep(house.ledger, house.vault))
    assert named < files(house)
    begun_earlier(house, LEFT_AFTER_S)
    asyncio.run(sweep(house.ledger, house.vault))
    assert files(house) == named
    assert house.ledger.uploading.left_behind() == ()

    # A server that was killed with a file under its eyes: the next one has removed it.
    assert list(temporary.iterdir()) == []
    house.ledger.close()


def _numbers(both: list[Any]) -> list[int]:
    (_, uploaded), (_, others) = both
    return [one["order"] for one in (uploaded["order"], *others["orders"])]


def test_an_upload_that_took_too_long_is_not_ordered(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    production = accept(house)
    house.film(production)
    cut = house.ledger.version(production, 1).conte.cuts[1]
    wanted = Wanted(cut=cut.id, tier="draft", source="uploaded", upload=f"uploads/{'0' * 64}.mp4")
    with pytest.raises(NotTakable, match="send it again"):
        house.ledger.order_takes(production, wanted)
    house.ledger.uploading.begin(wanted.upload or "")
    begun_earlier(house, ORDERED_WITHIN_S)
    with pytest.raises(NotTakable, match="send it again"):
        house.ledger.order_takes(production, wanted)
    # And while it can be ordered nothing sweeps it.
    assert house.ledger.uploading.left_behind() == ()
    assert house.ledger.take_orders(production) == ()
    house.ledger.close()


def test_a_scratch_folder_in_use_is_swept_by_nobody(tmp_path: Path) -> None:
    with scratch("sian-test-") as folder:
        (folder / "file").write_text("x")
        sweeps = "from serve.scratch import scratch\nwith scratch('sian-test-'): pass"
        subprocess.run([sys.executable, "-c", sweeps], check=True)
        assert (folder / "file").read_text() == "x"
    assert not folder.exists()
