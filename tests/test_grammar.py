"""Film grammar: what spoils a sound conte is found, at its cut, with what to do."""

from typing import Any

import pytest

from conte.brief import Brief
from conte.checks.all import check
from conte.checks.finding import Finding
from conte.checks.grammar import check_grammar
from conte.conte import Conte
from conte.cut import DialogueLine
from conte.vocabulary import Angle, CameraMove, Language, ScreenDirection, Setting, ShotSize
from deployments.knowledge.claims import claims
from tests.sound_conte import RATES, a_brief, a_conte

LANGUAGES: list[Language] = ["ko", "en"]


def found(conte: Conte, brief: Brief | None = None) -> dict[str, Finding]:
    return {finding.check: finding for finding in check_grammar(conte, brief or a_brief())}


def only(rule: str, brief: Brief | None = None, /, **changes: dict[str, Any]) -> Finding:
    findings = check_grammar(a_conte(**changes), brief or a_brief())
    assert [finding.check for finding in findings] == [f"grammar.{rule}"]
    return findings[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sound_conte_breaks_no_rule(language: Language) -> None:
    assert check(a_conte(language), a_brief(language), RATES, claims()) == ()


def test_neighbours_of_the_same_size_and_angle_jump() -> None:
    finding = only("same_size", cut_2={"size": ShotSize.LS, "angle": Angle.HIGH})
    assert (finding.cut, finding.field, finding.severity) == (2, "size", "warning")
    assert "롱 샷" in finding.message


def test_another_angle_or_another_size_is_enough_to_join() -> None:
    assert found(a_conte(cut_2={"size": ShotSize.LS})) == {}
    assert found(a_conte(cut_2={"angle": Angle.HIGH})) == {}


def test_a_leap_of_sizes_in_one_place_loses_the_viewer() -> None:
    near, far = {"size": ShotSize.ECU, "place": "도로"}, {"size": ShotSize.ELS, "place": "도로"}
    assert only("size_jump", cut_1=far, cut_2=near).cut == 2
    assert found(a_conte(cut_1=far, cut_2=near | {"place": "차고"})) == {}


LEFT, RIGHT = {"direction": ScreenDirection.LEFT}, {"direction": ScreenDirection.RIGHT}


def test_left_against_right_crosses_the_line() -> None:
    finding = only("screen_direction", cut_2=LEFT, cut_3=RIGHT)
    assert (finding.cut, finding.field) == (3, "direction")


def test_a_neutral_cut_or_another_setting_keeps_the_line() -> None:
    assert found(a_conte(cut_1=LEFT, cut_3=RIGHT)) == {}
    assert found(a_conte(cut_2=LEFT, cut_3=RIGHT | {"setting": Setting.STUDIO})) == {}
    assert found(a_conte(cut_2=LEFT, cut_3=LEFT)) == {}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (CameraMove.PAN_LEFT, CameraMove.PAN_RIGHT), (CameraMove.TILT_DOWN, CameraMove.TILT_UP),
        (CameraMove.DOLLY_IN, CameraMove.DOLLY_OUT), (CameraMove.ZOOM_OUT, CameraMove.ZOOM_IN),
        (CameraMove.CRANE_UP, CameraMove.CRANE_DOWN),
        (CameraMove.TRACK_LEFT, CameraMove.TRACK_RIGHT),
    ],
)  # fmt: skip
def test_opposite_moves_back_to_back_undo_each_other(first: CameraMove, then: CameraMove) -> None:
    finding = only("opposite_moves", cut_4={"move": first}, cut_5={"move": then})
    assert finding.cut == 5
    assert found(a_conte(cut_4={"move": first}, cut_5={"move": first})) == {}


def test_a_product_that_no_cut_shows_is_an_error() -> None:
    finding = only("product_unseen", cut_3={"shows": ()}, cut_5={"shows": ("driver",)})
    assert (finding.cut, finding.severity) == (None, "error")


def test_a_product_first_seen_after_60_percent_is_late() -> None:
    finding = only("product_late", cut_3={"shows": ()})
    assert (finding.cut, finding.field) == (5, "shows")
    assert "78%" in finding.message


def test_the_last_cut_is_a_packshot() -> None:
    assert only("packshot", cut_5={"shows": ("driver",)}).cut == 5
    assert only("packshot", cut_5={"size": ShotSize.ELS}).cut == 5


def test_the_product_s_name_is_said_or_captioned() -> None:
    silent = {"cut_3": {"narration": ""}, "cut_5": {"narration": ""}}
    assert only("name_unsaid", **silent).severity == "warning"
    line = DialogueLine(speaker="운전자", text="역시 그립맥스!")
    for said in ({"narration": "그립 맥스"}, {"caption": "그립맥스"}, {"dialogue": (line,)}):
        assert found(a_conte(**(silent | {"cut_5": {"narration": "", **said}}))) == {}


def test_a_cut_that_takes_too_much_of_the_film_is_noted() -> None:
    finding = only("long_cut", cut_1={"num_frames": 250}, cut_3={"num_frames": 90})
    assert (finding.cut, finding.severity) == (1, "note")
    assert "8.3초" in finding.message


def test_the_cuts_of_a_long_film_may_be_long() -> None:
    brief = a_brief(duration_s=120)
    frames = {f"cut_{n}": {"num_frames": 700 + 10 * n} for n in (1, 2, 3, 4)}
    frames["cut_5"] = {"num_frames": 3600 - 2900}
    assert found(a_conte(**frames), brief) == {}


def test_six_cuts_of_one_length_have_no_rhythm() -> None:
    cuts = a_conte().cuts
    another = cuts[1].model_copy(update={"number": 6, "size": ShotSize.MS, "shows": ("tire",)})
    even = tuple(cut.model_copy(update={"num_frames": 100}) for cut in (*cuts, another))
    assert found(Conte.of(a_conte().treatment, even)).keys() == {"grammar.even_pacing"}


def test_dutch_angles_wear_out() -> None:
    dutch = {"angle": Angle.DUTCH}
    assert only("dutch", cut_1=dutch, cut_2=dutch, cut_4=dutch).severity == "note"
    assert found(a_conte(cut_1=dutch, cut_2=dutch)) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_told_in_the_brief_s_language(language: Language) -> None:
    spoilt: dict[str, dict[str, Any]] = {
        "cut_1": {"move": CameraMove.PAN_LEFT, "size": ShotSize.ELS, "num_frames": 400},
        "cut_2": {"move": CameraMove.PAN_RIGHT, "size": ShotSize.ELS, "angle": Angle.HIGH, **LEFT},
        "cut_3": {"shows": (), "narration": "x", **RIGHT},
        "cut_5": {"shows": (), "narration": "x " * 40, "caption": "y" * 120},
    }
    findings = check(
        a_conte(language, **spoilt),
        a_brief(language, must_show=["z"], must_not_say=["x"]),
        RATES,
        claims(),
    )
    assert len(findings) >= 8
    for finding in findings:
        for told in (finding.message, finding.proposal):
            assert told
            assert any("가" <= c <= "힣" for c in told) == (language == "ko")


def test_findings_come_by_cut_and_the_gravest_first() -> None:
    spoilt = a_conte(
        cut_2={"narration": "가" * 40, "size": ShotSize.LS, "angle": Angle.HIGH},
        cut_5={"shows": ("driver",)},
        cut_3={"narration": "비"},
    )
    findings = check(spoilt, a_brief(must_show=["고래"]), RATES, claims())
    graveness = ("error", "warning", "note")
    order = [(finding.cut or 0, graveness.index(finding.severity)) for finding in findings]
    assert order == sorted(order)
    assert {0, 2, 5} <= {cut for cut, _ in order}
