"""A's opening with C's ending: cuts of another direction, in place of its own."""

from typing import Any

import pytest

from conte.brief import Character
from conte.clip import Clip, EngineId, Tier, basis_of
from conte.conte import CastMember
from conte.cut import Cut
from conte.production import Provenance, Revision, Version
from conte.revision.applying import apply, apply_all
from conte.revision.borrowing import lent
from conte.revision.change import Change
from conte.revision.changes import changes
from conte.revision.fate import Fate, fates
from conte.revision.inverse import inverse
from conte.revision.lender import Lender
from conte.revision.operations import Borrow, Borrowed, Edit, Retime
from conte.revision.origins import origins_between
from conte.revision.refusals import Refused, UnknownCut
from conte.revision.settling import settled
from conte.revision.working import Working
from tests.sound_conte import a_brief, a_conte, a_treatment

ENGINE = EngineId(name="fake", revision="1", label="fake")
TIERS: tuple[Tier, ...] = ("draft", "final")


def working(**cuts: dict[str, Any]) -> Working:
    """Direction A: five cuts of 120, 105, 135, 110 and 130 frames, 20 s."""
    return Working(conte=a_conte("ko", **cuts).born(7), brief=a_brief())


def version(state: Working, number: int = 1, revision: Revision | None = None) -> Version:
    return Version(
        number=number,
        conte=state.conte,
        findings=(),
        provenance=Provenance(engine=ENGINE, seed=7),
        created_at=0,
        brief=state.brief,
        revision=revision,
    )


def other(**changed: Any) -> Version:
    """Direction C, with a driver of its own; its cuts have the ids of A's, as in every order."""
    tire, driver = a_treatment().sheet
    assert isinstance(driver, CastMember)
    sheet = (
        tire.model_copy(update={"description": "다른 설명"}),
        driver.model_copy(update={"name": "지우", "prompt": "a man of 60, white hair", **changed}),
    )
    conte = a_conte("ko", cut_4={"action": "지우가 내린다.", "continues": True}, cut_5={
        "action": "불이 꺼진다.", "continues": True, "locked": ("caption",), "start": 9,
        "take": "t_00000000000a", "shows": ("tire", "driver")}).born(7)  # fmt: skip
    return version(Working(conte=conte.model_copy(update={"sheet": sheet}), brief=a_brief()))


A = working()
ONE, TWO, THREE, FOUR, FIVE = (cut.id for cut in A.conte.cuts)


def borrowed(base: Working, source: Version, **op: Any) -> Borrowed:
    asked = Borrow(production="p_c", version=1, **op)
    ids = iter(f"c_new{number:03}" for number in range(9))
    made = settled(lent(asked, "C", source, base.brief.fps), lambda: next(ids))
    assert isinstance(made, Borrowed)
    return made


def frames(state: Working) -> list[int]:
    return [cut.num_frames for cut in state.conte.cuts]


def test_a_s_opening_with_c_s_ending_lasts_exactly_as_long() -> None:
    op = borrowed(A, other(), cuts=(FOUR, FIVE), after=THREE, replacing=(FOUR, FIVE))
    made = apply(A, op)
    assert frames(made) == [120, 105, 135, 110, 130]
    assert made.conte.cuts[:3] == A.conte.cuts[:3]
    assert [cut.id for cut in made.conte.cuts[3:]] == ["c_new000", "c_new001"]
    assert [cut.number for cut in made.conte.cuts] == [1, 2, 3, 4, 5]
    four, five = made.conte.cuts[3:]
    assert (four.action, five.action) == ("지우가 내린다.", "불이 꺼진다.")
    # What belongs to its own production stays there.
    assert (five.locked, five.start, five.take) == ((), 0, "")
    # Cut 4 continued C's cut 3, which is not here; cut 5 continues cut 4 as before.
    assert (four.continues, five.continues) == (False, True)


def test_cuts_share_the_time_of_those_that_they_replace() -> None:
    one = apply(A, borrowed(A, other(), cuts=(THREE,), after=None, replacing=(ONE, TWO)))
    assert frames(one) == [225, 135, 110, 130]
    three = apply(A, borrowed(A, other(), cuts=(ONE, THREE, FOUR), after=FOUR, replacing=(FIVE,)))
    assert frames(three)[:4] == frames(A)[:4]
    assert sum(frames(three)) == 600
    many = borrowed(A, other(), cuts=(ONE, TWO, THREE, FOUR, FIVE), after=ONE, replacing=(TWO,))
    with pytest.raises(Refused, match=r"5 cuts would share 3.5 s, wanted at least 4 s"):
        apply(A, many)


def test_cuts_that_replace_none_keep_their_length_and_the_others_give_it() -> None:
    made = apply(A, borrowed(A, other(), cuts=(TWO,), after=TWO))
    assert frames(made)[2] == 105
    assert (sum(frames(made)), len(made.conte.cuts)) == (600, 6)


def test_the_people_come_with_their_cuts_and_the_product_stays_as_it_is() -> None:
    made = apply(A, borrowed(A, other(), cuts=(FIVE,), after=FOUR, replacing=(FIVE,)))
    tire, driver, second = made.conte.sheet
    assert (tire, driver) == A.conte.sheet
    assert (second.id, second.name) == ("driver_2", "지우")
    assert made.conte.cuts[4].shows == ("tire", "driver_2")
    # Borrowed once more, the same person is not entered twice.
    again = borrowed(made, other(), cuts=(FOUR,), after=THREE, replacing=(FOUR,))
    again = again.model_copy(
        update={"written": tuple(c.model_copy(update={"id": "c_more"}) for c in again.written)}
    )
    assert len(apply(made, again).conte.sheet) == 3


def test_a_character_of_the_brief_is_the_same_person_in_both() -> None:
    brief = a_brief(characters=(Character(name="운전자", description="30대"),))
    base = Working(conte=A.conte, brief=brief)
    source = other(name="운전자")
    made = apply(base, borrowed(base, source, cuts=(FOUR,), after=THREE, replacing=(FOUR,)))
    assert made.conte.sheet == A.conte.sheet
    assert made.conte.cuts[3].shows == ("driver",)


def test_a_borrow_is_undone_byte_for_byte_and_reads_again_as_it_was_stored() -> None:
    op = borrowed(A, other(), cuts=(FOUR, FIVE), after=THREE, replacing=(FIVE,))
    made = apply(A, op)
    assert apply_all(made, inverse(A, op)) == A
    assert Borrowed.model_validate_json(op.model_dump_json()) == op


def test_what_cannot_be_borrowed_is_refused_with_the_reason() -> None:
    with pytest.raises(UnknownCut):
        borrowed(A, other(), cuts=("c_nothere",), after=None)
    with pytest.raises(Refused, match="that cut is replaced"):
        apply(A, borrowed(A, other(), cuts=(ONE,), after=FIVE, replacing=(FIVE,)))
    many = borrowed(A, other(), cuts=(ONE, TWO, THREE, FOUR, FIVE), after=THREE, replacing=(FOUR,))
    with pytest.raises(Refused, match="would share"):
        apply(A, many)
    more = borrowed(A, other(), cuts=(ONE, TWO, THREE, FOUR, FIVE), after=THREE,
                    replacing=(FOUR, FIVE))  # fmt: skip
    assert len(apply(A, more).conte.cuts) == 8
    with pytest.raises(Refused, match="wanted at most 8"):
        apply(apply(A, more), borrowed(A, other(), cuts=(ONE,), after=ONE).model_copy(
            update={"written": (more.written[0].model_copy(update={"id": "c_more", "num_frames": 30}),)}
        ))  # fmt: skip
    kept = working(cut_5={"locked": ("caption",)})
    with pytest.raises(Refused, match="cut 5 has locked fields: caption"):
        apply(kept, borrowed(kept, other(), cuts=(ONE,), after=FOUR, replacing=(FIVE,)))


def test_the_change_table_says_where_a_cut_comes_from() -> None:
    op = borrowed(A, other(), cuts=(FIVE,), after=FOUR, replacing=(FIVE,))
    made = apply(A, op)
    revision = Revision(base=1, operations=(op.model_dump(mode="json"),))
    origins = origins_between([version(A), version(made, 2, revision)])
    rows = changes(A, made, origins=origins).rows
    (added,) = [row for row in rows if row.part == "cut" and row.happened == "added"]
    assert added.text_before == "C안 콘티 1의 5컷에서 가져옴"
    assert added.origin is not None
    assert (added.origin.production, added.origin.cut) == ("p_c", FIVE)
    assert [_about(row) for row in rows if row is not added] == [
        ("sheet", "added", "driver_2"), ("cut", "removed", ""),
    ]  # fmt: skip
    english = changes(A, made, origins=origins, language="en").rows
    assert "taken from direction C, version 1, cut 5" in {row.text_before for row in english}


def _about(row: Change) -> tuple[str, str, str]:
    return row.part, row.happened, row.entry


def test_lengths_are_read_at_the_other_direction_s_frame_rate() -> None:
    source = other()
    slow = source.model_copy(update={"brief": a_brief(fps=24)})
    op = lent(Borrow(production="p_c", version=1, cuts=(TWO,), after=None), "C", slow, 30)
    written: tuple[Cut, ...] = op.written
    assert [cut.num_frames for cut in written] == [round(105 * 30 / 24)]


def a_take(state: Working, cut: Cut, tier: Tier, key: str = "0", **made: Any) -> Clip:
    """A clip of a cut, with twelve frames of handles."""
    return Clip(
        cut=cut.number,
        tier=tier,
        key=f"clips/{key * 64}.mp4",
        num_frames=cut.num_frames + 24,
        engine=ENGINE,
        seed=7,
        render_s=1,
        reused=False,
        cut_id=cut.id,
        basis=basis_of(cut, state.conte.treatment, state.brief),
        start=cut.start,
        head=12,
        tail=12,
    ).model_copy(update=made)


def ending(base: Working, source: Version, *more: Any, **takes: Any) -> tuple[Fate, Fate]:
    """Fates of the final clips of C's ending, its cuts 4 and 5, when A has it instead of its own.

    `more`: operations that follow.
    """
    assert source.brief is not None
    there = Working(conte=source.conte, brief=source.brief)
    op = borrowed(base, source, cuts=(FOUR, FIVE), after=THREE, replacing=(FOUR, FIVE))
    new = apply_all(base, (op, *more))
    lenders = {
        cut.id: Lender(there, of, tuple(a_take(there, of, tier, **takes) for tier in TIERS))
        for cut, of in zip(op.written, there.conte.cuts[3:], strict=True)
    }
    own = [a_take(base, cut, tier) for cut in base.conte.cuts for tier in TIERS]
    found = fates(base, new, own, {}, TIERS, {}, lenders=lenders)
    assert {one.what for one in found if one.number <= 3} <= {"kept", "trimmed"}
    four, five = (one for one in found if one.tier == "final" and one.number > 3)
    for one in (four, five):
        cut = new.conte.cuts[one.number - 1]
        if one.clip is not None:
            assert (one.clip.cut, one.clip.cut_id, one.stale) == (cut.number, cut.id, False)
            assert one.clip.basis == basis_of(cut, new.conte.treatment, new.brief)
            assert one.clip.covers(cut)
    return four, five


def of_one_product() -> Version:
    """Direction C, with another driver and the product as A describes it."""
    source = other()
    sheet = (A.conte.sheet[0], source.conte.sheet[1])
    return source.model_copy(update={"conte": source.conte.model_copy(update={"sheet": sheet})})


def test_a_borrowed_cut_has_the_clip_of_the_one_it_was_borrowed_from() -> None:
    """Cut 5 begins nine frames later than its clip was made for, and goes on doing so. The driver
    has another id in A's sheet, and is the same to see.
    """
    four, five = ending(A, of_one_product(), start=0)
    assert [(one.what, one.why) for one in (four, five)] == [("kept", "borrowed")] * 2
    assert five.clip is not None
    assert (five.clip.start, five.clip.head) == (-9, 12)
    four, five = ending(A, other())
    assert [one.why for one in (four, five)] == ["borrowed", "differs"]
    assert five.fields == ("shows",)  # the product, of which A says something else


def test_what_looks_otherwise_in_its_new_film_is_rendered_and_says_what_differs() -> None:
    lit = A.conte.model_copy(
        update={"look": A.conte.look.model_copy(update={"lighting": "보름달"})}
    )
    dark = Working(conte=lit, brief=A.brief)
    for one in ending(dark, of_one_product()):
        assert (one.what, one.why, one.fields, one.clip) == ("rendered", "differs", ("look",), None)
    edit = Edit(cut="c_new000", field="action", before="지우가 내린다.", after="지우가 달린다.")
    four, five = ending(A, of_one_product(), edit)
    assert (four.what, four.fields, five.what) == ("rendered", ("action",), "kept")


def test_a_borrowed_cut_of_another_length_keeps_its_clip_within_the_handles() -> None:
    def longer(frames: int) -> Retime:
        return Retime(cut="c_new000", frames=frames, source=THREE)

    source = of_one_product()
    four, _ = ending(A, source, longer(120))
    assert (four.what, four.why) == ("trimmed", "borrowed")
    four, _ = ending(A, source, longer(130))
    assert (four.what, four.why) == ("rendered", "too_short")
    four, _ = ending(A, source, basis="of something else")
    assert (four.what, four.why) == ("rendered", "no_clip")


def test_what_went_on_from_a_replaced_cut_is_rendered_and_what_came_along_is_not() -> None:
    base = working(cut_5={"continues": True})
    source = of_one_product()
    there = Working(conte=source.conte, brief=a_brief())
    own = [a_take(base, cut, "final") for cut in base.conte.cuts]

    def told(op: Borrowed) -> list[str]:
        lenders = {
            cut.id: Lender(there, of, (a_take(there, of, "final"),))
            for cut, of in zip(op.written, there.conte.cuts[3:], strict=False)
        }
        found = fates(base, apply(base, op), own, {}, ("final",), {"final": True}, lenders=lenders)
        return [one.why for one in found]

    one = borrowed(base, source, cuts=(FOUR,), after=THREE, replacing=(FOUR,))
    assert told(one)[3:] == ["borrowed", "continues"]
    both = borrowed(base, source, cuts=(FOUR, FIVE), after=THREE, replacing=(FOUR, FIVE))
    assert told(both)[3:] == ["borrowed", "borrowed"]
