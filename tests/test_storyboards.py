"""Agencies' own storyboards are read: 40 made sheets in 12 layouts, our own exports, hostile files."""

from pathlib import Path

import pytest

from conte.edition import Edition
from conte.storyboards.sheet import FIELDS, SheetCut, StoryboardSheet, Sure
from conte.vocabulary import Transition
from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.conte_pdf import conte_pdf
from deployments.deliverables.sheets.deck import deck
from deployments.deliverables.sheets.shot_list import shot_list
from deployments.deliverables.sheets.workbook import workbook
from serve.bounded import Bounded, Unusable
from serve.storyboards.door import LIMITS, read_storyboard
from tests.archived_sheets import (
    LAYOUTS,
    MadeCut,
    MadeSheet,
    broken_sheets,
    made_sheets,
    panel,
    table_document,
)
from tests.exported_editions import full, stills_of, written
from tests.returned_sheets import hostile_sheets, repacked


def read(data: bytes) -> tuple[StoryboardSheet, tuple[bytes, ...]]:
    found = read_storyboard(data)
    return StoryboardSheet.model_validate_json(found.text), tuple(found.blobs)


@pytest.fixture(scope="module")
def sheets() -> list[MadeSheet]:
    return made_sheets()


def wanted_of(cut: MadeCut, field: str, layout: str) -> object:
    """What is to be read of a made cut's field; None: nothing stands there."""
    value: object
    if field in ("size", "angle", "move"):
        value = getattr(cut, field)[1]
    elif field == "action":
        value = f"{cut.action} {cut.action}" if layout == "page.pdf" else cut.action
    elif field == "length":
        value = cut.half_seconds / 2
    elif field == "number":
        value = f"S#{cut.number}" if layout == "camera.xlsx" else str(cut.number)
    else:
        value = getattr(cut, field)
    return value or None


def said_in(cut: SheetCut, field: str, fps: int) -> object:
    seen = getattr(cut, field)
    if seen is None:
        return None
    return seen.value.in_frames(fps) / fps if field == "length" else seen.value


def test_forty_sheets_in_twelve_layouts_are_read_field_by_field(sheets: list[MadeSheet]) -> None:
    assert len(sheets) + len(broken_sheets()) == 40
    assert len({sheet.layout for sheet in sheets}) == len(LAYOUTS) == 12
    wrong: list[str] = []
    for made in sheets:
        sheet, pictures = read(made.data)
        if len(sheet.cuts) != len(made.cuts):
            wrong.append(f"{made.name}: {len(sheet.cuts)} cuts, made were {len(made.cuts)}")
            continue
        fps = sheet.fps.value if sheet.fps else 30
        for cut, was in zip(sheet.cuts, made.cuts, strict=True):
            for field in FIELDS:
                if field == "picture":
                    own = field in made.shows
                    if own != (cut.picture is not None):
                        wrong.append(f"{made.name} {was.number}: picture {cut.picture}")
                    continue
                want = wanted_of(was, field, made.layout) if field in made.shows else None
                got = said_in(cut, field, fps)
                if got != want:
                    wrong.append(f"{made.name} {was.number} {field}: {got!r}, wanted {want!r}")
        if "picture" in made.shows:
            kept = [cut.picture.value for cut in sheet.cuts if cut.picture]
            assert len(set(kept)) == len(made.cuts) == len(pictures), made.name
            if made.layout != "page.pdf":  # what a page shows is drawn anew
                assert [pictures[at] for at in kept] == [panel(c.number) for c in made.cuts]
    assert wrong == []


def test_every_value_says_where_it_stands_and_how_sure_it_is(sheets: list[MadeSheet]) -> None:
    sheet, _ = read(next(one.data for one in sheets if one.layout == "agency.xlsx"))
    first = sheet.cuts[0]
    assert first.action is not None
    assert (first.action.place, first.action.sure) == ("콘티 C5", Sure.CERTAIN)
    assert first.size is not None
    assert (first.size.place, first.size.sure) == ("콘티 C5", Sure.LIKELY)
    for name, text in (
        ("title", "겨울 캠페인 스토리보드"),
        ("advertiser", "한빛타이어"),
        ("product", "윈터그립"),
    ):
        assert getattr(sheet, name).value == text
    assert sheet.title is not None
    assert sheet.title.sure is Sure.LIKELY
    assert sheet.total is not None


def test_three_and_twelve_cuts_are_told_and_not_squeezed(sheets: list[MadeSheet]) -> None:
    numbers = {len(read(one.data)[0].cuts) for one in sheets if one.layout == "old.csv"} | {
        len(read(one.data)[0].cuts) for one in sheets if one.layout == "english.csv"
    }
    assert {3, 12} <= numbers


def test_what_is_not_understood_is_listed_and_stays_empty() -> None:
    data = (
        "컷,샷,카메라,화면 설명,담당 PD,자막,초수\n1,인서트,팬,눈이 온다.,김,첫눈,3\n"
        "2,풀샷,좌로 팬,차가 멈춘다.,이,,미정\n3,풀샷에서 클로즈업,고정,문이 열린다.,,,2초\n"
    ).encode()
    sheet, _ = read(data)
    first, second, third = sheet.cuts
    assert first.size is None
    assert first.move is None  # which way it pans is not said
    assert second.length is None
    assert third.size is not None
    assert third.size.sure is Sure.GUESSED
    told = {(one.place, one.reason) for one in sheet.unread}
    assert ("line 2 column 2", "no word of the camera that is known: 인서트") in told
    assert ("line 2 column 3", "no word of the camera that is known: 팬") in told
    assert ("line 3 column 7", "no length that is understood: 미정") in told
    assert any("담당 PD" in reason for _, reason in told)
    assert any("close-up" in reason for _, reason in told)


def test_two_broken_sheets_are_refused_with_what_is_wrong() -> None:
    said: dict[str, str] = {}
    for name, data in broken_sheets().items():
        with pytest.raises(Unusable) as refused:
            read_storyboard(data)
        said[name] = str(refused.value)
    assert "unzipped" in said["cut short.pptx"]
    assert "headings such as 컷" in said["minutes.xlsx"]


EXPORTS = {"pdf": conte_pdf, "xlsx": workbook, "pptx": deck, "csv": shot_list}


@pytest.mark.parametrize("name", ["tire", "coffee"])
@pytest.mark.parametrize("kind", EXPORTS)
def test_every_export_of_ours_comes_back_whole(kind: str, name: str, tmp_path: Path) -> None:
    edition = full(written(name)) if name == "tire" else written(name)
    drawn = kind != "csv" and name == "coffee"
    stills = stills_of(edition, tmp_path) if drawn else {}
    sheet, pictures = read(EXPORTS[kind](Material(edition, stills=stills)))
    assert sheet.kind == kind
    assert sheet.unread == ()
    assert len(sheet.cuts) == len(edition.conte.cuts)
    assert differences(sheet, edition, kind) == []
    kept = [cut.picture.value for cut in sheet.cuts if cut.picture]
    assert kept == list(range(len(pictures)))
    assert len(pictures) == (len(sheet.cuts) if drawn else 0)
    if kind != "csv":
        assert (sheet.title and sheet.title.value) == edition.conte.title
        assert (sheet.product and sheet.product.value) == edition.brief.product.name
        assert (sheet.advertiser and sheet.advertiser.value) == edition.brief.advertiser
    assert sheet.fps is not None
    assert sheet.fps.value == edition.brief.fps


def differences(sheet: StoryboardSheet, edition: Edition, kind: str) -> list[str]:
    found: list[str] = []
    fps = edition.brief.fps
    for got, cut in zip(sheet.cuts, edition.conte.cuts, strict=True):
        told = {
            "number": str(cut.number), "size": cut.size, "angle": cut.angle, "move": cut.move,
            "location": cut.place, "time_of_day": cut.time_of_day, "action": cut.action,
            "narration": cut.narration, "sound_effect": cut.sound_effect, "music": cut.music,
            "caption": cut.caption, "legal": cut.legal,
            "dialogue": tuple((line.speaker, line.text) for line in cut.dialogue),
            "transition": cut.transition,
        }  # fmt: skip
        for field, want in told.items():
            value = said_in(got, field, fps)
            if field == "dialogue" and got.dialogue is not None:
                value = tuple((line.speaker, line.text) for line in got.dialogue.value)
            if field == "transition" and (kind == "pptx" or want is Transition.CUT):
                continue  # decks show none, and a plain cut is not written
            if kind == "pdf" and isinstance(value, str) and isinstance(want, str):
                # Where a page ends a line anyway, a line end that was written cannot be seen.
                value, want = " ".join(value.split()), " ".join(want.split())
            if (value or None) != (want or None):
                found.append(f"{cut.number} {field}: {value!r}, wanted {want!r}")
        length = said_in(got, "length", fps)
        assert isinstance(length, float)
        if abs(length * fps - cut.num_frames) > 0.02:
            found.append(f"{cut.number}: {length * fps} frames, wanted {cut.num_frames}")
    return found


def test_hostile_files_are_refused_in_a_bounded_child(sheets: list[MadeSheet]) -> None:
    edition = written("tire")
    book, show = workbook(Material(edition)), deck(Material(edition))
    document = table_document(sheets[0].cuts)
    hostile = list(hostile_sheets(book, show))
    part = r"word/document\.xml"
    hostile += [
        ("docx: entities", repacked(document, {part: _with_dtd})),
        ("docx: depth", repacked(document, {part: lambda _: "<a>" * 5000 + "</a>" * 5000})),
        ("docx: a bomb", repacked(document, {part: lambda xml: xml + " " * 12_000_000})),
        ("docx: macros", repacked(document, {}, **{"word/vbaProject.bin": b"x"})),
        ("pdf: nothing in it", b"%PDF-1.7\n%%EOF"),
        ("pdf: noise", b"%PDF-1.7\n" + bytes(range(256)) * 400),
        ("csv: one long line", b"a" * 3_000_000),
        ("csv: a quote that never ends", b'"' + b"a,b\n" * 200_000),
        ("a picture", panel(1)),
        ("a web page", b"<html>" + b"<td>" * 1000),
    ]
    taken: list[str] = []
    peak = 0
    with Bounded(LIMITS, foreground=True) as child:
        for name, data in hostile:
            try:
                peak = max(peak, child.call(read_storyboard, data).peak_bytes)
                taken.append(name)
            except Unusable:
                continue
    # A deck with its pictures is read with less; these are decoded elsewhere, and may be anything.
    assert set(taken) <= {"book: a picture that is a bomb", "deck: a picture that is a bomb"}
    assert peak < 512 << 20


def _with_dtd(xml: str) -> str:
    head, end, body = xml.partition("?>")
    return f'{head}{end}<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>{body}'
