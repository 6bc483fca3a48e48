"""What is in a cut's picture is data, in a closed vocabulary."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from conte.cut import Cut
from conte.revision.applying import apply
from conte.revision.inverse import inverse
from conte.revision.operations import Edit
from conte.revision.working import Working
from conte.staging import Staging, acting_pattern
from conte.staging_vocabulary import (
    Expression,
    Extra,
    Facing,
    Motion,
    Pose,
    Prop,
    Seat,
    Spot,
    Weather,
)
from deployments.engines.composer.library import industries, worlds
from deployments.engines.composer.notation import MomentSeen
from tests.sound_conte import a_brief, a_conte

VOCABULARIES = (Extra, Pose, Expression, Facing, Prop, Seat, Spot, Weather, Motion)


def test_every_word_of_staging_has_a_label_in_both_languages():
    for vocabulary in VOCABULARIES:
        for word in vocabulary:
            assert re.search("[가-힣]", word.ko), word
            assert re.fullmatch("[a-zA-Z' ,-]+", word.en), word


def test_a_person_is_written_as_a_line_or_as_an_object():
    line = "lead sit with cup on sofa left worry"
    staging = Staging.model_validate({"who": [line, "dog stand"], "props": ["lamp"]})
    again = Staging.model_validate_json(staging.model_dump_json())
    assert again == staging
    assert [one.line for one in again.who] == [line, "dog stand"]
    assert again.entries() == ("lead",)
    assert all(re.fullmatch(acting_pattern(["lead"]), one.line) for one in again.who)


def test_a_word_that_the_vocabulary_lacks_is_refused_and_named():
    with pytest.raises(ValidationError, match=r"who.0.pose[\s\S]*'flying'"):
        Staging.model_validate({"who": ["dog flying"]})
    with pytest.raises(ValidationError, match=r"a person is written 'who pose ...', got 'dog'"):
        Staging.model_validate({"who": ["dog"]})


def working(**locked: Any) -> Working:
    staging = Staging.model_validate({"who": ["driver hold with tire"], "weather": "rain"})
    conte = a_conte("ko", cut_2={"staging": staging, **locked}).born(3)
    return Working(conte=conte, brief=a_brief())


def edited(state: Working, field: str, after: Any) -> tuple[Edit, Cut]:
    cut = state.conte.cuts[1]
    before = cut.model_dump(mode="json").get(field)
    op = Edit(cut=cut.id, field=field, before=before, after=after)
    return op, apply(state, op).conte.cuts[1]


@pytest.mark.parametrize(
    ("field", "after"),
    [
        ("action", "운전자가 눈길을 걷는다."),
        ("place", "눈 덮인 숲"),
        ("setting", "forest"),
        ("shows", ["tire"]),
    ],
)
def test_new_words_for_a_picture_drop_the_staging_of_the_words_before(field: str, after: Any):
    state = working()
    op, cut = edited(state, field, after)
    assert cut.staging is None
    undone = apply(state, op)
    for back in inverse(state, op):
        undone = apply(undone, back)
    assert undone == state


def test_other_edits_and_the_same_words_keep_the_staging():
    state = working()
    stands = state.conte.cuts[1].staging
    for field, after in (("caption", "새 자막"), ("size", "ECU"), ("time_of_day", "night")):
        assert edited(state, field, after)[1].staging == stands
    assert edited(state, "action", state.conte.cuts[1].action)[1].staging == stands


def test_staging_that_a_person_has_locked_outlives_new_words():
    state = working(locked=("staging",))
    op, cut = edited(state, "action", "운전자가 웃는다.")
    assert cut.staging == state.conte.cuts[1].staging
    assert apply(apply(state, op), inverse(state, op)[0]) == state


def moments() -> list[tuple[str, MomentSeen]]:
    """Every moment of the composer's library, by where it stands."""

    def within(value: Any, name: str) -> Iterator[tuple[str, MomentSeen]]:
        if isinstance(value, MomentSeen):
            yield name, value
        elif isinstance(value, BaseModel):
            for field in type(value).model_fields:
                yield from within(getattr(value, field), f"{name}.{field}")
        elif isinstance(value, tuple):
            for number, one in enumerate(value):
                yield from within(one, f"{name}.{number}")

    told: list[tuple[str, Any]] = [(one.id, one) for one in (*industries(), *worlds())]
    return [found for name, one in told for found in within(one, name)]


IN_A_PICTURE = {"phone.heart.last": {"who"}, "meal.heart.first": {"mate"}}
"""Who is named and is seen on a screen, or in a photograph on the wall."""


def test_every_moment_of_the_library_stages_whom_its_words_name():
    assert len(moments()) > 450
    for name, moment in moments():
        named = {word for word in ("who", "mate") if f"${word}" in moment.see.ko}
        staged = {str(one.who) for one in (moment.staging or Staging()).who}
        assert named - staged == IN_A_PICTURE.get(name, set()), f"{name}: {moment.see.en}"
        held = {str(one.holds) for one in (moment.staging or Staging()).who}
        assert "it" not in held or re.search(r"\$(it|thing)", moment.see.ko), name
