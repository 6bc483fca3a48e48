"""Pictures of briefs whose server was killed: swept, unless somebody owns the same one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from serve.ingress.images import Picture, keep
from serve.ingress.upload_files import sweep
from serve.ledger.uploads import LEFT_AFTER_S
from serve.vault.keys import key_of
from tests.front_door import House
from tests.test_takes_killed import begun_earlier

PICTURE = Picture(png=b"\x89PNG a product", width=64, height=64)
KEY = key_of("images", PICTURE.png, ".png")


class Killed(BaseException):
    """Stands for SIGKILL: nothing after it is done, nor made good."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    yield house
    house.ledger.close()


async def kept_by(house: House, tenant: str) -> str:
    return await keep(PICTURE, house.ledger, house.vault, tenant)


async def killed_before_it_is_owned(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(tenant: str, key: str) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(house.ledger, "own_image", dies)
        with pytest.raises(Killed):
            await kept_by(house, "a")


async def test_what_a_killed_server_had_published_is_swept_and_can_be_sent_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await killed_before_it_is_owned(house, monkeypatch)
    assert await house.vault.has(KEY)
    await sweep(house.ledger, house.vault)
    assert await house.vault.has(KEY)  # an owner might still come
    begun_earlier(house, LEFT_AFTER_S)
    await sweep(house.ledger, house.vault)
    assert not await house.vault.has(KEY)
    assert house.ledger.uploading.left_behind() == ()
    assert await kept_by(house, "a") == KEY
    begun_earlier(house, LEFT_AFTER_S)
    await sweep(house.ledger, house.vault)
    assert await house.vault.has(KEY) and house.ledger.owns_image("a", KEY)


async def test_a_picture_that_another_tenant_owns_is_never_swept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept_by(house, "b")
    await killed_before_it_is_owned(house, monkeypatch)
    begun_earlier(house, LEFT_AFTER_S)
    await sweep(house.ledger, house.vault)
    assert await house.vault.has(KEY)
    assert house.ledger.uploading.left_behind() == ()
    assert house.ledger.owns_image("b", KEY) and not house.ledger.owns_image("a", KEY)


async def test_a_picture_that_is_sent_again_meanwhile_is_not_swept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await killed_before_it_is_owned(house, monkeypatch)
    begun_earlier(house, LEFT_AFTER_S)
    (left,) = house.ledger.uploading.left_behind()
    # Between what the sweep reads and what it does.
    await killed_before_it_is_owned(house, monkeypatch)
    assert not house.ledger.uploading.sweep(left, lambda: pytest.fail("it was removed"))
    assert await house.vault.has(KEY)
