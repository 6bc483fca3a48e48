"""A conte is whole, and fits its brief to the frame."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from conte.conte import Conte, Treatment
from conte.timing import min_cut_frames, most_cuts, share_frames
from conte.vocabulary import (
    Angle,
    CameraMove,
    ProductForm,
    ScreenDirection,
    Setting,
    ShotSize,
    Term,
    TimeOfDay,
    Transition,
)
from serve.stored import read
from tests.sound_conte import a_brief, a_conte, a_cut, a_treatment

VOCABULARIES: list[type[Term]] = [
    ShotSize, Angle, CameraMove, Transition, ScreenDirection, TimeOfDay, Setting, ProductForm
]  # fmt: skip


def spoilt(**changes: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        Conte.model_validate(a_conte().model_dump() | changes)
    return str(refused.value)


def test_a_sound_conte_fits_its_brief_and_survives_json() -> None:
    conte = a_conte()
    assert conte.check_fits(a_brief()) is conte
    assert conte.num_frames == 600
    assert Conte.model_validate_json(conte.model_dump_json()) == conte


def test_a_treatment_is_all_of_a_conte_but_its_cuts() -> None:
    assert a_conte().treatment == a_treatment()
    assert type(a_conte().treatment) is Treatment
    # Cuts are streamed: they must come last in the JSON.
    assert list(Conte.model_fields)[-1] == "cuts"
    assert list(a_conte().model_dump())[-1] == "cuts"


@given(
    duration_s=st.floats(min_value=5, max_value=120),
    fps=st.sampled_from([24, 25, 30]),
    weights=st.lists(st.floats(min_value=0.01, max_value=100), min_size=4, max_size=8),
)
def test_a_conte_of_shared_frames_fits_any_brief(
    duration_s: float, fps: int, weights: list[float]
) -> None:
    brief = a_brief(duration_s=duration_s, fps=fps)
    weights = weights[: most_cuts(duration_s, fps)]
    frames = share_frames(brief.num_frames, weights, min_cut_frames(fps))
    cuts = tuple(
        a_cut("ko", 1).model_copy(update={"number": number, "num_frames": n, "shows": ()})
        for number, n in enumerate(frames, start=1)
    )
    assert Conte.of(a_treatment(), cuts).check_fits(brief).num_frames == round(duration_s * fps)


def test_a_frame_too_many_or_too_few_is_refused() -> None:
    for wrong in (119, 121):
        with pytest.raises(ValueError, match=f"last {480 + wrong} frames, the brief asks for 600"):
            a_conte(cut_1={"num_frames": wrong}).check_fits(a_brief())


def test_a_cut_below_0_8_s_is_refused() -> None:
    conte = a_conte(cut_1={"num_frames": 23}, cut_2={"num_frames": 202})
    with pytest.raises(ValueError, match="cut 1 lasts 23 frames, wanted at least 24"):
        conte.check_fits(a_brief())


def test_another_number_of_cuts_than_asked_for_is_refused() -> None:
    with pytest.raises(ValueError, match="5 cuts, the brief asks for 6"):
        a_conte().check_fits(a_brief(cuts=6))


@pytest.mark.parametrize("count", [0, 3, 9])
def test_a_count_of_cuts_outside_4_to_8_is_no_conte(count: int) -> None:
    one = a_cut("ko", 1).model_dump()
    assert "cuts" in spoilt(cuts=[one | {"number": i + 1} for i in range(count)])


def test_cuts_are_numbered_from_1_in_order() -> None:
    cuts = a_conte().model_dump()["cuts"]
    assert "wanted 1..5 in order" in spoilt(cuts=cuts[::-1])
    assert "wanted 1..5 in order" in spoilt(cuts=[cuts[0], *cuts[:1], *cuts[2:]])


def test_a_cut_shows_only_what_the_sheet_has() -> None:
    cuts = a_conte().model_dump()["cuts"]
    cuts[2]["shows"] = ["ghost"]
    said = spoilt(cuts=cuts)
    assert "cut 3" in said
    assert "ghost" in said


def test_two_entries_of_a_sheet_never_share_an_id() -> None:
    sheet = a_conte().model_dump()["sheet"]
    assert "ids must differ" in spoilt(sheet=[sheet[0], sheet[1] | {"id": "tire"}])


@pytest.mark.parametrize(
    ("field", "value"),
    [("size", "XCU"), ("angle", "sideways"), ("move", "pan"), ("transition", "wipe"),
     ("setting", "moon"), ("time_of_day", "noon"), ("video_prompt", "  "), ("num_frames", 0),
     ("num_frames", 12.5), ("caption", "x" * 121), ("note", "an unknown field"),
     ("action", "a\x00b"), ("shows", ["Not An Id"])],
)  # fmt: skip
def test_a_cut_with_a_wrong_field_is_refused_by_its_name(field: str, value: object) -> None:
    cuts = a_conte().model_dump()["cuts"]
    cuts[1][field] = value
    assert f"cuts.1.{field}" in spoilt(cuts=cuts)


@pytest.mark.parametrize("palette", [["#000000"] * 2, ["#000000"] * 7, ["red", "#0", "#ABCDEF"]])
def test_a_palette_is_three_to_six_colours_in_lower_case_hex(palette: list[str]) -> None:
    assert "palette" in spoilt(look=a_conte().look.model_dump() | {"palette": palette})


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda v: v.__name__)
def test_every_word_has_its_own_korean_and_english_label(vocabulary: type[Term]) -> None:
    for language in ("ko", "en"):
        labels = [term.label(language) for term in vocabulary]
        assert len(set(labels)) == len(labels)
        assert all(labels)
    assert all(any("가" <= c <= "힣" for c in term.ko) for term in vocabulary)
    assert all(c.isascii() or c == "é" for term in vocabulary for c in term.en)
    assert [vocabulary(term.value) for term in vocabulary] == list(vocabulary)


def test_sizes_are_ordered_from_nearest_to_farthest() -> None:
    assert [size.value for size in ShotSize] == [
        "ECU", "CU", "MCU", "MS", "MLS", "FS", "LS", "ELS"
    ]  # fmt: skip
    assert [size.distance for size in ShotSize] == list(range(8))


def test_a_word_travels_as_its_value() -> None:
    cut = a_conte().model_dump(mode="json")["cuts"][0]
    assert (cut["size"], cut["angle"], cut["move"]) == ("LS", "high", "crane_down")


@pytest.mark.parametrize(
    "text", ["\u3164", "\u115f\u1160", "\u2800 \u2800", "\u200b", "\u0301"], ids=ascii
)
def test_a_name_with_nothing_to_be_seen_is_refused_and_one_that_stands_stays_readable(
    text: str,
) -> None:
    whole = a_conte().model_dump(mode="json")
    (product, *_), (cut, *_) = whole["sheet"], whole["cuts"]
    person = product | {"kind": "cast", "id": "mina", "name": text}
    del person["form"]
    line = {"speaker": "민아", "text": "좋아요"}
    changes: list[dict[str, Any]] = [
        {"title": text},
        {"sheet": [product | {"name": text}]},
        {"sheet": [product, person]},
        {"cuts": [cut | {"dialogue": [line | {"speaker": text}]}, *whole["cuts"][1:]]},
        {"cuts": [cut | {"dialogue": [line | {"text": text}]}, *whole["cuts"][1:]]},
    ]
    for change in changes:
        with pytest.raises(ValidationError, match="there is nothing in it to be seen"):
            Conte.model_validate(whole | change)
        assert read(Conte, json.dumps(whole | change)).cuts[-1] == a_conte().cuts[-1]
