"""What is in a cut's picture is data, in a closed vocabulary."""

import re

import pytest
from pydantic import ValidationError

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
