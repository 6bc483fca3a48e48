"""A finding's proposal is operations: applied, the finding is gone, and no other one came."""

from typing import Any

import pytest

from conte.brief import Character, Idea, Product
from conte.checks.all import check
from conte.checks.finding import Finding
from conte.conte import Conte
from conte.cut import DialogueLine
from conte.revision.applying import apply_all
from conte.revision.findings import compare
from conte.revision.mending import Operations, mends
from conte.revision.operations import Edit, EditTreatment, Lock, Operation
from conte.revision.working import Working
from conte.vocabulary import Angle, CameraMove, Language, ScreenDirection, ShotSize
from deployments.knowledge.claims import claims
from deployments.mending.candidates import Mending
from tests.sound_conte import RATES, a_brief, a_conte, a_cut

CLAIMS = claims()
MENDING = Mending(RATES, CLAIMS)
LEFT, RIGHT = {"direction": ScreenDirection.LEFT}, {"direction": ScreenDirection.RIGHT}
DUTCH = {"angle": Angle.DUTCH}


def found(working: Working) -> tuple[Finding, ...]:
    return check(working.conte, working.brief, RATES, CLAIMS)


def spoilt(
    language: Language = "ko", brief: dict[str, Any] | None = None, **changes: dict[str, Any]
) -> Working:
    conte = a_conte(language, **{k: v for k, v in changes.items() if k.startswith("cut_")})
    conte = conte.model_copy(update=changes.get("conte", {}))
    return Working(conte=conte.born(7), brief=a_brief(language, **(brief or {})))


def even() -> Working:
    cuts = a_conte().cuts
    another = a_cut("ko", 2).model_copy(
        update={"number": 6, "size": ShotSize.MS, "shows": ("tire",), "narration": ""}
    )
    alike = tuple(cut.model_copy(update={"num_frames": 100}) for cut in (*cuts, another))
    return Working(conte=Conte.of(a_conte().treatment, alike).born(7), brief=a_brief())


def beer(language: Language = "ko", **cut: Any) -> Working:
    name = "새벽" if language == "ko" else "Dawn"
    kind = "맥주" if language == "ko" else "beer"
    brief: dict[str, Any] = {"product": Product(name=name, category=kind)}
    said = {f"cut_{n}": {"narration": "", "caption": ""} for n in (2, 3, 4, 5)}
    said["cut_5"] = {"narration": name, "caption": "", **cut}
    return spoilt(language, brief, **said)


SPOILT: dict[str, tuple[str, Working]] = {
    "too much to say": ("timefit.said", spoilt(cut_1={"narration": "가" * 22})),
    "far too much to say": (
        "timefit.said",
        spoilt(cut_1={"narration": "비 오는 밤입니다. 젖은 길에서는 멈춰야 할 때를 아는 것이"
                      " 중요합니다. 오늘 밤도 많은 사람들이 집으로 돌아갑니다."}),
    ),
    "too much to say, in English": (
        "timefit.said", spoilt("en", cut_2={"narration": "There is a time to stop. " * 3}),
    ),
    "a caption of too many lines": (
        "timefit.caption_size", spoilt(cut_1={"caption": "비 오는\n밤\n젖은 길"}),
    ),
    "a caption that is too large": (
        "timefit.caption_size",
        spoilt(cut_1={"caption": "젖은 길에서도 멈춥니다.\n" + "어떤 비가 와도 언제나 든든하게 " * 3}),
    ),
    "a caption that is too long to read": (
        "timefit.caption_time",
        spoilt(cut_1={"num_frames": 40, "narration": "", "caption": "비 오는 밤의 아주 젖은 길에서도 언제나"},
               cut_5={"num_frames": 210}),
    ),
    "two of one size": ("grammar.same_size", spoilt(cut_2={"size": ShotSize.LS,
                                                           "angle": Angle.HIGH})),
    "a leap of sizes": (
        "grammar.size_jump",
        spoilt(cut_1={"size": ShotSize.ELS, "place": "도로"},
               cut_2={"size": ShotSize.ECU, "place": "도로"}),
    ),
    "left against right": ("grammar.screen_direction", spoilt(cut_2=LEFT, cut_3=RIGHT)),
    "opposite moves": (
        "grammar.opposite_moves",
        spoilt(cut_4={"move": CameraMove.PAN_LEFT}, cut_5={"move": CameraMove.PAN_RIGHT}),
    ),
    "Dutch angles": ("grammar.dutch", spoilt(cut_1=DUTCH, cut_2=DUTCH, cut_4=DUTCH)),
    "no product": (
        "grammar.product_unseen", spoilt(cut_3={"shows": ()}, cut_5={"shows": ("driver",)}),
    ),
    "a late product": ("grammar.product_late", spoilt(cut_3={"shows": ()})),
    "no packshot": ("grammar.packshot", spoilt(cut_5={"shows": ("driver",)})),
    "a distant packshot": ("grammar.packshot", spoilt(cut_5={"size": ShotSize.ELS})),
    "an unsaid name": (
        "grammar.name_unsaid", spoilt(cut_3={"narration": ""}, cut_5={"narration": ""}),
    ),
    "a long cut": (
        "grammar.long_cut", spoilt(cut_1={"num_frames": 250}, cut_2={"num_frames": 90}, cut_3={"num_frames": 60},
               cut_4={"num_frames": 70}),
    ),
    "no rhythm": ("grammar.even_pacing", even()),
    "what must be shown": (
        "brief.must_show", spoilt("en", {"must_show": ["the tread wear bar"]}),
    ),
    "what must be shown, in letters": ("brief.must_show", spoilt(brief={"must_show": ["ABS"]})),
    "a character in no cut": (
        "brief.characters",
        spoilt(brief={"characters": [Character(name="운전자")]},
               cut_2={"shows": ()}, cut_4={"shows": ()}),
    ),
    "a word that must not be said": (
        "brief.must_not_say",
        spoilt(brief={"must_not_say": ["미끄럼"]},
               cut_2={"narration": "미끄럼 걱정은 없습니다. 멈춥니다."}),
    ),
    "a caption that must not be read": (
        "brief.must_not_say", spoilt(brief={"must_not_say": ["가격"]}, cut_2={"caption": "착한 가격"}),
    ),
    "letters in the picture": (
        "brief.drawn_text",
        spoilt(cut_2={"video_prompt": "a wet road at night, a sign with the word STOP, rain."}),
    ),
    "a line of an idea": (
        "brief.idea", spoilt(brief={"ideas": [Idea(text="마지막에 “집까지 든든하게”라고 말한다")]}),
    ),
    "a scene of an idea": (
        "brief.idea", spoilt("en", {"ideas": [Idea(text="A cat crosses the bridge")]}),
    ),
    "a character that no font has": (
        "glyphs.missing", spoilt(cut_2={"caption": "멈춤 \u0e01"}),
    ),
    "a speaker that no font has": (
        "glyphs.missing",
        spoilt(cut_2={"narration": "",
                      "dialogue": (DialogueLine(speaker="운전자\u0e01", text="멈춰"),)}),
    ),
    "a title that no font has": ("glyphs.missing", spoilt(conte={"title": "젖은 길 \u0e01"})),
    "a superlative": ("claims.superlative", spoilt(cut_2={"narration": "국내 최고의 제동력."})),
    "the most": ("claims.superlative", spoilt(cut_2={"caption": "가장 안전한 타이어"})),
    "a superlative in English": (
        "claims.superlative", spoilt("en", cut_2={"narration": "Stop with the best tyre."}),
    ),
    "a superlative that is the sentence": (
        "claims.superlative", spoilt(cut_2={"narration": "제동력은 최고입니다. 멈춥니다."}),
    ),
    "a superlative title": ("claims.superlative", spoilt(conte={"title": "최고의 타이어"})),
    "an absolute promise": ("claims.absolute", spoilt(cut_2={"narration": "완벽하게 멈춥니다."})),
    "a line of dialogue": (
        "claims.superlative",
        spoilt(cut_2={"dialogue": (DialogueLine(speaker="운전자", text="업계 1위!"),
                                   DialogueLine(speaker="운전자", text="멈춰요.")),
                      "narration": ""}),
    ),
    "a notice of the law": ("claims.alcohol_warning", beer(legal="19세 미만 청소년에게 판매 금지")),
    "a notice of the law, in English": ("claims.alcohol_age", beer("en")),
}  # fmt: skip


def proposed(working: Working, name: str) -> tuple[Finding, Operations]:
    """The first finding of a check, and its operations."""
    findings = found(working)
    made = mends(working, findings, findings, found, MENDING)
    return next(
        (finding, operations)
        for finding, operations in zip(findings, made, strict=True)
        if finding.check == name
    )


@pytest.mark.parametrize("kind", SPOILT)
def test_a_proposal_solves_its_finding_and_brings_no_other(kind: str) -> None:
    name, working = SPOILT[kind]
    finding, operations = proposed(working, name)
    assert operations
    after = apply_all(working, operations)
    compared = compare(found(working), working.conte, found(after), after.conte)
    assert compared.new == ()
    assert finding in [one.finding for one in compared.solved]
    after.conte.check_fits(after.brief)


def texts(operations: Operations) -> list[Any]:
    return [op.after for op in operations if isinstance(op, Edit | EditTreatment)]


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("a superlative", ["좋은 제동력."]),
        ("the most", ["안전한 타이어"]),
        ("a superlative in English", ["Stop with the tyre."]),
        ("a superlative that is the sentence", ["멈춥니다."]),
        ("a superlative title", ["좋은 타이어"]),
        ("an absolute promise", ["꼼꼼하게 멈춥니다."]),
        ("a word that must not be said", ["멈춥니다."]),
        ("a caption of too many lines", ["비 오는 밤 젖은 길"]),
        ("a line of an idea", ["집까지 든든하게"]),
        ("an unsaid name", ["그립 맥스"]),
        ("letters in the picture", ["a wet road at night, rain."]),
        ("a title that no font has", ["젖은 길"]),
    ],
)
def test_words_are_replaced_or_left_out_and_the_sentence_stays_one(
    kind: str, after: list[str]
) -> None:
    name, working = SPOILT[kind]
    assert texts(proposed(working, name)[1]) == after


def test_another_size_is_in_the_video_prompt_too() -> None:
    prompt = "Long shot at eye level, static camera. A wet road at night."
    framed = {"size": ShotSize.LS, "angle": Angle.HIGH, "video_prompt": prompt}
    _, operations = proposed(spoilt(cut_2=framed), "grammar.same_size")
    edits = {op.field: op.after for op in operations if isinstance(op, Edit)}
    assert edits.keys() == {"size", "video_prompt"}
    assert ShotSize(edits["size"]).en in str(edits["video_prompt"]).lower()


@pytest.mark.parametrize(
    ("name", "working"),
    [
        # No rule can say Korean words in an English prompt.
        ("brief.must_show", spoilt(brief={"must_show": ["빗길 제동"]})),
        # What is in the picture is a person's to decide.
        ("claims.alcohol_excess", beer(action="친구들이 원샷을 한다")),
        # What the words say is that it is left.
        ("grammar.screen_direction",
         spoilt(cut_2=LEFT, cut_3=RIGHT | {"video_prompt": "the car turns to the right"})),
        # A caption of one word has nothing to leave out.
        ("timefit.caption_size", spoilt(cut_1={"caption": "가" * 60})),
        ("claims.labelling", beer()),
        # A title is never emptied.
        ("claims.superlative", spoilt(conte={"title": "업계 1위"})),
    ],
)  # fmt: skip
def test_a_finding_that_no_rule_can_solve_has_no_operation(name: str, working: Working) -> None:
    assert proposed(working, name)[1] == ()


def test_a_locked_field_is_not_proposed_to_be_changed() -> None:
    name, working = SPOILT["a superlative"]
    locked: Operation = Lock(cut=working.conte.cuts[1].id, field="narration")
    assert proposed(apply_all(working, [locked]), name)[1] == ()


def test_a_finding_of_other_rules_that_is_no_longer_found_has_no_operation() -> None:
    name, working = SPOILT["a superlative"]
    stale = next(one for one in found(working) if one.check == name)
    other = stale.model_copy(update={"message": "“최고”: 옛 규칙"})
    assert mends(working, [other, stale], found(working), found, MENDING)[0] == ()
    assert mends(working, [other, stale], found(working), found, MENDING)[1]
