"""A change table says exactly what differs: moves are moves, and what is untouched is counted."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from conte.brief import Brief, Product
from conte.clip import EngineId
from conte.conte import CastMember, Conte, Look, ProductEntry, Treatment
from conte.cut import Cut, DialogueLine
from conte.field_words import BRIEF_FIELDS, CONTE_FIELDS, CUT_FIELDS
from conte.production import Provenance, Revision, Version
from conte.revision.applying import apply_all
from conte.revision.causes import causes_between, causes_of
from conte.revision.change import Change, ChangeTable
from conte.revision.changes import changes
from conte.revision.moved import moved
from conte.revision.operations import EDITABLE, Operation
from conte.revision.working import Working
from conte.vocabulary import CameraMove, ProductForm, ShotSize, Transition
from tests.three_rounds import (
    ASKED_OF_FIRST,
    FIRST,
    FOURTH,
    LONG,
    SECOND,
    THIRD,
    cut_of,
    edited,
    in_order,
    with_a_child,
)

IDS = tuple(cut.id for cut in FIRST.conte.cuts)


def as_read(table: ChangeTable) -> list[tuple[object, ...]]:
    """Cut and numbers, field, what happened, kind, texts and cause."""
    return [
        (
            (row.cut or row.part, row.number_before, row.number_after),
            row.label, row.happened, row.kind, row.text_before, row.text_after, row.cause,
        )
        for row in table.rows
    ]  # fmt: skip


def untouched(table: ChangeTable) -> list[tuple[str, int, int]]:
    assert table.num_untouched == len(table.untouched)
    return [(one.cut, one.number_before, one.number_after) for one in table.untouched]


DROPS = (
    "LS 롱 샷 · 하이 앵글 · 크레인 다운\n도로 1 · 밤\n"
    + LONG.replace("은색 세단", "흰색 소형 SUV")
    + "\n1.5초 (45프레임)"
)


def test_the_first_round_is_told_field_by_field_with_what_asked_for_it() -> None:
    table = changes(FIRST, SECOND, ASKED_OF_FIRST)
    short = "끝 컷이 너무 짧습니다."
    rain, stop, name = ("c_rain", 1, 1), ("c_stop", 2, 2), ("c_name", 5, 5)
    assert as_read(table) == [
        (("conte", None, None), "슬로건", "edited", "words",
         "멈출 때를 아는 타이어", "멈출 때를 아는 단 하나의 타이어", None),
        (("look", None, None), "룩 · 조명", "edited", "picture",
         "low key", "soft key", "화면이 전체적으로 어둡습니다."),
        (rain, "초수", "edited", "time", "4초 (120프레임)", "3.5초 (105프레임)", short),
        (rain, "화면 설명", "edited", "picture",
         LONG, LONG.replace("은색 세단", "흰색 소형 SUV"), None),
        (rain, "영상 프롬프트", "edited", "picture", "a wet road at night, no text, no letters",
         "a white compact SUV on a wet road at night, no text, no letters", None),
        (stop, "내레이션", "edited", "words",
         "멈춰야 할 때가 있습니다.", "멈춰야 할 순간이 있습니다.", None),
        (name, "초수", "edited", "time", "4.33초 (130프레임)", "4.83초 (145프레임)", short),
        (name, "샷 크기", "edited", "picture",
         "CU 클로즈업", "ECU 익스트림 클로즈업", "제품을 더 크게 보여 주세요."),
        (name, "자막", "edited", "words", "", "젖은 길에서도, 그립 맥스", None),
    ]  # fmt: skip
    assert untouched(table) == [("c_grip", 3, 3), ("c_home", 4, 4)]
    assert [row.label for row in table.rows if row.internal] == ["영상 프롬프트"]


def test_the_second_round_is_a_split_a_move_and_edits() -> None:
    table = changes(SECOND, THIRD)
    grip = ("c_grip", 3, 5)
    assert as_read(table) == [
        (("brief", None, None), "브리프 · 꼭 보여 줄 것", "edited", "picture",
         "", "빗길 제동", None),
        (("sheet", None, None), "등장인물 · 운전자 · 설명", "edited", "picture",
         "", "서른다섯 살 여성, 짧은 머리, 회색 코트", None),
        (("c_rain", 1, 1), "초수", "edited", "time",
         "3.5초 (105프레임)", "2초 (60프레임)", None),
        (("c_drop", None, 2), "컷 나눔", "split", "order", "1컷의 일부", DROPS, None),
        (("c_home", 4, 3), "순서", "moved", "order", "4번째", "3번째", None),
        (grip, "등장", "edited", "picture", "그립 맥스", "그립 맥스 · 운전자", None),
        (grip, "대사", "edited", "words", "", "운전자: “이제 안심이야.”", None),
        (grip, "장면 전환", "edited", "picture", "컷", "디졸브", None),
    ]  # fmt: skip
    assert untouched(table) == [("c_stop", 2, 4), ("c_name", 5, 6)]
    assert [row.other for row in table.rows if row.happened == "split"] == ["c_rain"]


def test_the_third_round_is_a_merge_a_removal_and_a_new_cut() -> None:
    table = changes(THIRD, FOURTH)
    assert as_read(table) == [
        (("conte", None, None), "제목", "edited", "words", "젖은 길", "빗길에서", None),
        (("c_rain", 1, 1), "초수", "edited", "time",
         "2초 (60프레임)", "3.5초 (105프레임)", None),
        (("c_drop", 2, None), "컷 합침", "merged", "order", DROPS, "1컷에 합침", None),
        (("c_stop", 4, None), "컷 삭제", "removed", "order",
         "MCU 미디엄 클로즈업 · 아이 레벨 · 핸드헬드\n도로 2 · 밤\n젖은 도로\n"
         "내레이션: 멈춰야 할 순간이 있습니다.\n3.5초 (105프레임)", "", None),
        (("c_grip", 5, 3), "초수", "edited", "time",
         "4.5초 (135프레임)", "5초 (150프레임)", None),
        (("c_sale", None, 4), "컷 추가", "added", "order", "",
         "MS 미디엄 샷 · 아이 레벨 · 고정\n한빛타이어 매장 · 낮\n점원이 타이어를 차에 끼운다.\n"
         "자막: 지금 매장에서\n3초 (90프레임)", None),
    ]  # fmt: skip
    assert untouched(table) == [("c_home", 3, 2), ("c_name", 6, 5)]


def test_a_table_over_three_rounds_leaves_out_what_came_and_went() -> None:
    table = changes(FIRST, FOURTH)
    happened = [(row.cut, row.happened) for row in table.rows if row.happened != "edited"]
    assert happened == [("c_stop", "removed"), ("c_home", "moved"), ("c_sale", "added")]
    assert "c_drop" not in {row.cut for row in table.rows}


def test_a_table_can_be_had_in_english() -> None:
    table = changes(THIRD, FOURTH, language="en")
    assert [(row.label, row.text_after) for row in table.rows[1:4]] == [
        ("Length", "3.5 s (105 frames)"),
        ("Cut merged", "merged into cut 1"),
        ("Cut removed", ""),
    ]


@pytest.mark.parametrize("version", [FIRST, SECOND, THIRD, FOURTH])
def test_of_two_equal_versions_the_table_is_empty(version: Working) -> None:
    again = Working.model_validate_json(version.model_dump_json())
    table = changes(version, again)
    assert table.rows == ()
    assert table.num_untouched == len(version.conte.cuts)


def test_a_lock_is_no_change() -> None:
    locked = edited(FIRST, c_grip={"locked": ("caption",)})
    assert changes(FIRST, locked).rows == ()


def test_moving_the_last_cut_to_the_front_names_that_cut_alone() -> None:
    table = changes(FIRST, in_order(FIRST, IDS[4], *IDS[:4]))
    assert [(row.cut, row.before, row.after) for row in table.rows] == [("c_name", 5, 1)]
    assert untouched(table) == [("c_rain", 1, 2), ("c_stop", 2, 3), ("c_grip", 3, 4),
                                ("c_home", 4, 5)]  # fmt: skip


@pytest.mark.parametrize("asked", ["c_stop", "c_grip"])
def test_of_two_swapped_neighbours_the_one_that_was_asked_for_has_moved(asked: str) -> None:
    swapped = in_order(FIRST, IDS[0], IDS[2], IDS[1], *IDS[3:])
    table = changes(FIRST, swapped, {(asked, "order"): "순서를 바꿔 주세요."})
    assert [(row.cut, row.cause) for row in table.rows] == [(asked, "순서를 바꿔 주세요.")]


def test_a_removed_cut_makes_no_move_of_those_behind_it() -> None:
    table = changes(FIRST, in_order(FIRST, *IDS[1:]))
    assert [(row.cut, row.happened) for row in table.rows] == [("c_rain", "removed")]
    assert table.num_untouched == 4


def test_a_move_that_keeps_its_number_is_told_by_the_cut_it_has_passed() -> None:
    first, second = (
        FIRST.conte.cuts[0].model_copy(update={"id": one}) for one in ("c_one1", "c_two2")
    )
    version = in_order(FIRST, "c_grip", "c_home", "c_stop", first, second)
    base = in_order(FIRST, "c_rain", "c_name", "c_stop", "c_grip", "c_home")
    (row,) = [row for row in changes(base, version).rows if row.happened == "moved"]
    assert (row.cut, row.number_before, row.number_after) == ("c_stop", 3, 3)
    assert (row.text_before, row.text_after) == ("기존 4컷 앞", "기존 4컷 뒤")


def test_a_sheet_s_entries_come_go_and_change_places() -> None:
    with_child = Working(conte=with_a_child(FIRST), brief=FIRST.brief)
    rows = changes(FIRST, with_child).rows
    assert [(row.label, row.happened, row.text_after) for row in rows] == [
        ("등장인물 추가", "added", "아이"),
        ("등장인물·제품 · 순서", "moved", "아이 · 그립 맥스 · 운전자"),
    ]
    (gone,) = changes(with_child, FIRST).rows
    assert (gone.label, gone.happened, gone.text_before) == ("등장인물 삭제", "removed", "아이")


def test_a_picture_or_a_length_is_not_compared_by_words() -> None:
    images = [f"images/{digits * 32}.png" for digits in ("a1", "b2")]
    base = edited(FIRST, driver={"image": images[0]})
    (length, picture) = changes(
        base, edited(base, driver={"image": images[1]}, brief={"duration_s": 30.0})
    ).rows
    assert (length.text_before, length.text_after) == ("20초", "30초")
    assert (picture.text_before, picture.text_after) == ("사진 a1a1a1a1", "사진 b2b2b2b2")
    assert length.runs == picture.runs == ()


def test_a_removed_cut_stands_behind_the_cut_that_it_stood_behind() -> None:
    # c_home, which came before it, has gone to the front itself.
    version = in_order(FIRST, "c_home", "c_rain", "c_stop", "c_grip")
    rows = changes(FIRST, edited(version, c_grip={"caption": "그립"})).rows
    assert [(row.cut, row.happened) for row in rows] == [
        ("c_home", "moved"), ("c_grip", "edited"), ("c_name", "removed"),
    ]  # fmt: skip


def test_every_field_that_can_change_has_a_name_in_both_languages() -> None:
    hidden = {"id", "number", "locked", "split_from"}
    assert set(Cut.model_fields) - hidden <= set(CUT_FIELDS)
    assert set(EDITABLE) <= set(CUT_FIELDS)
    assert set(Treatment.model_fields) <= set(CONTE_FIELDS)
    assert {f"look.{name}" for name in Look.model_fields} <= set(CONTE_FIELDS)
    for kind, entry in (("cast", CastMember), ("product", ProductEntry)):
        named = {f"{kind}.{name}" for name in entry.model_fields if name not in ("kind", "id")}
        assert named <= set(CONTE_FIELDS)
    assert set(Brief.model_fields) - {"product"} <= set(BRIEF_FIELDS)
    assert {f"product.{name}" for name in Product.model_fields} <= set(BRIEF_FIELDS)


def settled(*operations: dict[str, Any]) -> list[Operation]:
    return [TypeAdapter[Operation](Operation).validate_python(one) for one in operations]


def edit(cut: str, field: str, before: Any, after: Any) -> dict[str, Any]:
    return {"op": "edit", "cut": cut, "field": field, "before": before, "after": after}


@pytest.mark.parametrize(
    "sent",
    [
        edit("c_name", "caption", "", "젖은 길에서도"),
        {"op": "edit_treatment", "field": "title", "before": "젖은 길", "after": "빗길에서"},
        {"op": "edit_look", "field": "lens", "before": "35 mm", "after": "50 mm"},
        {"op": "edit_sheet", "entry": "driver", "field": "name", "before": "운전자",
         "after": "지우"},
        {"op": "edit_sheet", "entry": "robot", "field": "entry", "before": None, "after":
         {"kind": "cast", "id": "robot", "name": "로봇", "description": "", "prompt": "a robot"}},
        {"op": "edit_brief", "field": "product.category", "before": "", "after": "타이어"},
        {"op": "move", "cut": "c_grip", "after": None},
        {"op": "move", "cut": "c_grip", "after": "c_rain"},
        {"op": "move", "cut": "c_stop", "after": "c_grip"},
        {"op": "retime", "cut": "c_rain", "frames": 100, "from": "c_stop"},
        {"op": "remove", "cut": "c_stop"},
        {"op": "split", "cut": "c_grip", "at": 60, "into": "c_half"},
        {"op": "merge", "cut": "c_rain", "next": "c_stop"},
    ],
)  # fmt: skip
def test_what_asked_for_an_operation_stands_beside_every_row_it_made(sent: dict[str, Any]) -> None:
    operations = settled(sent)
    causes = causes_of(FIRST, [(one, "고쳐 주세요.") for one in operations])
    rows = changes(FIRST, apply_all(FIRST, operations), causes).rows
    assert rows and [row.cause for row in rows] == ["고쳐 주세요."] * len(rows)
    if sent["op"] == "move":
        assert [row.cut for row in rows] == [sent["cut"]]


def test_a_field_that_two_asked_for_names_each_once_and_others_none() -> None:
    operations = settled(
        edit("c_name", "caption", "", "하나"), edit("c_name", "caption", "하나", "둘"),
        edit("c_name", "caption", "둘", "셋"), edit("c_name", "music", "", "피아노"),
    )  # fmt: skip
    asked = ["자막을 넣어 주세요.", "더 짧게", "자막을 넣어 주세요.", ""]
    causes = causes_of(FIRST, zip(operations, asked, strict=True))
    assert causes == {("c_name", "caption"): "자막을 넣어 주세요.\n더 짧게"}


def version_of(number: int, state: Working, revision: Revision | None = None) -> Version:
    by = Provenance(engine=EngineId(name="e", revision="1", label="e"), seed=1)
    return Version(
        number=number, conte=state.conte, findings=(), provenance=by, created_at=0,
        brief=state.brief, revision=revision,
    )  # fmt: skip


def test_causes_of_several_rounds_come_from_each_version_s_own_base() -> None:
    first = edit("c_name", "caption", "", "하나")
    second = edit("c_name", "caption", "하나", "둘")
    astray = edit("c_name", "music", "재즈", "피아노")
    states = [FIRST, apply_all(FIRST, settled(first)), apply_all(FIRST, settled(first, second))]
    revisions = [
        None,
        Revision(base=1, operations=(first,), causes=("짧게",)),
        # One that cannot be read, one that no longer applies, and one without a text.
        Revision(
            base=2, operations=({"op": "dance"}, astray, second), causes=("?", "?", "더 짧게")
        ),
    ]
    versions = [
        version_of(number, state, revision)
        for number, (state, revision) in enumerate(zip(states, revisions, strict=True), 1)
    ]
    assert causes_between(versions) == {("c_name", "caption"): "짧게\n더 짧게"}
    assert causes_between(versions[1:]) == {("c_name", "caption"): "더 짧게"}
    assert causes_between([versions[0], versions[2]]) == {}


def happened(operations: list[Operation], base: Working = FIRST) -> list[tuple[str, str, str]]:
    rows = changes(base, apply_all(base, operations)).rows
    return [(row.cut, row.happened, row.text_after) for row in rows if row.field == "whole"]


def test_halves_that_are_merged_again_leave_no_trace() -> None:
    there = {"op": "split", "cut": "c_grip", "at": 60, "into": "c_half"}
    back = {"op": "merge", "cut": "c_grip", "next": "c_half"}
    assert changes(FIRST, apply_all(FIRST, settled(there, back))).rows == ()
    halved = apply_all(FIRST, settled(there))
    assert happened(settled(back), halved) == [("c_half", "merged", "3컷에 합침")]


def test_a_half_that_is_split_again_comes_from_the_half() -> None:
    halved = apply_all(FIRST, settled({"op": "split", "cut": "c_grip", "at": 60, "into": "c_half"}))
    again = settled({"op": "split", "cut": "c_half", "at": 30, "into": "c_quarter"})
    (row,) = [
        row for row in changes(halved, apply_all(halved, again)).rows if row.cut == "c_quarter"
    ]
    assert (row.happened, row.other, row.text_before) == ("split", "c_half", "4컷의 일부")


def test_two_cuts_become_one_with_the_words_of_both() -> None:
    merging = settled({"op": "merge", "cut": "c_rain", "next": "c_stop"})
    assert happened(merging) == [("c_stop", "merged", "1컷에 합침")]


@pytest.mark.parametrize("taking", [None, "c_grip", "c_rain"])
def test_a_removed_cut_whose_words_are_gone_is_merged_into_none(taking: str | None) -> None:
    assert happened(settled({"op": "remove", "cut": "c_stop", "taking": taking})) == [
        ("c_stop", "removed", "")
    ]


orders = st.lists(st.sampled_from("abcdefg"), unique=True, max_size=7)


@given(before=orders, after=orders, rather=st.sets(st.sampled_from("abcdefg")))
@settings(max_examples=60, derandomize=True)
def test_no_fewer_moves_explain_an_order(
    before: list[str], after: list[str], rather: set[str]
) -> None:
    common = [one for one in after if one in before]
    wanted = max(
        (len(kept), -len(rather & set(kept)))
        for size in range(len(common) + 1)
        for kept in combinations(common, size)
        if [before.index(one) for one in kept] == sorted(before.index(one) for one in kept)
    )
    kept = set(common) - moved(before, after, rather)
    assert (len(kept), -len(rather & kept)) == wanted


cut_edits = st.fixed_dictionaries(
    {},
    optional={
        "size": st.sampled_from(ShotSize),
        "move": st.sampled_from(CameraMove),
        "num_frames": st.integers(24, 200),
        "start": st.integers(0, 9),
        "caption": st.sampled_from(["", "젖은 길", "젖은 길에서도"]),
        "narration": st.text("가나 다", max_size=9).map(str.strip),
        "dialogue": st.sampled_from([(), (DialogueLine(speaker="운전자", text="가자."),)]),
        "shows": st.sampled_from([(), ("tire",), ("driver", "tire")]),
        "continues": st.booleans(),
        "take": st.sampled_from(["", "t_0123456789ab"]),
    },
)
entry_edits = st.sampled_from(
    [{}, {"name": "그립"}, {"prompt": "a tyre", "description": "검은 고무"}]
)


def test_a_removed_cut_of_few_words_whose_transition_is_gone_is_merged_into_none() -> None:
    base = edited(FIRST, c_stop={"narration": "", "transition": Transition.DISSOLVE})
    removal = settled({"op": "remove", "cut": "c_stop", "taking": "c_rain"})
    assert happened(removal, base) == [("c_stop", "removed", "")]


@st.composite
def revised(draw: st.DrawFn) -> Working:
    """Any version that edits, moves, splits, removals and new cuts can make of the first."""
    kept = draw(st.lists(st.sampled_from(IDS), min_size=4, unique=True))
    cuts: list[Cut | str] = list(kept)
    for at in range(draw(st.integers(0, 3))):
        source = draw(st.sampled_from(IDS))
        split = draw(st.sampled_from(["", source]))
        new = cut_of(FIRST, source).model_copy(update={"id": f"c_new{at}", "split_from": split})
        cuts.insert(draw(st.integers(0, len(cuts))), new)
    version = in_order(FIRST, *cuts)
    edits: dict[str, Any] = {cut.id: draw(cut_edits) for cut in version.conte.cuts}
    edits |= {"tire": draw(entry_edits), "driver": draw(entry_edits)}
    edits["look"] = draw(st.sampled_from([{}, {"palette": ("#000000", "#ffffff", "#ff0000")}]))
    edits["brief"] = draw(st.sampled_from([{}, {"must_show": ("비", "길")}, {"cuts": 5}]))
    version = edited(version, **edits)
    sheet = draw(st.permutations([*version.conte.sheet, *draw(st.sampled_from([[], [ROBOT]]))]))
    return edited(version, conte={"sheet": tuple(sheet)})


ROBOT = ProductEntry(
    id="robot", name="로봇", form=ProductForm.TOY, description="", prompt="a robot"
)  # fmt: skip


def applied(base: Working, rows: tuple[Change, ...]) -> Working:
    """The base with the rows' after-values, and with nothing that the rows do not say."""
    conte: dict[str, Any] = base.conte.model_dump(mode="json")
    brief: dict[str, Any] = base.brief.model_dump(mode="json")
    cuts = {cut["id"]: cut for cut in conte.pop("cuts")}
    sheet = {entry["id"]: entry for entry in conte.pop("sheet")}
    placed: dict[int, str] = {}
    for row in rows:
        known, one = (cuts, row.cut) if row.part == "cut" else (sheet, row.entry)
        part = {"brief": brief, "conte": conte, "look": conte["look"]}.get(row.part)
        if row.field == "whole" and row.after is None:
            del known[one]
        elif row.field == "whole":
            known[one] = row.after
        elif row.field == "order" and row.part == "sheet":
            sheet = {entry: sheet[entry] for entry in row.after}
        elif row.field != "order":
            within, _, name = row.field.rpartition(".")
            target = known[one] if part is None else part[within] if within else part
            target[name] = row.after
        if row.part == "cut" and row.happened in ("added", "split", "moved"):
            assert row.number_after is not None
            placed[row.number_after] = one
    rest = iter([one for one in cuts if one not in placed.values()])
    order = [placed[at] if at in placed else next(rest) for at in range(1, len(cuts) + 1)]
    conte["cuts"] = [{**cuts[one], "number": at} for at, one in enumerate(order, 1)]
    conte["sheet"] = list(sheet.values())
    return Working(conte=Conte.model_validate(conte), brief=Brief.model_validate(brief))


@given(version=revised())
@settings(max_examples=80, derandomize=True)
def test_the_rows_are_exactly_the_difference(version: Working) -> None:
    table = changes(FIRST, version)
    assert applied(FIRST, table.rows) == version
    back = changes(version, FIRST)
    assert applied(version, back.rows) == FIRST
    assert all(row.before != row.after or row.happened == "moved" for row in table.rows)
    assert ChangeTable.model_validate_json(table.model_dump_json()) == table
    shared = [cut.id for cut in version.conte.cuts if cut.id in IDS]
    named = {row.cut for row in table.rows}
    assert [one.cut for one in table.untouched] == [cut for cut in shared if cut not in named]
