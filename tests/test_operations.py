"""Operations: what each does to a conte, and what it is refused for."""

import json
import unicodedata
from typing import Any

import pytest
from pydantic import TypeAdapter

from conte.brief import Character
from conte.cut import Cut, DialogueLine
from conte.frozen import seed_of
from conte.revision.applying import apply, apply_all
from conte.revision.inverse import inverse
from conte.revision.operations import (
    Add,
    Edit,
    EditBrief,
    EditLook,
    EditSheet,
    EditTreatment,
    Lock,
    Merge,
    Move,
    Operation,
    PickTake,
    Remove,
    Restore,
    Retime,
    SentOperations,
    Split,
    Unlock,
)
from conte.revision.refusals import Conflict, NotApplied, Refused, UnknownCut
from conte.revision.settling import settled
from conte.revision.working import Working
from conte.vocabulary import ShotSize, Transition
from tests.sound_conte import a_brief, a_conte, a_cut

NEW = "c_000000000new"
DECOMPOSED = unicodedata.normalize("NFD", "비 오는 밤")
COMPOSED = unicodedata.normalize("NFC", "비 오는 밤")


def working(brief: dict[str, Any] | None = None, **cuts: dict[str, Any]) -> Working:
    """Five cuts of 120, 105, 135, 110 and 130 frames, 20 s."""
    return Working(conte=a_conte("ko", **cuts).born(7), brief=a_brief(**(brief or {})))


IDS = [cut.id for cut in working().conte.cuts]
ONE, TWO, THREE, FOUR, FIVE = IDS


def frames(state: Working) -> list[int]:
    return [cut.num_frames for cut in state.conte.cuts]


def starts(state: Working) -> list[int]:
    return [cut.start for cut in state.conte.cuts]


def order(state: Working) -> list[str]:
    return [cut.id for cut in state.conte.cuts]


def cut(state: Working, known: str) -> Cut:
    return next(cut for cut in state.conte.cuts if cut.id == known)


def new_cut(**changes: Any) -> Cut:
    return a_cut("ko", 2).model_copy(update={"num_frames": 60, "narration": "", **changes})


def added(after: str | None, giving: str | None = None, **changes: Any) -> Operation:
    return settled(Add(after=after, cut=new_cut(**changes), giving=giving), lambda: NEW)


def refused(state: Working, op: Operation) -> Refused:
    with pytest.raises(Refused) as error:
        apply(state, op)
    return error.value


def conflict(state: Working, op: Operation) -> Conflict:
    with pytest.raises(Conflict) as error:
        apply(state, op)
    return error.value


# Edits of a cut.


def test_an_edit_changes_one_field_of_one_cut() -> None:
    before = working()
    after = apply(before, Edit(cut=TWO, field="caption", before="", after="멈춤"))
    assert cut(after, TWO) == cut(before, TWO).model_copy(update={"caption": "멈춤"})
    assert [c for c in after.conte.cuts if c.id != TWO] == [
        c for c in before.conte.cuts if c.id != TWO
    ]


def test_an_edit_takes_json_values_of_the_field_s_type() -> None:
    said = [{"speaker": "운전자", "text": "멈춰!"}]
    after = apply_all(
        working(),
        [
            Edit(cut=ONE, field="size", before="LS", after="CU"),
            Edit(cut=ONE, field="dialogue", before=[], after=said),
            Edit(cut=ONE, field="continues", before=False, after=True),
            Edit(cut=ONE, field="shows", before=[], after=["tire"]),
        ],
    )
    changed = cut(after, ONE)
    assert changed.size is ShotSize.CU and changed.continues and changed.shows == ("tire",)
    assert changed.dialogue == (DialogueLine(speaker="운전자", text="멈춰!"),)


def test_a_before_that_no_longer_holds_is_a_conflict_with_what_stands() -> None:
    error = conflict(
        working(cut_2={"caption": "젖은 길"}),
        Edit(cut=TWO, field="caption", before="마른 길", after="눈길"),
    )
    assert (error.field, error.expected, error.stands) == ("before", "마른 길", "젖은 길")
    assert "cut 2's caption" in str(error)


def test_a_before_in_another_spelling_of_the_same_text_holds() -> None:
    state = working(cut_2={"caption": COMPOSED})
    assert DECOMPOSED != COMPOSED
    after = apply(state, Edit(cut=TWO, field="caption", before=f" {DECOMPOSED} ", after="눈길"))
    assert cut(after, TWO).caption == "눈길"


def test_text_sent_again_in_nfd_changes_nothing() -> None:
    state = working(cut_2={"caption": COMPOSED})
    op = Edit(cut=TWO, field="caption", before=COMPOSED, after=DECOMPOSED)
    assert apply(state, op) is state
    assert inverse(state, op) == ()


@pytest.mark.parametrize(
    ("field", "after", "said"),
    [
        ("caption", "가" * 121, "cut 2's caption: 121 characters, wanted at most 120"),
        ("size", "XXL", "ECU, CU"),
        ("caption", "a\x00b", "U+0000"),
        ("caption", 7, "a text"),
        ("video_prompt", "  ", "at least 1"),
        ("shows", ["tire", "cat"], "got cat, wanted ids of the sheet: tire, driver"),
        ("shows", None, "a list"),
    ],
)
def test_a_value_that_the_field_cannot_have_is_refused(field: str, after: Any, said: str) -> None:
    state = working()
    stands = json.loads(cut(state, TWO).model_dump_json())[field]
    error = refused(state, Edit(cut=TWO, field=field, before=stands, after=after))
    assert error.field == "after" and said in str(error)


@pytest.mark.parametrize(
    ("field", "instead"),
    [("num_frames", "retime"), ("number", "move"), ("take", "take"), ("locked", "unlock")],
)
def test_what_has_an_operation_of_its_own_is_no_field_of_edit(field: str, instead: str) -> None:
    error = refused(working(), Edit(cut=TWO, field=field, before=1, after=2))
    assert error.field == "field" and f"`{instead}`" in str(error)


def test_an_unknown_field_and_an_unknown_cut_are_refused_by_name() -> None:
    assert "got colour" in str(refused(working(), Edit(cut=TWO, field="colour", before=1, after=2)))
    error = refused(working(), Edit(cut="c_nosuch", field="caption", before="", after="x"))
    assert isinstance(error, UnknownCut) and error.cut == "c_nosuch" and error.field == "cut"


# Locks and takes.


def test_a_locked_field_cannot_be_edited_until_it_is_unlocked() -> None:
    edit = Edit(cut=TWO, field="caption", before="", after="x")
    locked = apply(working(), Lock(cut=TWO, field="caption"))
    assert str(refused(locked, edit)) == "cut 2's caption is locked, unlock it first"
    assert cut(apply_all(locked, [Unlock(cut=TWO, field="caption"), edit]), TWO).caption == "x"


def test_an_edit_that_changes_nothing_is_applied_to_a_locked_field() -> None:
    locked = apply(working(), Lock(cut=TWO, field="caption"))
    assert apply(locked, Edit(cut=TWO, field="caption", before="", after=" ")) is locked


def test_locks_are_kept_in_one_order() -> None:
    first = apply_all(working(), [Lock(cut=TWO, field="size"), Lock(cut=TWO, field="caption")])
    other = apply_all(working(), [Lock(cut=TWO, field="caption"), Lock(cut=TWO, field="size")])
    assert first == other
    assert apply(first, Lock(cut=TWO, field="size")) is first
    assert refused(first, Lock(cut=TWO, field="seed")).field == "field"


def test_a_locked_length_neither_gives_nor_takes() -> None:
    state = apply(working(), Lock(cut=TWO, field="num_frames"))
    for op in (
        Retime(cut=TWO, frames=100, source=THREE),
        Retime(cut=THREE, frames=130, source=TWO),
        Split(cut=TWO, at=50, into=NEW),
        Merge(cut=ONE, next=TWO),
        Merge(cut=TWO, next=THREE),
        Remove(cut=ONE, taking=TWO),
        added(None, giving=TWO),
    ):
        assert "length is locked" in str(refused(state, op))
    assert cut(apply(state, Remove(cut=ONE)), TWO).num_frames == 105
    assert cut(apply(state, added(ONE)), TWO).num_frames == 105


def test_a_cut_with_locked_fields_cannot_be_removed() -> None:
    state = apply(working(), Lock(cut=TWO, field="action"))
    assert "cut 2 has locked fields: action" in str(refused(state, Remove(cut=TWO)))


def test_a_take_is_picked_and_given_back() -> None:
    picked = apply(working(), PickTake(cut=TWO, take="t_0123456789ab"))
    assert cut(picked, TWO).take == "t_0123456789ab"
    assert apply(picked, PickTake(cut=TWO, take="")) == working()
    locked = apply(picked, Lock(cut=TWO, field="take"))
    assert "take is locked" in str(refused(locked, PickTake(cut=TWO, take="")))


# Time.


def test_a_retime_from_the_next_cut_moves_the_boundary_between_them() -> None:
    after = apply(working(), Retime(cut=TWO, frames=115, source=THREE))
    assert frames(after) == [120, 115, 125, 110, 130]
    assert starts(after) == [0, 0, 10, 0, 0]


def test_a_retime_from_the_cut_before_moves_the_beginning() -> None:
    after = apply(working(), Retime(cut=TWO, frames=115, source=ONE))
    assert frames(after) == [110, 115, 135, 110, 130]
    assert starts(after) == [0, -10, 0, 0, 0]
    shorter = apply(after, Retime(cut=TWO, frames=105, source=ONE))
    assert shorter == working()


def test_a_retime_from_a_cut_that_is_no_neighbour_moves_both_ends() -> None:
    after = apply(working(), Retime(cut=TWO, frames=115, source=FIVE))
    assert frames(after) == [120, 115, 135, 110, 120]
    assert starts(after) == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("op", "said"),
    [
        (
            Retime(cut=TWO, frames=225, source=THREE),
            "cut 3 would last 0.5 s, wanted at least 0.8 s",
        ),
        (Retime(cut=TWO, frames=15, source=THREE), "cut 2 would last 0.5 s, wanted at least 0.8 s"),
        (
            Retime(cut=TWO, frames=405, source=THREE),
            "cut 3 lasts 4.5 s and cannot give 10 s, wanted at least 0.8 s left",
        ),
    ],
)
def test_a_retime_that_leaves_too_little_is_refused_with_the_numbers(
    op: Operation, said: str
) -> None:
    error = refused(working(), op)
    assert (error.field, str(error)) == ("frames", said)


def test_a_cut_cannot_give_time_to_itself() -> None:
    assert refused(working(), Retime(cut=TWO, frames=90, source=TWO)).field == "from"


def test_an_added_cut_takes_its_time_from_the_one_named() -> None:
    after = apply(working(), added(TWO, giving=FIVE))
    assert order(after) == [ONE, TWO, NEW, THREE, FOUR, FIVE]
    assert frames(after) == [120, 105, 60, 135, 110, 70]
    assert [c.number for c in after.conte.cuts] == [1, 2, 3, 4, 5, 6]
    assert cut(after, NEW).seed == seed_of([NEW])


def test_an_added_cut_takes_its_time_from_all_in_proportion() -> None:
    after = apply(working(), added(None))
    assert order(after)[0] == NEW
    assert frames(after) == [60, 108, 95, 121, 99, 117]


def test_what_an_added_cut_needs_and_the_film_lacks_is_refused_with_the_numbers() -> None:
    assert str(refused(working(), added(ONE, num_frames=12))) == (
        "cut 2 would last 0.4 s, wanted at least 0.8 s"
    )
    assert str(refused(working(), added(ONE, num_frames=590))) == (
        "5 other cuts would share 0.333 s, wanted at least 4 s"
    )
    assert refused(working(), added(ONE, giving=TWO, num_frames=90)).field == "cut.num_frames"
    assert str(refused(working(), added(ONE, num_frames=601))) == (
        "got 601 frames, the film has 600"
    )
    assert refused(working(), added(ONE, shows=("cat",))).field == "cut.shows"
    assert refused(working(), added(ONE, id=TWO)).field == "cut.id"
    assert refused(working(), added(ONE, seed=2**40)).field == "cut.seed"


def test_a_removed_cut_gives_its_time_to_the_one_named_or_to_all() -> None:
    assert frames(apply(working(), Remove(cut=TWO, taking=ONE))) == [225, 135, 110, 130]
    assert frames(apply(working(), Remove(cut=TWO))) == [145, 164, 133, 158]
    assert starts(apply(working(), Remove(cut=TWO, taking=THREE))) == [0, 0, 0, 0]
    assert refused(working(), Remove(cut=TWO, taking=TWO)).field == "taking"


def test_a_film_has_four_to_eight_cuts() -> None:
    four = apply(working(), Remove(cut=TWO))
    assert str(refused(four, Remove(cut=ONE))) == "the film would have 3 cuts, wanted at least 4"
    assert refused(four, Merge(cut=ONE, next=THREE)).field == "next"
    eight = working()
    for at in range(3):
        eight = apply(eight, Split(cut=IDS[at], at=50, into=f"c_000{at}"))
    assert str(refused(eight, Split(cut=FIVE, at=50, into=NEW))) == (
        "the film would have 9 cuts, wanted at most 8"
    )


def test_a_number_of_cuts_in_the_brief_follows_what_is_asked_for_now() -> None:
    state = working({"cuts": 5})
    split = apply(state, Split(cut=ONE, at=60, into=NEW))
    assert split.brief.cuts == 6
    split.conte.check_fits(split.brief)
    assert apply(split, Merge(cut=ONE, next=NEW)) == state


# Order.


def test_a_moved_cut_is_the_same_cut_elsewhere() -> None:
    before = working(cut_4={"continues": True, "transition": Transition.DISSOLVE})
    after = apply(before, Move(cut=FOUR, after=None))
    assert order(after) == [FOUR, ONE, TWO, THREE, FIVE]
    assert cut(after, FOUR) == cut(before, FOUR).model_copy(update={"number": 1})
    assert order(apply(before, Move(cut=ONE, after=FIVE))) == [TWO, THREE, FOUR, FIVE, ONE]
    assert apply(before, Move(cut=TWO, after=ONE)) is before
    assert refused(before, Move(cut=TWO, after=TWO)).field == "after"


# Halves.


def test_a_split_keeps_what_is_seen_and_where_words_began() -> None:
    state = working(
        cut_3={
            "caption": "그립", "legal": "연출된 장면", "music": "피아노", "sound_effect": "빗소리",
            "transition": Transition.FADE, "take": "t_0123456789ab", "start": 4,
        }
    )  # fmt: skip
    whole = cut(state, THREE)
    after = apply(state, Split(cut=THREE, at=60, into=NEW))
    first, second = cut(after, THREE), cut(after, NEW)
    assert (first.num_frames, second.num_frames) == (60, 75)
    assert (first.start, second.start) == (4, 64)
    assert (first.transition, second.transition) == (Transition.CUT, Transition.FADE)
    assert second.split_from == THREE and second.continues and second.seed == seed_of([NEW])
    for name in ("caption", "legal", "music", "action", "video_prompt", "shows", "take"):
        assert getattr(first, name) == getattr(second, name) == getattr(whole, name)
    assert first.narration == whole.narration and first.sound_effect == "빗소리"
    assert (second.narration, second.sound_effect, second.dialogue) == ("", "", ())


def test_halves_of_halves_share_one_timeline() -> None:
    after = apply_all(
        working(), [Split(cut=THREE, at=60, into=NEW), Split(cut=NEW, at=40, into="c_third")]
    )
    assert cut(after, "c_third").split_from == THREE
    assert cut(after, "c_third").start == 100


@pytest.mark.parametrize("locked", [(), ("caption", "narration", "transition", "continues")])
def test_merging_the_halves_of_a_split_gives_back_the_cut(locked: tuple[str, ...]) -> None:
    state = working(cut_3={"caption": "그립", "transition": Transition.FADE})
    state = apply_all(state, [Lock(cut=THREE, field=field) for field in locked])
    after = apply_all(state, [Split(cut=THREE, at=60, into=NEW), Merge(cut=THREE, next=NEW)])
    assert after.model_dump_json() == state.model_dump_json()


def test_a_split_leaves_two_cuts_that_are_long_enough() -> None:
    for at, number in ((15, 3), (120, 4)):
        assert str(refused(working(), Split(cut=THREE, at=at, into=NEW))) == (
            f"cut {number} would last 0.5 s, wanted at least 0.8 s"
        )
    assert "frames 0 to 134, got 135" in str(refused(working(), Split(cut=THREE, at=135, into=NEW)))


def test_a_merge_joins_the_words_of_both() -> None:
    lines = (DialogueLine(speaker="운전자", text="멈춰!"),)
    state = working(
        cut_1={"caption": "비", "sound_effect": "천둥", "dialogue": lines},
        cut_2={"caption": "밤", "sound_effect": "브레이크", "transition": Transition.DISSOLVE},
    )
    merged = cut(apply(state, Merge(cut=ONE, next=TWO)), ONE)
    assert merged.caption == "비 밤" and merged.sound_effect == "천둥, 브레이크"
    assert merged.narration == "비 오는 밤, 젖은 길. 멈춰야 할 때가 있습니다."
    assert merged.dialogue == lines and merged.num_frames == 225
    assert merged.transition is Transition.DISSOLVE and merged.size is cut(state, ONE).size


def test_words_that_are_too_long_together_are_refused_with_the_numbers() -> None:
    state = working(cut_1={"caption": "가" * 70}, cut_2={"caption": "나" * 70})
    assert str(refused(state, Merge(cut=ONE, next=TWO))) == (
        "caption of cuts 1 and 2 together: 141 characters, wanted at most 120"
    )


def test_only_the_next_cut_can_be_merged() -> None:
    error = conflict(working(), Merge(cut=ONE, next=THREE))
    assert (error.field, error.expected, error.stands) == ("next", THREE, TWO)
    assert conflict(working(), Merge(cut=FIVE, next=ONE)).stands is None


def test_a_merge_that_would_lose_what_is_locked_is_refused() -> None:
    state = apply(working(), Lock(cut=TWO, field="size"))
    assert str(refused(state, Merge(cut=ONE, next=TWO))) == (
        "cut 2's shot size is locked, unlock it first"
    )


# Treatment, look, sheet and brief.


def test_treatment_look_and_sheet_are_edited_by_field() -> None:
    palette = ["#000000", "#111111", "#222222"]
    after = apply_all(
        working(),
        [
            EditTreatment(field="slogan", before="멈출 때를 아는 타이어", after="멈춘다"),
            EditLook(field="lighting", before="low key", after="high key"),
            EditLook(field="palette", before=["#101820", "#3a4a5a", "#f2aa4c"], after=palette),
            EditSheet(entry="driver", field="name", before="운전자", after="민지"),
        ],
    )
    assert after.conte.slogan == "멈춘다" and after.conte.look.lighting == "high key"
    assert after.conte.look.palette == tuple(palette)
    assert [entry.name for entry in after.conte.sheet] == ["그립 맥스", "민지"]
    assert after.conte.cuts == working().conte.cuts
    conflict(after, EditLook(field="lighting", before="low key", after="x"))
    assert refused(after, EditLook(field="palette", before=palette, after=["#000000"])).field == (
        "after"
    )
    assert refused(after, EditSheet(entry="driver", field="id", before="", after="x")).field == (
        "field"
    )
    assert refused(after, EditSheet(entry="cat", field="name", before="", after="x")).field == (
        "entry"
    )


CAT = {"kind": "cast", "id": "cat", "name": "고양이", "description": "", "prompt": "a grey cat"}


def test_an_entry_joins_the_sheet_and_leaves_it_when_no_cut_shows_it() -> None:
    joined = apply(working(), EditSheet(entry="cat", field="entry", before=None, after=CAT))
    assert [entry.id for entry in joined.conte.sheet] == ["tire", "driver", "cat"]
    shown = apply(joined, Edit(cut=ONE, field="shows", before=[], after=["cat"]))
    leave = EditSheet(entry="cat", field="entry", before=CAT, after=None)
    assert "shown by cut 1" in str(refused(shown, leave))
    assert apply(joined, leave) == working()
    other = EditSheet(entry="dog", field="entry", before=None, after=CAT)
    assert "got the id cat, wanted dog" in str(refused(joined, other))


def test_a_refusal_does_not_repeat_what_was_sent_at_length() -> None:
    entry = {**CAT, "kind": "x" * 100_000}
    op = EditSheet(entry="cat", field="entry", before=None, after=entry)
    assert len(str(refused(working(), op))) < 300


def test_a_brief_is_edited_by_path() -> None:
    state = working({"characters": [Character(name="민지", description="30대")]})
    after = apply_all(
        state,
        [
            EditBrief(field="product.name", before="그립 맥스", after="그립 울트라"),
            EditBrief(field="must_show", before=[], after=["로고"]),
            EditBrief(field="characters.0.description", before="30대", after="20대"),
        ],
    )
    assert after.brief.product.name == "그립 울트라" and after.brief.must_show == ("로고",)
    assert after.brief.characters[0].description == "20대"
    error = conflict(after, EditBrief(field="product.name", before="그립 맥스", after="x"))
    assert (error.expected, error.stands) == ("그립 맥스", "그립 울트라")
    for path in ("product.colour", "characters.1.name", "characters.name", "nothing"):
        assert refused(after, EditBrief(field=path, before="", after="x")).field == "field"
    assert "part of the product's name" in (
        str(refused(after, EditBrief(field="must_not_say", before=[], after=["그립"])))
    )


@pytest.mark.parametrize("field", ["duration_s", "aspect_ratio", "fps", "cuts", "language"])
def test_what_makes_another_film_is_no_edit_of_the_brief(field: str) -> None:
    error = refused(working(), EditBrief(field=field, before=None, after=None))
    assert error.field == "field" and " stays " in str(error)


# Lists, ids and what is sent.


def test_a_list_is_applied_whole_or_not_at_all() -> None:
    state = working()
    written = state.model_dump_json()
    with pytest.raises(NotApplied) as error:
        apply_all(state, [Move(cut=ONE, after=TWO), Move(cut=TWO, after="c_nosuch")])
    assert error.value.index == 1 and error.value.field == "after"
    assert state.model_dump_json() == written


def test_an_operation_is_settled_once() -> None:
    ids = iter(["c_first", "c_second"])

    def new_id() -> str:
        return next(ids)

    add = settled(Add(after=None, cut=new_cut()), new_id)
    split = settled(Split(cut=ONE, at=60), new_id)
    assert isinstance(add, Add) and add.cut.id == "c_first" and add.cut.seed == seed_of(["c_first"])
    assert isinstance(split, Split) and split.into == "c_second"
    assert settled(add, new_id) == add and settled(split, new_id) == split


def test_values_are_json_in_one_spelling() -> None:
    said = (DialogueLine(speaker=DECOMPOSED, text=DECOMPOSED),)
    op = Edit(cut=ONE, field="dialogue", before=(), after=said)
    assert op.before == [] and op.after == [{"speaker": COMPOSED, "text": COMPOSED}]
    assert Edit(cut=ONE, field="caption", before=DECOMPOSED, after="").before == COMPOSED
    assert type(Edit(cut=ONE, field="size", before=ShotSize.CU, after="").before) is str


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("비\ud800", "U.D800 at 1"),
        (float("nan"), "finite"),
        (10**400, "finite"),
        (json.loads("[" * 300 + "]" * 300), "7 deep, wanted at most 6"),
        ({"a": {1, 2}}, "got set"),
    ],
    ids=["half a character", "not a number", "large", "deep", "set"],
)
def test_a_value_that_json_cannot_carry_is_refused(value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Edit(cut=ONE, field="caption", before="", after=value)


def test_an_operation_that_is_not_settled_is_not_applied() -> None:
    for op in (Split(cut=ONE, at=60), Add(after=None, cut=new_cut())):
        with pytest.raises(ValueError, match="not settled"):
            apply(working(), op)


def test_operations_travel_as_the_json_that_callers_write() -> None:
    sent = [
        {"op": "retime", "cut": ONE, "frames": 100, "from": TWO},
        {"op": "move", "cut": ONE, "after": None},
        {"op": "edit", "cut": ONE, "field": "caption", "before": "", "after": "비"},
        {"op": "take", "cut": ONE, "take": ""},
    ]
    operations = TypeAdapter(SentOperations)
    read = operations.validate_python(sent)
    assert json.loads(operations.dump_json(read)) == [
        sent[0], sent[1], sent[2], sent[3],
    ]  # fmt: skip
    with pytest.raises(ValueError, match="restore"):
        operations.validate_python([{"op": "restore", "onto": "0" * 64, "cuts": []}])


# What has no opposite.


def test_time_shared_in_proportion_is_restored() -> None:
    before, op = working(), added(ONE, num_frames=150)
    (undoing,) = inverse(before, op)
    assert isinstance(undoing, Restore)
    after = apply(before, op)
    assert apply(after, undoing).model_dump_json() == before.model_dump_json()
    elsewhere = apply(after, Edit(cut=ONE, field="caption", before="", after="x"))
    assert conflict(elsewhere, undoing).field == "onto"


def test_a_removed_cut_is_added_again_where_its_time_went_to_one() -> None:
    before = working()
    (undoing,) = inverse(before, Remove(cut=TWO, taking=ONE))
    assert isinstance(undoing, Add)
    assert apply(apply(before, Remove(cut=TWO, taking=ONE)), undoing) == before


def test_a_merge_of_strangers_is_restored() -> None:
    before = working()
    op = Merge(cut=ONE, next=TWO)
    (undoing,) = inverse(before, op)
    assert isinstance(undoing, Restore)
    assert apply(apply(before, op), undoing) == before


def test_an_entry_that_stood_in_the_middle_of_the_sheet_is_restored_there() -> None:
    before = apply(working(), EditSheet(entry="cat", field="entry", before=None, after=CAT))
    for number in (TWO, FOUR):
        shows = Edit(cut=number, field="shows", before=["driver"], after=["cat"])
        before = apply(before, shows)
    driver = json.loads(before.conte.sheet[1].model_dump_json())
    op = EditSheet(entry="driver", field="entry", before=driver, after=None)
    after = apply(before, op)
    assert [entry.id for entry in after.conte.sheet] == ["tire", "cat"]
    assert apply_all(after, inverse(before, op)).model_dump_json() == before.model_dump_json()
