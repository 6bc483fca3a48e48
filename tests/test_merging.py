"""A file that came back, its version and the draft -> operations, or conflicts. Property tests."""

import random
import unicodedata
from collections.abc import Mapping
from typing import Any

import pytest

from conte.brief import Brief
from conte.conte import Conte
from conte.cut import Cut
from conte.media_name import media_name
from conte.revision.applying import apply, apply_all
from conte.revision.edited import EditedCut, EditedVersion, Unread
from conte.revision.merging import LENGTHS, ORDER, Merged, merge
from conte.revision.operations import Edit, Lock, Move, Remove, Retime
from conte.revision.refusals import NotApplied
from conte.revision.working import Working
from conte.timing import min_cut_frames, share_frames
from tests.sound_conte import a_brief, a_cut, a_treatment

TEXTS = ("narration", "caption", "sound_effect", "music", "action")


def a_working(lots: random.Random, fps: int = 25) -> Working:
    num = lots.randint(4, 8)
    brief = a_brief().model_copy(update={"fps": fps, "duration_s": 20.0})
    weights = [lots.uniform(0.5, 2) for _ in range(num)]
    frames = share_frames(brief.num_frames, weights, min_cut_frames(fps))
    cuts = [
        a_cut("ko", 1 + at % 5).model_copy(
            update={"number": at + 1, "num_frames": n, "id": f"c_{lots.getrandbits(40):010x}"}
        )
        for at, n in enumerate(frames)
    ]
    conte = Conte.of(a_treatment(), tuple(cuts)).born(3)
    return Working(conte=conte, brief=brief)


def as_file(working: Working, base: Working, *, media: bool = False) -> EditedVersion:
    """What a timeline of `working` says that was exported as `base`."""
    was = {cut.id: cut for cut in base.conte.cuts}

    def edited(cut: Cut) -> EditedCut:
        name = media_name(was[cut.id].number, cut.id) if media else cut.id
        shift = cut.start - was[cut.id].start
        fields = {field: getattr(cut, field) for field in TEXTS}
        return EditedCut(cut=name, num_frames=cut.num_frames, shift=shift, fields=fields)

    cuts = tuple(edited(cut) for cut in working.conte.cuts)
    return EditedVersion(base=None, cuts=cuts, ordered=True)


def retimed(working: Working, lots: random.Random, times: int) -> Working:
    for _ in range(times):
        a, b = lots.sample(working.conte.cuts, 2)
        op = Retime(cut=a.id, frames=a.num_frames + lots.randint(-20, 20), source=b.id)
        try:
            working = apply(working, op)
        except NotApplied:
            continue
    return working


def moved(working: Working, lots: random.Random) -> Working:
    a, b = lots.sample(working.conte.cuts, 2)
    return apply(working, Move(cut=a.id, after=lots.choice([None, b.id])))


def said(working: Working, lots: random.Random, cuts: Any = None) -> Working:
    cut = lots.choice(cuts or working.conte.cuts)
    field = lots.choice(TEXTS)
    after = f"고친 말 {lots.getrandbits(30)}"
    before = getattr(next(c for c in working.conte.cuts if c.id == cut.id), field)
    return apply(working, Edit(cut=cut.id, field=field, before=before, after=after))


def changed(working: Working, lots: random.Random) -> Working:
    for _ in range(lots.randint(1, 5)):
        match lots.randint(0, 2):
            case 0:
                working = retimed(working, lots, lots.randint(1, 3))
            case 1:
                working = moved(working, lots)
            case _:
                working = said(working, lots)
    return working


def result(ours: Working, merged: Merged) -> Working:
    return apply_all(ours, merged.operations)


def seen(working: Working) -> list[dict[str, Any]]:
    return [cut.model_dump(mode="json") for cut in working.conte.cuts]


SEEDS = pytest.mark.parametrize("seed", range(12))


@SEEDS
def test_an_unedited_file_changes_nothing_whatever_the_draft_is(seed: int) -> None:
    lots = random.Random(seed)
    base = a_working(lots)
    ours = changed(base, lots)
    merged = merge(base, ours, as_file(base, base, media=bool(seed % 2)))
    assert merged == Merged(operations=(), conflicts=(), unread=())


@SEEDS
def test_what_was_changed_in_the_file_alone_is_taken_exactly(seed: int) -> None:
    lots = random.Random(seed)
    base = a_working(lots, (24, 25, 30)[seed % 3])
    theirs = changed(base, lots)
    merged = merge(base, base, as_file(theirs, base))
    assert not merged.conflicts
    assert not merged.unread
    assert seen(result(base, merged)) == seen(theirs)


@SEEDS
def test_what_was_taken_once_changes_nothing_when_it_comes_again(seed: int) -> None:
    lots = random.Random(seed)
    base = a_working(lots)
    file = as_file(changed(base, lots), base)
    once = result(base, merge(base, base, file))
    assert merge(base, once, file) == Merged(operations=(), conflicts=(), unread=())


@SEEDS
def test_changes_of_other_cuts_and_fields_are_both_kept(seed: int) -> None:
    lots = random.Random(seed)
    base = a_working(lots)
    cuts = base.conte.cuts
    ours, theirs = said(base, lots, cuts[:2]), said(base, lots, cuts[2:])
    if seed % 2:
        ours = moved(ours, lots)
        op = Retime(cut=cuts[1].id, frames=cuts[1].num_frames + 1, source=cuts[2].id)
        theirs = apply(theirs, op)
    merged = merge(base, ours, as_file(theirs, base))
    assert not merged.conflicts
    assert not merged.unread
    both = result(ours, merged)
    for cut in both.conte.cuts:
        mine, his, was = (
            next(c for c in one.conte.cuts if c.id == cut.id) for one in (ours, theirs, base)
        )
        for field in TEXTS:
            wanted = {getattr(mine, field), getattr(his, field)} - {getattr(was, field)}
            assert getattr(cut, field) in (wanted or {getattr(was, field)})
        assert (cut.num_frames, cut.start) == (his.num_frames, his.start)
    assert [c.id for c in both.conte.cuts] == [c.id for c in ours.conte.cuts]


@SEEDS
def test_after_every_choice_nothing_is_open_and_theirs_is_what_the_file_says(seed: int) -> None:
    lots = random.Random(seed)
    base = a_working(lots)
    ours, theirs = changed(base, lots), changed(base, lots)
    file = as_file(theirs, base)
    open_ = {one.key for one in merge(base, ours, file).conflicts}
    chosen = merge(base, ours, file, dict.fromkeys(open_, "theirs"))
    assert not chosen.conflicts
    after = result(ours, chosen)
    for cut in after.conte.cuts:
        mine, his, was = (
            next(c for c in one.conte.cuts if c.id == cut.id) for one in (ours, theirs, base)
        )
        for field in TEXTS:
            takes_theirs = getattr(his, field) != getattr(was, field)
            assert getattr(cut, field) == getattr(his if takes_theirs else mine, field)
    assert after.conte.num_frames == base.conte.num_frames
    kept = merge(base, ours, file, dict.fromkeys(open_, "ours"))
    assert not kept.conflicts
    untouched = result(ours, kept)
    if LENGTHS in open_:
        assert [(c.id, c.num_frames, c.start) for c in sorted_(untouched)] == [
            (c.id, c.num_frames, c.start) for c in sorted_(ours)
        ]
        assert [(c.id, c.num_frames) for c in sorted_(after)] == [
            (c.id, c.num_frames) for c in sorted_(theirs)
        ]
    if ORDER in open_:
        assert [c.id for c in untouched.conte.cuts] == [c.id for c in ours.conte.cuts]
        assert [c.id for c in after.conte.cuts] == [c.id for c in theirs.conte.cuts]


def sorted_(working: Working) -> list[Cut]:
    return sorted(working.conte.cuts, key=lambda cut: cut.id)


def one(working: Working, at: int, **fields: Any) -> EditedVersion:
    return EditedVersion(base=None, cuts=(EditedCut(cut=working.conte.cuts[at].id, fields=fields),))


def edit(working: Working, at: int, field: str, after: Any) -> Working:
    cut = working.conte.cuts[at]
    return apply(working, Edit(cut=cut.id, field=field, before=getattr(cut, field), after=after))


def test_a_field_that_both_have_changed_is_a_conflict_with_three_values() -> None:
    base = a_working(random.Random(1))
    ours = edit(base, 1, "caption", "우리 자막")
    [conflict] = merge(base, ours, one(base, 1, caption="저쪽 자막")).conflicts
    assert (conflict.field, conflict.base, conflict.ours, conflict.theirs) == (
        "caption", "", "우리 자막", "저쪽 자막",
    )  # fmt: skip
    assert (conflict.cut, conflict.number) == (base.conte.cuts[1].id, 2)
    for choice, wanted in (("ours", "우리 자막"), ("theirs", "저쪽 자막")):
        choices: Any = {conflict.key: choice}
        chosen = merge(base, ours, one(base, 1, caption="저쪽 자막"), choices)
        assert result(ours, chosen).conte.cuts[1].caption == wanted


def test_a_text_that_differs_in_blanks_and_unicode_form_is_the_text_that_it_was() -> None:
    base = edit(a_working(random.Random(2)), 0, "caption", "가을, 다시")
    decomposed = unicodedata.normalize("NFD", "가을, 다시 ")
    assert not merge(base, base, one(base, 0, caption=decomposed)).operations


def test_a_value_that_the_field_cannot_have_is_listed_and_the_rest_is_taken() -> None:
    base = a_working(random.Random(3))
    merged = merge(base, base, one(base, 0, caption="가" * 500, size="HUGE", narration="새 말"))
    assert [op.model_dump()["field"] for op in merged.operations] == ["narration"]
    assert len(merged.unread) == 2
    assert all(unread.place == base.conte.cuts[0].id for unread in merged.unread)


def test_a_locked_field_keeps_its_value_and_is_listed() -> None:
    base = a_working(random.Random(4))
    ours = apply(base, Lock(cut=base.conte.cuts[0].id, field="caption"))
    merged = merge(base, ours, one(base, 0, caption="다른 자막"))
    assert not merged.operations
    assert "잠겨 있습니다" in merged.unread[0].reason


def test_one_length_alone_is_listed_because_no_cut_gives_its_time() -> None:
    base = a_working(random.Random(5))
    cut = base.conte.cuts[2]
    file = EditedVersion(base=None, cuts=(EditedCut(cut=cut.id, num_frames=cut.num_frames + 9),))
    merged = merge(base, base, file)
    assert not merged.operations
    assert merged.unread == (
        Unread(place=LENGTHS, reason="합하면 509프레임입니다. 영상은 500프레임입니다"),
    )


def test_two_lengths_of_a_file_without_pictures_are_one_retime() -> None:
    base = a_working(random.Random(6))
    a, b = base.conte.cuts[0], base.conte.cuts[1]
    lengths: Mapping[str, int] = {a.id: a.num_frames + 5, b.id: b.num_frames - 5}
    cuts = tuple(EditedCut(cut=one, num_frames=n) for one, n in lengths.items())
    merged = merge(base, base, EditedVersion(base=None, cuts=cuts))
    assert merged.operations == (Retime(cut=a.id, frames=a.num_frames + 5, source=b.id),)


def test_a_cut_that_the_file_has_no_more_is_removed_and_the_one_that_covers_it_is_longer() -> None:
    base = next(w for w in map(a_working, map(random.Random, range(9))) if len(w.conte.cuts) > 5)
    gone, before = base.conte.cuts[3], base.conte.cuts[2]
    theirs = apply(base, Remove(cut=gone.id, taking=before.id))
    merged = merge(base, base, as_file(theirs, base))
    assert merged.operations == (Remove(cut=gone.id, taking=before.id),)
    ours = edit(base, 3, "caption", "우리 자막")
    [*_, conflict] = [
        c for c in merge(base, ours, as_file(theirs, base)).conflicts if c.cut == gone.id
    ]
    assert conflict.theirs is None


def test_a_clip_that_is_not_of_the_version_is_listed() -> None:
    base = a_working(random.Random(7))
    file = as_file(base, base)
    strange = EditedCut(cut="stock-shot.mov", num_frames=20)
    merged = merge(base, base, file.model_copy(update={"cuts": (*file.cuts, strange)}))
    assert merged.unread == (Unread(place="stock-shot.mov", reason="내보낸 콘티에 없는 컷입니다"),)
    assert not merged.operations


def test_a_brief_cannot_be_reached_by_a_file() -> None:
    base = a_working(random.Random(8))
    file = EditedVersion(base=None, cuts=(), fields={"title": "다른 제목", "look": {"style": "x"}})
    merged = merge(base, base, file)
    assert result(base, merged).conte.title == "다른 제목"
    assert [one.place for one in merged.unread] == ["look"]
    assert result(base, merged).brief == Brief.model_validate(base.brief)
