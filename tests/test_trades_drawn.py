"""Pictures of small trades and of people in cars, by the staging that names them."""

from typing import Any

import pytest
import skia

from conte.clip import Shot
from conte.conte import ProductEntry
from conte.staging import Staging
from conte.vocabulary import ProductForm, Setting, ShotSize, TimeOfDay
from deployments.engines.animatic.ensemble import ensemble, with_things
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.people.look import look_of
from deployments.engines.animatic.players import played
from deployments.engines.animatic.scheme import scheme_of
from deployments.engines.animatic.staging import Staged, staged
from deployments.engines.animatic.subjects import Dashboard, Goods, Person
from tests.sound_conte import a_brief, a_conte

FLOOR = 930.0


def shot(
    staging: dict[str, Any], form: ProductForm | None = None, ratio: str = "16:9", **changes: Any
) -> Shot:
    conte = a_conte("ko")
    goods = conte.sheet[0]
    assert isinstance(goods, ProductEntry)
    sheet = (goods.model_copy(update={"form": form or goods.form}), *conte.sheet[1:])
    shows = (("tire",) if form else ()) + (("driver",) if "driver" in str(staging) else ())
    update = {"staging": Staging.model_validate(staging), "shows": shows, **changes}
    cut = conte.cuts[1].model_copy(update=update)
    brief = a_brief().model_copy(update={"aspect_ratio": ratio})
    return Shot.of(cut, conte.model_copy(update={"sheet": sheet}), brief, 7, 120)


def drawn(made: Shot) -> Staged:
    assert made.staging is not None
    scheme = scheme_of(made.look, made.time_of_day)
    return ensemble(made, played(made, made.staging), scheme, Pen(skia.Canvas()), FLOOR)


def people(found: Staged) -> list[Person]:
    return [one.subject for one in found.placed if isinstance(one.subject, Person)]


@pytest.mark.parametrize("ratio", ["16:9", "9:16"])
def test_who_is_in_a_car_sits_behind_its_dashboard(ratio: str) -> None:
    """Passengers with a phone stood in the car, and were as large as it."""
    who = ["driver phone", "woman wave"]
    made = shot({"who": who}, ratio=ratio, setting=Setting.VEHICLE, size=ShotSize.MS)
    found = drawn(made)
    assert all(person.figure.part.sits for person in people(found))
    assert any(isinstance(one.subject, Dashboard) for one in found.placed)
    wide = 1000 / found.camera.near * made.width / made.height
    for one in found.placed:
        if isinstance(one.subject, Person):
            assert abs(one.x - found.camera.x) < wide / 2
    on_a_bus = shot({"who": who, "spot": "bus"}, setting=Setting.VEHICLE, size=ShotSize.MS)
    assert not any(person.figure.part.sits for person in people(drawn(on_a_bus)))


def test_a_scooter_is_ridden_upright() -> None:
    made = shot({"who": ["driver cycle with tire"]}, ProductForm.KICK_SCOOTER, size=ShotSize.FS)
    found = drawn(made)
    assert [person.figure.part.pose for person in people(found)] == ["reach"]
    (goods,) = [one for one in found.placed if isinstance(one.subject, Goods)]
    (rider,) = [one for one in found.placed if isinstance(one.subject, Person)]
    assert abs(goods.x - rider.x) < 60


def test_clothes_are_seen_on_who_puts_them_on() -> None:
    worn = shot({"who": ["driver stand"]}, ProductForm.COAT, size=ShotSize.MS)
    scheme = scheme_of(worn.look, worn.time_of_day)
    (person,) = people(drawn(worn))
    assert (person.figure.look.outfit, person.figure.look.top) == ("coat", scheme.accent)
    assert not any(isinstance(one.subject, Goods) for one in drawn(worn).placed)
    held = shot({"who": ["driver hold with tire"]}, ProductForm.COAT, size=ShotSize.MS)
    (holder,) = people(drawn(held))
    assert holder.figure.look == look_of(held.shows[1], scheme, whole_words=True)  # pyright: ignore[reportArgumentType]


def test_a_small_product_beside_somebody_is_no_giant() -> None:
    made = shot({"who": ["driver crouch"]}, ProductForm.HIKING_BOOT, size=ShotSize.MS)
    found = drawn(made)
    (boot,) = [one.subject for one in found.placed if isinstance(one.subject, Goods)]
    assert boot.height < 0.3 * 1000 / found.camera.near


@pytest.mark.parametrize("size", [ShotSize.CU, ShotSize.MCU, ShotSize.MS])
@pytest.mark.parametrize("ratio", ["16:9", "9:16"])
@pytest.mark.parametrize("form", [ProductForm.RING, ProductForm.JAR, ProductForm.TIRE])
def test_small_things_of_a_product_s_close_up_are_in_its_frame(
    size: ShotSize, ratio: str, form: ProductForm
) -> None:
    """They were placed by the camera's distance; a close-up has a longer lens."""
    made = shot({"props": ["cup", "book", "table"]}, form, ratio, size=size,
                setting=Setting.KITCHEN, time_of_day=TimeOfDay.DAY)  # fmt: skip
    assert made.staging is not None
    scheme, pen = scheme_of(made.look, made.time_of_day), Pen(skia.Canvas())
    reading = played(made, made.staging)
    alone = staged(made, reading, scheme, pen, FLOOR)
    found = with_things(alone, made, reading, scheme, pen, FLOOR)
    things = found.placed[len(alone.placed) :]
    assert len(things) == 2
    seen = 1000 / (found.camera.near * found.camera.lens)
    for one in things:
        assert abs(one.x - found.camera.x) < seen * made.width / made.height / 2
        assert abs(one.y - found.camera.y) < seen * 0.6


def test_a_place_is_not_seen_from_outside_in_its_own_rooms() -> None:
    for form in (ProductForm.HOSPITAL, ProductForm.LIBRARY):
        for setting, there in ((Setting.HOSPITAL, 0), (Setting.STREET, 1)):
            made = shot({"who": []}, form, setting=setting)
            assert made.staging is not None
            scheme = scheme_of(made.look, made.time_of_day)
            reading = played(made, made.staging)
            found = staged(made, reading, scheme, Pen(skia.Canvas()), FLOOR)
            assert len(found.placed) == there, (form, setting)
