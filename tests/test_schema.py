"""The schema that guides a model says what the types say, by another implementation's judgement."""

import json
from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conte.conte import Conte
from conte.schema import conte_schema
from tests.sound_conte import a_brief, a_conte

JUDGE = Draft202012Validator(conte_schema())


def as_json(language: Any = "ko") -> dict[str, Any]:
    return a_conte(language).model_dump(mode="json")


def test_it_is_a_schema_of_draft_2020_12() -> None:
    Draft202012Validator.check_schema(conte_schema())
    Draft202012Validator.check_schema(conte_schema(a_brief(cuts=6)))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_accepts_what_the_types_accept(language: str) -> None:
    JUDGE.validate(as_json(language))


def test_defaults_may_be_left_out() -> None:
    conte = as_json()
    for cut in conte["cuts"]:
        for field in ("direction", "transition", "narration", "dialogue", "caption", "music"):
            del cut[field]
    JUDGE.validate(conte)
    assert Conte.model_validate(conte)


def test_every_object_in_it_is_closed() -> None:
    schema = conte_schema()
    objects = [schema, *(d for d in schema["$defs"].values() if d.get("type") == "object")]
    assert len(objects) >= 6
    assert all(one["additionalProperties"] is False for one in objects)


def spoil(conte: dict[str, Any], path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    spoilt = deepcopy(conte)
    place: Any = spoilt
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return spoilt


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("mood",), "extra"),
        (("cuts", 0, "lens"), "extra"),
        (("look", "grain"), "extra"),
        (("sheet", 0, "colour"), "extra"),
        (("cuts", 0, "size"), "XCU"),
        (("cuts", 0, "move"), "pan"),
        (("cuts", 0, "transition"), "wipe"),
        (("cuts", 0, "setting"), "moon"),
        (("cuts", 0, "number"), 9),
        (("cuts", 0, "num_frames"), 0),
        (("cuts", 0, "num_frames"), "120"),
        (("cuts", 0, "video_prompt"), ""),
        (("cuts", 0, "caption"), "x" * 121),
        (("cuts", 0, "narration"), "x" * 201),
        (("cuts", 0, "shows"), ["Not An Id"]),
        (("cuts", 0, "dialogue"), [{"speaker": "", "text": "x"}]),
        (("look", "palette"), ["#000000"]),
        (("look", "palette"), ["#000000", "#111111", "red"]),
        (("sheet",), []),
        (("sheet", 0, "form"), "spaceship"),
        (("sheet", 0, "kind"), "animal"),
        (("title",), ""),
    ],
)  # fmt: skip
def test_what_the_types_refuse_it_refuses_too(path: tuple[str | int, ...], value: object) -> None:
    spoilt = spoil(as_json(), path, value)
    assert not JUDGE.is_valid(spoilt)
    with pytest.raises(ValueError):
        Conte.model_validate_json(json.dumps(spoilt), strict=True)


@pytest.mark.parametrize("count", [0, 3, 9])
def test_it_refuses_a_count_of_cuts_outside_4_to_8(count: int) -> None:
    conte = as_json()
    assert not JUDGE.is_valid(conte | {"cuts": [conte["cuts"][0]] * count})


def test_with_a_brief_that_asks_for_a_count_only_that_one_passes() -> None:
    conte = as_json()
    assert Draft202012Validator(conte_schema(a_brief(cuts=5))).is_valid(conte)
    assert not Draft202012Validator(conte_schema(a_brief(cuts=6))).is_valid(conte)
    assert conte_schema(a_brief()) == conte_schema()


@pytest.mark.parametrize("field", ["title", "look", "sheet", "cuts"])
def test_what_is_required_cannot_be_left_out(field: str) -> None:
    conte = as_json()
    del conte[field]
    assert not JUDGE.is_valid(conte)


def test_the_cuts_come_last_so_that_a_stream_can_hand_each_on() -> None:
    assert list(conte_schema()["properties"])[-1] == "cuts"
