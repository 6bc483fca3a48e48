"""Values <-> the text that databases keep: written strictly, read leniently."""

import json
from typing import Any

import pytest

from conte.brief import Brief
from conte.conte import Conte, Treatment
from serve.release import RELEASE
from serve.stored import Unreadable, read, text_of
from serve.stored.formats import upgraded
from tests.on_ledger import BRIEF, CONTE


def changed(value: Brief | Conte, **fields: Any) -> str:
    return json.dumps(json.loads(text_of(value)) | fields)


@pytest.mark.parametrize("value", [BRIEF, CONTE])
def test_what_is_written_is_read_as_it_was(value: Brief | Conte) -> None:
    assert read(type(value), text_of(value)) == value


def test_a_value_tells_its_format_and_the_release_that_wrote_it() -> None:
    told = json.loads(text_of(BRIEF))
    assert (told["_format"], told["_release"]) == (1, RELEASE)


def test_a_value_without_a_format_is_of_the_first_release() -> None:
    assert read(Brief, BRIEF.model_dump_json()) == BRIEF


def test_fields_of_a_newer_release_are_ignored() -> None:
    product = {"name": "시안", "scent": "pine"}
    assert read(Brief, changed(BRIEF, season="winter", product=product)) == BRIEF


def test_rules_of_the_door_are_not_applied_to_what_was_taken_once() -> None:
    found = read(Brief, changed(BRIEF, duration_s=999, tone="x" * 500, must_not_say=["시안"]))
    assert (found.duration_s, len(found.tone), found.must_not_say) == (999, 500, ("시안",))
    cuts = json.loads(text_of(CONTE))["cuts"]
    nine = read(Conte, changed(CONTE, cuts=[*cuts, *cuts, cuts[0] | {"shows": ["nobody"]}]))
    assert len(nine.cuts) == 9
    assert isinstance(nine.treatment, Treatment)
    assert nine.treatment.look == CONTE.look


def test_the_door_still_applies_every_rule() -> None:
    with pytest.raises(ValueError, match="duration_s"):
        Brief.model_validate({"product": {"name": "시안"}, "duration_s": 999})
    with pytest.raises(ValueError, match="season"):
        Brief.model_validate({"product": {"name": "시안"}, "season": "winter"})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "Brief cannot be read"),
        ("7", "wanted a JSON object"),
        ("[" * 100_000, "Brief cannot be read"),
        ('{"_release": "9.1"}', "Brief, which Sian 9.1 wrote, cannot be read.*product"),
        ('{"_format": 9, "_release": "9.1"}', "Sian 9.1 wrote.*got format 9, wanted at most 1"),
        ('{"_format": "x"}', "wanted a number"),
        ('{"product": {"name": "x"}, "fps": 17}', "fps"),
    ],
)
def test_what_cannot_be_read_is_named_with_who_wrote_it_and_why(text: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read(Brief, text)


def test_an_older_format_goes_through_every_upgrade_after_it() -> None:
    def renamed(data: dict[str, Any]) -> dict[str, Any]:
        return {"length": data["duration"]}

    def in_frames(data: dict[str, Any]) -> dict[str, Any]:
        return {"length": data["length"] * 30}

    upgrades = {"Brief": (renamed, in_frames)}
    assert upgraded("Brief", {"duration": 2}, 1, upgrades) == {"length": 60}
    assert upgraded("Brief", {"length": 2}, 2, upgrades) == {"length": 60}
    assert upgraded("Brief", {"length": 60}, 3, upgrades) == {"length": 60}
    with pytest.raises(ValueError, match="got format 4, wanted at most 3"):
        upgraded("Brief", {"length": 60}, 4, upgrades)
