"""Findings of two versions: new, solved and standing, whatever numbers their cuts have by now."""

from conte.checks.finding import Finding
from conte.checks.grammar import check_grammar
from conte.checks.timefit import check_timefit
from conte.revision.findings import CutFinding, compare
from conte.revision.working import Working
from tests.sound_conte import RATES
from tests.three_rounds import FIRST, edited, in_order

IDS = [cut.id for cut in FIRST.conte.cuts]


def found(
    cut: int | None, check: str = "a.b", message: str = "", field: str = "caption"
) -> Finding:
    return Finding(
        check=check, cut=cut, field=field, severity="note", message=message, proposal=""
    )  # fmt: skip


def compared(
    before: list[Finding], after: list[Finding], base: Working = FIRST, new: Working = FIRST
) -> tuple[list[Finding], ...]:
    result = compare(before, base.conte, after, new.conte)
    return tuple([one.finding for one in part] for part in (result.new, result.solved,
                                                            result.standing))  # fmt: skip


def test_a_finding_stands_though_its_cut_has_another_number() -> None:
    moved = in_order(FIRST, IDS[4], *IDS[:4])
    assert compared([found(5)], [found(1)], FIRST, moved) == ([], [], [found(1)])
    assert compared([found(5)], [found(5)], FIRST, moved) == ([found(5)], [found(5)], [])
    result = compare([found(5)], FIRST.conte, [found(5)], moved.conte)
    assert result.new == (CutFinding(cut="c_home", finding=found(5)),)
    assert result.solved == (CutFinding(cut="c_name", finding=found(5)),)


def test_a_finding_of_a_removed_cut_is_solved() -> None:
    shorter = in_order(FIRST, *IDS[1:])
    assert compared([found(1), found(2)], [found(1)], FIRST, shorter) == (
        [], [found(1)], [found(1)],
    )  # fmt: skip


def test_another_check_field_or_the_whole_conte_is_another_finding() -> None:
    for other in (found(1, check="a.c"), found(1, field="narration"), found(None)):
        assert compared([found(1)], [other]) == ([other], [found(1)], [])


def test_a_finding_stands_though_its_figures_have_changed() -> None:
    long, longer = found(1, message="4.2초"), found(1, message="5.1초")
    assert compared([long], [longer]) == ([], [], [longer])


def test_of_two_phrases_the_one_that_is_gone_is_solved() -> None:
    best, most, first = (
        found(1, message=f"“{word}”이 있습니다") for word in ("최고", "최다", "최초")
    )
    assert compared([best, most], [most]) == ([], [best], [most])
    assert compared([best], [first]) == ([first], [best], [])
    both = found(1, message="“최고”, “최다”: 근거가 필요합니다")
    assert compared([both], [best]) == ([], [], [best])


def test_of_two_without_a_phrase_the_one_that_says_the_same_stands() -> None:
    one, other = found(1, message="3단계 뜁니다"), found(1, message="4단계 뜁니다")
    assert compared([one, other], [other]) == ([], [one], [other])


def test_two_findings_alike_are_two() -> None:
    assert compared([found(1)], [found(1), found(1)]) == ([found(1)], [], [found(1)])
    assert compared([found(1), found(1)], [found(1)]) == ([], [found(1)], [found(1)])


def test_real_checks_after_a_move_and_an_edit() -> None:
    wordy = edited(FIRST, c_stop={"narration": "멈춰야 할 때가 있습니다. " * 5})
    new = edited(in_order(wordy, IDS[1], IDS[0], *IDS[2:]), c_name={"caption": "가" * 60})
    before, after = (
        (*check_timefit(one.conte, one.brief, RATES), *check_grammar(one.conte, one.brief))
        for one in (wordy, new)
    )
    result = compare(before, wordy.conte, after, new.conte)
    assert [(one.cut, one.finding.check) for one in result.standing] == [("c_stop", "timefit.said")]
    assert result.standing[0].finding.cut == 1
    assert {(one.cut, one.finding.check) for one in result.new} >= {
        ("c_name", "timefit.caption_size")
    }
    assert result.solved == ()
