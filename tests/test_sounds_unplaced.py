"""Recordings that nobody places: removed after a time, and never one that anything can bring back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, update

from conte.revision.operations import PlaceSound, RemoveSound
from conte.revision.refusals import Refused
from conte.sound import Recording, Sound
from serve.ingress.upload_files import DAY_S, sweep_unplaced
from serve.ledger.sealing import Sealing
from serve.ledger.tables import sounds
from tests.front_door import House, accept

DAYS = 30.0
SEALING = Sealing("", lambda _: (), tiers=("draft",), continues={"draft": False})


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    yield house
    house.ledger.close()


async def uploaded(house: House, digit: str, tenant: str = "local") -> str:
    key = f"sounds/{digit * 64}.flac"
    house.ledger.uploading.begin(key)
    await house.vault.publish_bytes(key, b"fLaC")
    house.ledger.own_sound(tenant, Recording(key=key, name="voice.wav", num_samples=96_000))
    return key


def days_later(house: House, days: float) -> None:
    engine = create_engine(house.settings.ledger_url)
    with engine.begin() as connection:
        connection.execute(update(sounds).values(wanted_at=sounds.c.wanted_at - days * DAY_S))
    engine.dispose()


async def kept(house: House, *keys: str) -> list[bool]:
    await sweep_unplaced(house.ledger, house.vault, DAYS)
    known = {one.key for tenant in ("local", "b") for one in house.ledger.sounds(tenant)}
    found = [await house.vault.has(key) for key in keys]
    assert found == [key in known for key in keys]
    return found


def placing(house: House, production: str, key: str, name: str = "s_0001") -> Any:
    cut = house.ledger.version(production, 1).conte.cuts[0].id
    return PlaceSound(cut=cut, sound=Sound(id=name, kind="na", upload=key))


async def test_a_recording_that_nobody_places_is_removed_after_a_time_and_no_sooner(
    house: House,
) -> None:
    mine, other = await uploaded(house, "a"), await uploaded(house, "b", "b")
    assert await kept(house, mine, other) == [True, True]
    days_later(house, DAYS - 1)
    assert await kept(house, mine, other) == [True, True]
    days_later(house, 1)
    assert await kept(house, mine, other) == [False, False]


async def test_one_that_a_draft_a_version_or_a_step_that_was_undone_places_stays(
    house: House,
) -> None:
    production = accept(house)
    house.film(production)
    ledger = house.ledger
    in_draft, taken_out, undone, in_version, dropped = [
        await uploaded(house, digit) for digit in "12345"
    ]
    ledger.operate(production, [placing(house, production, in_version, "s_0004")])
    ledger.seal(production, SEALING)
    other = accept(house)
    house.film(other)
    ledger.operate(other, [placing(house, other, dropped, "s_0005")])
    ledger.drop_draft(other)
    ledger.operate(production, [placing(house, production, in_draft)])
    ledger.operate(production, [placing(house, production, taken_out, "s_0002")])
    ledger.operate(production, [RemoveSound(sound="s_0002")])
    ledger.operate(production, [placing(house, production, undone, "s_0003")])
    ledger.undo(production)
    days_later(house, DAYS)
    keys = (in_draft, taken_out, undone, in_version, dropped)
    assert await kept(house, *keys) == [True, True, True, True, False]
    # They were found placed: the next look is as long after.
    assert ledger.unplaced.left(DAYS * DAY_S) == ()
    ledger.redo(production)
    # Nothing brings it back any more: it goes, and cannot be placed.
    ledger.drop_draft(production)
    days_later(house, DAYS)
    assert await kept(house, *keys) == [False, False, False, True, False]
    with pytest.raises(Refused, match="there is no recording"):
        ledger.operate(production, [placing(house, production, in_draft)])


async def test_another_tenant_s_production_that_names_it_does_not_keep_it(house: House) -> None:
    production = accept(house)
    house.film(production)
    foreign = await uploaded(house, "c", "b")
    with pytest.raises(Refused, match="there is no recording"):
        house.ledger.operate(production, [placing(house, production, foreign)])
    days_later(house, DAYS)
    assert await kept(house, foreign) == [False]


async def test_one_that_is_placed_while_it_is_swept_stays(house: House) -> None:
    production = accept(house)
    house.film(production)
    key = await uploaded(house, "d")
    days_later(house, DAYS)
    (left,) = house.ledger.unplaced.left(DAYS * DAY_S)
    # Between what the sweep reads and what it does.
    house.ledger.operate(production, [placing(house, production, key)])
    assert not house.ledger.unplaced.sweep(
        left, DAYS * DAY_S, lambda: pytest.fail("it was removed")
    )
    assert await kept(house, key) == [True]
