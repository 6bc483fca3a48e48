"""Every character that is drawn has a glyph in the bundled fonts, or is named before it is drawn."""

from pathlib import Path
from typing import Any

import pytest
import skia

from conte.brief_words import unfit_words
from conte.checks.all import check
from conte.glyphs import has_glyph, lettered, without_glyphs
from deployments.knowledge.claims import claims
from deployments.lettering import FONTS, Lettering
from deployments.overlays import caption, caption_size, legal
from deployments.safe_area import SafeArea
from serve.cli.brief_file import BriefFileError, read_brief
from serve.ingress.limits import check_brief
from serve.ingress.problems import Problem
from tests.sound_conte import RATES, a_brief, a_conte

SURROGATES = range(0xD800, 0xE000)


def test_the_table_of_glyphs_is_that_of_the_bundled_fonts() -> None:
    points = [point for point in range(0x20, 0x110000) if point not in SURROGATES]
    had = [False] * len(points)
    for weight in ("Medium", "SemiBold"):
        found = [False] * len(points)
        for file in (f"Pretendard-{weight}.otf", "NotoEmoji-Bold.ttf", "SianHanja-Medium.otf"):
            face = skia.FontMgr.New_Custom_Empty().makeFromFile(str(FONTS / file))
            glyphs = face.unicharsToGlyphs(points)
            found = [before or glyph != 0 for before, glyph in zip(found, glyphs, strict=True)]
        assert weight == "Medium" or found == had
        had = found
    listed = [has_glyph(chr(point)) for point in points]
    wrong = [p for p, font, table in zip(points, had, listed, strict=True) if font != table]
    assert not wrong, "\n".join(_ranges(points, had))


def _ranges(points: list[int], had: list[bool]) -> list[str]:
    """The table as it should stand in conte/glyphs.py, a range a line."""
    wanted = [
        point
        for point, has in zip(points, had, strict=True)
        if has and not 0x4E00 <= point <= 0x9FFF and not 0xF900 <= point <= 0xFAFF
    ]
    starts = [p for before, p in zip([-1, *wanted], wanted, strict=False) if p != before + 1]
    ends = [p for p, after in zip(wanted, [*wanted[1:], -1], strict=True) if after != p + 1]
    return [f"{a:X}-{b:X}" for a, b in zip(starts, ends, strict=True)]


@pytest.mark.parametrize(
    "text", ["콜라 Cola 1,900원", "紅蔘 ㉠ ⓐ ③ ㈜", "👨‍👩‍👧❤️🇰🇷", "Häagen", "가", "가\n나\u200b"]
)
def test_what_can_be_drawn_is_drawn_as_it_is(text: str) -> None:
    assert without_glyphs(text) == ()
    assert lettered(text) == text


def test_hanja_are_drawn_and_no_two_alike() -> None:
    drawn = [_pixels(text) for text in ("紅", "蔘", "辛", "㉠", "㉡")]
    assert len(set(drawn)) == len(drawn)
    assert _pixels("") not in drawn


def test_a_word_that_no_font_has_is_left_out_and_never_a_row_of_boxes() -> None:
    assert _pixels("สวัสดี") == _pixels("")
    assert _pixels("차 ชา 한 잔") == _pixels("차 한 잔")
    assert lettered("차를 연다 ชา.\nชา 차") == "차를 연다.\n차"
    assert Lettering("Medium", 20, skia.Paint()).width("ชา") == 0


@pytest.mark.parametrize("text", ["ชา", "\u200b"])
def test_a_caption_or_legal_line_of_nothing_that_can_be_drawn_is_empty(text: str) -> None:
    area = SafeArea.of(320, 180)
    assert not caption([text], caption_size([[text]], area), area).pixels.any()
    assert not legal(text, area).pixels.any()


def _pixels(text: str) -> bytes:
    surface = skia.Surface(200, 60)
    Lettering("SemiBold", 40, skia.Paint(AntiAlias=True)).set(text).paint(surface.getCanvas(), 0, 0)
    return surface.makeImageSnapshot().tobytes()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"product": {"name": "---"}}, "product.name"),
        ({"product": {"name": "®™"}}, "product.name"),
        ({"advertiser": "!!!"}, "advertiser"),
        ({"characters": [{"name": "민아"}, {"name": "?"}]}, "characters[1].name"),
    ],
)
def test_a_name_that_cannot_be_said_is_refused_with_what_is_wanted(
    given: dict[str, Any], field: str
) -> None:
    (unfit,) = unfit_words(a_brief(**given))
    assert unfit.field == field
    assert "with a letter or a digit in it" in unfit.wanted


@pytest.mark.parametrize(
    "name",
    ["H&M", "3M", "+82", "C++", "㈜한결", "7", "콜라🥤", "(주)한결", "辛", "Häagen-Dazs™"],
)
def test_a_name_with_a_letter_or_a_digit_is_taken(name: str) -> None:
    brief = a_brief(product={"name": name}, advertiser=name, characters=[{"name": name}])
    assert unfit_words(brief) == ()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"product": {"name": "ชา 콜라"}}, "product.name"),
        ({"product": {"name": "콜라", "category": "ชา"}}, "product.category"),
        ({"product": {"name": "콜라", "selling_points": ["시원함", "ชา"]}}, "product.selling_points[1]"),
        ({"advertiser": "ชา"}, "advertiser"),
        ({"must_show": ["ชา"]}, "must_show[0]"),
        ({"characters": [{"name": "ชา"}]}, "characters[0].name"),
    ],
)  # fmt: skip
def test_a_brief_s_character_without_a_glyph_is_refused_naming_field_and_character(
    given: dict[str, Any], field: str
) -> None:
    (unfit,) = unfit_words(a_brief(**given))
    assert unfit.field == field
    assert "'ช' (U+0E0A THAI CHARACTER CHO CHANG)" in unfit.wanted


def test_what_is_never_drawn_may_be_in_any_script() -> None:
    assert unfit_words(a_brief(audience="ชา", tone="ชา", must_not_say=["ชา"])) == ()


def test_both_doors_name_the_field(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        check_brief(a_brief(product={"name": "---"}), ())
    (error,) = refused.value.errors
    assert (error.field, error.got) == ("brief.product.name", '"---"')
    assert refused.value.kind.status == 422
    path = tmp_path / "brief.yaml"
    path.write_text('product:\n  name: "---"\n', encoding="utf-8")
    with pytest.raises(
        BriefFileError, match=r"brief\.yaml:product\.name: a name .* \(got \"---\"\)"
    ):
        read_brief(path)


@pytest.mark.parametrize(
    ("field", "severity"), [("caption", "error"), ("legal", "error"), ("action", "warning")]
)
def test_a_model_s_character_without_a_glyph_is_a_finding_that_names_it(
    field: str, severity: str
) -> None:
    brief = a_brief()
    conte = a_conte("ko", cut_2={field: "멈출 때 หยุด"})
    found = [f for f in check(conte, brief, RATES, claims()) if f.check == "glyphs.missing"]
    assert [(f.cut, f.field, f.severity) for f in found] == [(2, field, severity)]
    assert "'ห' (U+0E2B" in found[0].message


def test_a_sound_conte_with_hanja_has_no_such_finding() -> None:
    conte = a_conte("ko", cut_2={"caption": "紅蔘 ③"})
    found = check(conte, a_brief(), RATES, claims())
    assert "glyphs.missing" not in {f.check for f in found}
