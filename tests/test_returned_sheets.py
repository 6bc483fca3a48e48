"""Workbooks and decks that come back edited: exactly what people changed, nothing guessed."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from conte.edition import Edition
from conte.revision.applying import apply
from conte.revision.edited import EditedVersion
from conte.revision.merging import Merged, merge
from conte.revision.operations import Edit, Move, Remove, Retime
from conte.revision.working import Working
from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.deck import deck
from deployments.deliverables.sheets.workbook import workbook
from serve.bounded import Bounded, Unusable
from serve.bounded.limits import MIB
from serve.returned.reading import LIMITS, read_edited
from tests.exported_editions import full, written
from tests.returned_sheets import (
    cell,
    edited_deck,
    edited_workbook,
    hostile_sheets,
    inline,
    line,
    repacked,
)
from tests.test_sheets import commented

NOTHING = Merged(operations=(), conflicts=(), unread=())


@pytest.fixture(scope="module")
def edition() -> Edition:
    return commented(full(written("tire", cuts=8)))


@pytest.fixture(scope="module")
def base(edition: Edition) -> Working:
    return Working(conte=edition.conte, brief=edition.brief)


@pytest.fixture(scope="module")
def book(edition: Edition) -> bytes:
    return workbook(Material(edition))


@pytest.fixture(scope="module")
def show(edition: Edition) -> bytes:
    return deck(Material(edition))


def read(data: bytes) -> EditedVersion:
    return EditedVersion.model_validate_json(read_edited(data, 30).text)


def merged(base: Working, data: bytes, ours: Working | None = None) -> Merged:
    return merge(base, ours or base, read(data))


def listed(found: Merged) -> list[str]:
    return [f"{one.place}: {one.reason}" for one in found.unread]


def reordered(at: int, to: int) -> Callable[[Any, dict[str, int]], None]:
    """Cut a line out and put it in before another, as a person does."""

    def change(sheet: Any, _: dict[str, int]) -> None:
        values = [cell.value for cell in sheet[4 + at]]
        sheet.delete_rows(4 + at)
        sheet.insert_rows(4 + to)
        for column, value in enumerate(values, 1):
            sheet.cell(4 + to, column).value = value

    return change


def without(*lines: int) -> Callable[[Any, dict[str, int]], None]:
    def change(sheet: Any, _: dict[str, int]) -> None:
        for at in sorted(lines, reverse=True):
            sheet.delete_rows(4 + at)

    return change


def test_an_unedited_file_changes_nothing_whoever_saved_it(
    base: Working, book: bytes, show: bytes
) -> None:
    for data in (book, edited_workbook(book), inline(book), show, edited_deck(show)):
        assert merged(base, data) == NOTHING
        found = read(data)
        assert found.base is not None
        assert (found.base.production, found.base.version, found.fps) == (
            "prd_01h00000000000000000000000", 2, 30,
        )  # fmt: skip


@pytest.mark.parametrize("saved", [lambda data: data, inline])
def test_a_line_and_two_lengths_of_a_workbook_are_an_edit_and_a_retime(
    base: Working, book: bytes, saved: Callable[[bytes], bytes]
) -> None:
    first, second, third = base.conte.cuts[:3]
    s = [round(cut.num_frames / 30, 3) for cut in base.conte.cuts]
    data = edited_workbook(
        saved(book), cell(1, "자막", "고친 자막\n둘째 줄"), cell(2, "초수", s[1] + 10 / 30),
        cell(3, "프레임", third.num_frames - 10),
    )  # fmt: skip
    found = merged(base, data)
    assert found.operations == (
        Retime(cut=second.id, frames=second.num_frames + 10, source=third.id),
        Edit(cut=first.id, field="caption", before=first.caption, after="고친 자막\n둘째 줄"),
    )
    assert (found.conflicts, found.unread) == ((), ())


def test_words_of_the_vocabulary_and_of_people_are_read_in_either_language(
    base: Working, book: bytes
) -> None:
    cut = base.conte.cuts[2]
    data = edited_workbook(
        book,
        cell(3, "샷", "롱 샷"), cell(3, "카메라", "dolly in"), cell(3, "앵글", " 로우  앵글"),
        cell(3, "장면 전환", "디졸브"), cell(3, "시간대", "NIGHT"), cell(3, "장소", "한강 다리"),
        cell(3, "대사", "지우: “여기예요.”\n민: 네"), cell(3, "NA", None), cell(3, "BGM", "=1+1"),
    )  # fmt: skip
    # openpyxl writes `=1+1` as a formula without a value.
    found = merged(base, data)
    wanted = {
        "size": "LS", "move": "dolly_in", "angle": "low", "transition": "dissolve",
        "time_of_day": "night", "place": "한강 다리", "narration": "",
        "dialogue": [{"speaker": "지우", "text": "여기예요."}, {"speaker": "민", "text": "네"}],
    }  # fmt: skip
    stands = {name for name, value in wanted.items() if getattr(cut, name) == value}
    assert {op.field: op.after for op in found.operations if isinstance(op, Edit)} == {
        name: value for name, value in wanted.items() if name not in stands
    }
    assert listed(found) == [f"{cut.id} BGM: a formula whose value the file does not have"]


def test_a_line_that_was_moved_is_a_move(base: Working, book: bytes, show: bytes) -> None:
    cuts = [cut.id for cut in base.conte.cuts]
    wanted = (Move(cut=cuts[4], after=cuts[0]),)
    assert merged(base, edited_workbook(book, reordered(5, 2))) == Merged(
        operations=wanted, conflicts=(), unread=()
    )

    def second(show: Any) -> None:
        slides = show.slides._sldIdLst
        slide = slides[5]
        slides.remove(slide)
        slides.insert(2, slide)

    assert merged(base, edited_deck(show, second)).operations == wanted


def test_a_line_that_is_gone_is_a_removal_if_others_have_its_time_and_listed_if_not(
    base: Working, book: bytes
) -> None:
    gone, taker = base.conte.cuts[3], base.conte.cuts[4]
    alone = merged(base, edited_workbook(book, without(4)))
    assert alone.operations == ()
    left = base.conte.num_frames - gone.num_frames
    assert f"합하면 {left}프레임입니다" in "".join(listed(alone))
    longer = cell(5, "프레임", taker.num_frames + gone.num_frames)
    assert merged(base, edited_workbook(book, longer, without(4))).operations == (
        Remove(cut=gone.id, taking=taker.id),
    )


def test_what_is_not_understood_is_listed_and_nothing_is_guessed(
    base: Working, book: bytes
) -> None:
    cuts = base.conte.cuts
    more = [*[None] * 7, "새 컷"]

    def added(sheet: Any, columns: dict[str, int]) -> None:
        sheet.append(more)
        sheet.append([cell.value for cell in sheet[5]])
        sheet.cell(2, 1).value = "다른 광고주"
        sheet.cell(4, 30).value = "담당자"
        sheet.cell(5, 30).value = "민지"

    odd = {
        (1, "샷"): "아주 큰 샷", (2, "초수"): 3.55, (3, "프레임"): "많이", (4, "초수"): "0:03",
        (5, "대사"): "말하는 사람 없음", (6, "컷"): 2, (7, "누적"): 99, (8, "의견"): "좋아요",
        (8, "자막"): 50,
    }  # fmt: skip
    data = edited_workbook(book, *(cell(*place, value) for place, value in odd.items()), added)
    found = merged(base, data)
    assert found.operations == found.conflicts == ()
    told = listed(found)
    ids = [cut.id for cut in cuts]
    for start in (
        f"{ids[0]} 샷: got 아주 큰 샷, wanted one of", f"{ids[1]} 초수: 3.55 seconds are 106.5 frames",
        f"{ids[2]} 프레임: got 많이", f"{ids[3]} 초수: got 0:03", f"{ids[4]} 대사: got 말하는",
        f"{ids[5]} 컷: numbers follow from the order", f"{ids[6]} 누적: it follows from the lengths",
        f"{ids[7]} 의견: a remark: 좋아요", f"{ids[7]} 자막: it is the number 50",
        "콘티 13: a line without the id of a cut: 새 컷", f"{ids[0]}: 파일에 두 번 이상 나옵니다",
        "콘티 2: a line that is not read: 다른 광고주", "콘티 담당자: 1 cells",
    ):  # fmt: skip
        assert [one for one in told if one.startswith(start)], (start, told)


def test_a_deck_comes_back_as_a_workbook_does(base: Working, show: bytes) -> None:
    _, second, third = base.conte.cuts[:3]

    def strange(show: Any) -> None:
        title = next(one for one in show.slides[0].shapes if one.name == "conte title")
        title.text_frame.text = "새 제목"
        show.slides[2].shapes[0].text_frame.text = "머리말을 고침"
        box = show.slides[3].notes_slide.notes_text_frame
        box.text = f"여기는 밝게\n{box.text}"
        show.slides.add_slide(show.slide_layouts[6])

    data = edited_deck(
        show,
        line(1, "자막", "고친 자막"), line(2, "초수", f"{second.num_frames / 30 + 1 / 30:.3f}초"),
        line(3, "초수", f"{(third.num_frames - 1) / 30:.2f}"), strange,
    )  # fmt: skip
    found = merged(base, data)
    assert [op.op for op in found.operations] == ["retime", "edit", "edit_treatment"]
    assert found.operations[0] == Retime(
        cut=second.id, frames=second.num_frames + 1, source=third.id
    )
    assert listed(found) == [
        "slide 3: a text that is not read: 머리말을 고침",
        "slide 4: a note: 여기는 밝게",
        "slide 10: a slide of no cut",
    ]


def test_a_deck_whose_names_or_notes_were_lost_is_still_read(base: Working, show: bytes) -> None:
    nameless = repacked(
        show, {r"ppt/slides/.*": lambda xml: re.sub(r'name="table [^"]*"', "", xml)}
    )
    assert merged(base, nameless) == NOTHING
    noteless = repacked(show, {r"ppt/notesSlides/notesSlide\d\.xml": lambda _: "<p/>"})
    found = read(noteless)
    assert found.base is None
    assert [one.cut for one in found.cuts] == [cut.id for cut in base.conte.cuts]


def test_an_old_workbook_against_a_later_draft_lists_its_conflicts_and_writes_nothing(
    base: Working, book: bytes, show: bytes
) -> None:
    first, second = base.conte.cuts[:2]
    ours = base
    for cut, field, after in ((first, "caption", "우리 자막"), (second, "narration", "우리 말")):
        ours = apply(ours, Edit(cut=cut.id, field=field, before=getattr(cut, field), after=after))
    for data in (
        edited_workbook(book, cell(1, "자막", "저쪽 자막"), cell(2, "NA", "우리 말")),
        edited_deck(show, line(1, "자막", "저쪽 자막"), line(2, "NA", "우리 말")),
    ):
        found = merged(base, data, ours)
        [one] = found.conflicts
        assert (one.key, one.base, one.ours, one.theirs) == (
            f"{first.id}.caption", first.caption, "우리 자막", "저쪽 자막",
        )  # fmt: skip
        assert found.operations == ()
        chosen = merge(base, ours, read(data), {one.key: "theirs"})
        assert [op.after for op in chosen.operations if isinstance(op, Edit)] == ["저쪽 자막"]


def test_english_sheets_come_back_too() -> None:
    edition = written("shoes")
    base = Working(conte=edition.conte, brief=edition.brief)
    cut = base.conte.cuts[0]
    found = merged(base, edited_workbook(workbook(Material(edition)), cell(1, "Caption", "New")))
    assert found.operations == (Edit(cut=cut.id, field="caption", before=cut.caption, after="New"),)
    assert merged(base, deck(Material(edition))) == NOTHING


def test_hostile_workbooks_and_decks_are_refused_in_a_sentence_within_bounds(
    book: bytes, show: bytes
) -> None:
    taken: list[str] = []
    reasons: list[str] = []
    with Bounded(LIMITS, foreground=True) as child:
        for name, data in hostile_sheets(book, show):
            try:
                child.call(read_edited, data, 30)
                taken.append(name)
            except Unusable as error:
                reasons.append(str(error))
        answer = child.call(read_edited, book, 30)
    assert not taken
    assert all(5 < len(reason) <= 220 for reason in reasons)
    assert answer.peak_bytes < 512 * MIB
