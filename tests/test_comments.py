"""Comments: a place in a cut, and where it is found in the next version, whatever was done to it."""

from collections.abc import Sequence
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from conte.clip import Clip
from conte.conte import Conte
from conte.revision.applying import apply
from conte.revision.carrying import (
    REMARKS,
    Carried,
    Remark,
    carried,
    joints_of,
    timeline_of,
    with_take,
)
from conte.revision.comments import Comment, Misplaced
from conte.revision.operations import Operation
from conte.revision.refusals import NotApplied
from conte.revision.working import Working
from tests.fake_crew import ENGINE
from tests.sound_conte import a_brief, a_conte

OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)
IDS = ("c_aaaa", "c_bbbb", "c_cccc", "c_dddd", "c_eeee")
A, B, C, D, E = IDS
LENGTHS = (120, 105, 135, 110, 130)


def first() -> Working:
    conte = a_conte("ko").born(3)
    cuts = [cut.model_copy(update={"id": id_}) for id_, cut in zip(IDS, conte.cuts, strict=True)]
    return Working(conte=conte.model_copy(update={"cuts": tuple(cuts)}), brief=a_brief())


FIRST = first()


def comment(cut: str, frame: int, last: int | None = None, **more: Any) -> Comment:
    return Comment(
        id="cmt_" + "0" * 26,
        version=1,
        cut=cut,
        frame=frame,
        last=last,
        text="제품을 더 크게",
        author="김대표",
        audience="client",
        at=1.0,
        **more,
    )


def revised(*operations: dict[str, Any], base: Working = FIRST) -> Working:
    for op in operations:
        base = apply(base, OPERATION.validate_python(op))
    return base


def placed(one: Carried) -> tuple[str, int, int | None, tuple[Remark, ...]]:
    assert one.comment is not None
    return one.comment.cut, one.comment.frame, one.comment.last, one.remarks


def carry(one: Comment, *operations: dict[str, Any]) -> Carried:
    new = revised(*operations)
    return carried(one, FIRST.conte, new.conte, joints_of(FIRST, operations))


def film_frame(conte: Conte, cut: str, frame: int) -> int:
    before = 0
    for one in conte.cuts:
        if one.id == cut:
            return before + frame
        before += one.num_frames
    raise AssertionError(f"no cut {cut}")


MOVE = {"op": "move", "cut": C, "after": None}
SPLIT = {"op": "split", "cut": B, "at": 50, "into": "c_half"}
LONGER = {"op": "retime", "cut": A, "frames": 140, "from": B}


def test_a_comment_moves_with_its_cut() -> None:
    assert placed(carry(comment(C, 40, 60), MOVE)) == (C, 40, 60, ())


def test_after_a_split_it_belongs_to_the_half_that_shows_the_frame() -> None:
    assert placed(carry(comment(B, 49), SPLIT)) == (B, 49, None, ())
    assert placed(carry(comment(B, 50), SPLIT)) == ("c_half", 0, None, ("split",))


def test_a_range_over_the_joint_of_a_split_is_shortened_and_says_so() -> None:
    assert placed(carry(comment(B, 40, 70), SPLIT)) == (B, 40, 49, ("shortened",))


def test_a_merge_takes_it_to_the_same_place_of_the_merged_cut() -> None:
    merge = {"op": "merge", "cut": A, "next": B}
    assert placed(carry(comment(B, 30), merge)) == (A, 150, None, ("merged",))
    assert placed(carry(comment(A, 30), merge)) == (A, 30, None, ())


def test_a_removed_cut_takes_its_comments_along() -> None:
    remove = {"op": "remove", "cut": B, "taking": A}
    assert carry(comment(B, 30), remove) == Carried(comment=None, remarks=("gone",))


def test_a_trimmed_frame_becomes_the_nearest_one_and_says_so() -> None:
    new = revised(LONGER)
    [b] = [cut for cut in new.conte.cuts if cut.id == B]
    assert b.start == 20  # a dragged boundary takes the frames where it lies
    assert placed(carry(comment(B, 5), LONGER)) == (B, 0, None, ("trimmed",))
    assert placed(carry(comment(B, 30), LONGER)) == (B, 10, None, ())
    assert placed(carry(comment(B, 5, 30), LONGER)) == (B, 0, 10, ("trimmed",))


def test_frames_that_come_back_are_found_again() -> None:
    back = {"op": "retime", "cut": A, "frames": 120, "from": B}
    assert placed(carry(comment(B, 5), LONGER, back)) == (B, 5, None, ())


def test_of_two_halves_that_both_show_a_frame_its_own_keeps_it() -> None:
    longer = {"op": "retime", "cut": B, "frames": 60, "from": D}
    first_now = {"op": "move", "cut": "c_half", "after": None}
    assert placed(carry(comment(B, 49), SPLIT, longer, first_now)) == (B, 49, None, ())
    assert placed(carry(comment(B, 55), SPLIT, longer, first_now)) == (B, 55, None, ())


def test_another_take_is_told_and_the_same_file_of_a_half_is_not() -> None:
    half, other = shown("c_half", "1"), shown("c_half", "2")
    seen = comment(B, 55, x=0.5, y=0.5, take=half.model_copy(update={"cut_id": B}).take)
    there = carry(seen, SPLIT)
    assert with_take(there, seen, {"c_half": half}) == there
    assert with_take(there, seen, {"c_half": other}).remarks == ("split", "other_take")
    assert with_take(there, seen, {}) == there
    gone = Carried(comment=None, remarks=("gone",))
    assert with_take(gone, seen, {"c_half": other}) == gone


def shown(cut: str, file: str) -> Clip:
    return Clip(
        cut=1,
        tier="draft",
        key=f"clips/{file * 64}.mp4",
        num_frames=100,
        engine=ENGINE,
        seed=1,
        render_s=0.0,
        reused=False,
        cut_id=cut,
    )


def test_without_the_operations_a_merged_cut_is_gone_but_for_halves_of_a_split() -> None:
    halves = revised(SPLIT)
    merged = revised({"op": "merge", "cut": B, "next": "c_half"}, base=halves)
    assert placed(carried(comment("c_half", 3), halves.conte, merged.conte))[:2] == (B, 53)
    others = revised({"op": "merge", "cut": A, "next": B})
    assert carried(comment(B, 3), FIRST.conte, others.conte).comment is None


def test_what_a_newer_release_did_ends_the_list_of_merges() -> None:
    merge = {"op": "merge", "cut": A, "next": B}
    assert len(joints_of(FIRST, [merge, {"op": "dissolve", "cut": C}])) == 1
    assert joints_of(FIRST, [{"op": "dissolve", "cut": C}, merge]) == ()


def test_every_remark_is_said_in_both_languages() -> None:
    assert set(REMARKS) == set(get_args(Remark))


@pytest.mark.parametrize(
    "wrong",
    [{"frame": -1}, {"last": 3}, {"x": 0.5}, {"x": 1.5, "y": 0.5}, {"text": " "},
     {"text": "가" * 2001}, {"author": "가" * 61}, {"cut": "cut 3"}, {"take": "t_1"}],
)  # fmt: skip
def test_what_is_no_place_or_no_words_is_refused(wrong: dict[str, Any]) -> None:
    good = comment(A, 4).model_dump()
    Comment.model_validate(good)
    with pytest.raises(ValidationError):
        Comment.model_validate(good | wrong)


def test_a_place_outside_of_its_cut_is_refused_with_the_numbers() -> None:
    comment(A, 119).check_within(FIRST.conte)
    with pytest.raises(Misplaced, match="frame: wanted 0 to 119, the frames of cut 1"):
        comment(A, 120).check_within(FIRST.conte)
    with pytest.raises(Misplaced, match="cut: wanted the id of a cut"):
        comment("c_zzzz", 1).check_within(FIRST.conte)


# Any sequence of operations.


@st.composite
def histories(draw: st.DrawFn, kinds: Sequence[str]) -> tuple[list[dict[str, Any]], Working]:
    """Operations that apply, and what they make."""
    state, done = FIRST, list[dict[str, Any]]()
    for step in range(draw(st.integers(0, 8))):
        ids = [cut.id for cut in state.conte.cuts]
        at = draw(st.integers(0, len(ids) - 1))
        cut, frames = ids[at], state.conte.cuts[at].num_frames
        other = ids[draw(st.integers(0, len(ids) - 1))]
        kind = draw(st.sampled_from(kinds))
        op: dict[str, Any] = {"op": kind, "cut": cut}
        match kind:
            case "split":
                op |= {"at": draw(st.integers(1, max(1, frames - 1))), "into": f"c_new{step}"}
            case "merge":
                op |= {"next": ids[min(at + 1, len(ids) - 1)]}
            case "move":
                op |= {"after": draw(st.sampled_from([None, other]))}
            case "remove":
                op |= {"taking": draw(st.sampled_from([None, other]))}
            case _:
                op |= {"frames": draw(st.integers(1, 200)), "from": other}
        try:
            state = apply(state, OPERATION.validate_python(op))
        except NotApplied:
            continue
        done.append(op)
    return done, state


@st.composite
def comments(draw: st.DrawFn) -> Comment:
    at = draw(st.integers(0, len(IDS) - 1))
    frame = draw(st.integers(0, LENGTHS[at] - 1))
    last = draw(st.one_of(st.none(), st.integers(frame, LENGTHS[at] - 1)))
    return comment(IDS[at], frame, last, take="t_" + "1" * 12)


EVERYTHING = ("split", "merge", "move", "remove", "retime")


@settings(max_examples=100)
@given(histories(EVERYTHING), comments())
def test_whatever_was_done_it_is_at_a_frame_that_is_there_or_its_cut_is_gone(
    history: tuple[list[dict[str, Any]], Working], one: Comment
) -> None:
    done, new = history
    found = carried(one, FIRST.conte, new.conte, joints_of(FIRST, done))
    ids = {cut.id for cut in new.conte.cuts}
    if found.comment is None:
        assert found.remarks == ("gone",) and one.cut not in ids
        return
    found.comment.check_within(new.conte)
    same = {"cut": one.cut, "frame": one.frame, "last": one.last}
    assert found.comment.model_copy(update=same) == one


@settings(max_examples=100)
@given(histories(EVERYTHING), comments())
def test_a_frame_that_any_cut_still_shows_is_the_one_it_stays_at(
    history: tuple[list[dict[str, Any]], Working], one: Comment
) -> None:
    done, new = history
    found = carried(one, FIRST.conte, new.conte, joints_of(FIRST, done))
    shown = [
        (cut.id, one.frame - cut.start)
        for cut in new.conte.cuts
        if timeline_of(cut) == one.cut and 0 <= one.frame - cut.start < cut.num_frames
    ]
    if not shown:
        assert found.comment is None or set(found.remarks) & {"trimmed", "merged"}
        return
    assert found.comment is not None
    place = (found.comment.cut, found.comment.frame)
    assert place in shown and "trimmed" not in found.remarks
    if one.cut in dict(shown):
        assert place[0] == one.cut


@settings(max_examples=100)
@given(histories(("split", "merge")), comments())
def test_splits_and_merges_move_no_comment_in_the_film(
    history: tuple[list[dict[str, Any]], Working], one: Comment
) -> None:
    done, new = history
    found = carried(one, FIRST.conte, new.conte, joints_of(FIRST, done)).comment
    assert found is not None
    before = film_frame(FIRST.conte, one.cut, one.frame)
    assert film_frame(new.conte, found.cut, found.frame) == before


@settings(max_examples=100)
@given(histories(("move",)), comments())
def test_moves_change_nothing(history: tuple[list[dict[str, Any]], Working], one: Comment) -> None:
    done, new = history
    found = carried(one, FIRST.conte, new.conte, joints_of(FIRST, done))
    assert found == Carried(comment=one)
