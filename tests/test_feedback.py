"""Feedback in words, by rules: what each kind asks for, and that nothing else is changed."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from conte.brief import Brief
from conte.clip import Shot
from conte.conte import Conte
from conte.cut import Cut
from conte.revision.applying import apply_all
from conte.revision.cut_names import named_cuts
from conte.revision.feedback import FeedbackItem, Proposal
from conte.revision.operations import Edit, Operation
from conte.revision.working import Working
from conte.vocabulary import Language, ShotSize
from deployments.engines.animatic.reading import read
from deployments.engines.composer import Composer
from deployments.engines.composer.prompting import ANGLES, MOVES, light_words
from deployments.engines.feedback import FeedbackRules
from deployments.engines.feedback.acts import ACTS
from deployments.engines.feedback.matching import clauses, wishes
from deployments.engines.feedback.prompt_words import PromptWords
from deployments.engines.feedback.rules import names_of
from deployments.engines.feedback.table import concepts, kinds
from deployments.engines.feedback.texts import with_word
from tests.sound_conte import a_brief, a_conte

PARAPHRASES: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "feedback_paraphrases.yaml").read_text("utf-8")
)
COLLOQUIAL: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "feedback_colloquial.yaml").read_text("utf-8")
)
TESTS = Path(__file__).parent
EXAMPLES = TESTS.parent / "examples"
FOUND_BY_WORDS = {"size_word", "place_word", "replacement", "quoted", "other_cut"}


@cache
def a_working(language: Language = "ko") -> Working:
    """A conte as a composer wrote it: of a tyre in Korean, of coffee in English."""
    written = (TESTS / f"feedback_conte.{language}.json").read_text("utf-8")
    return Working(conte=Conte.model_validate_json(written), brief=brief_of(language))


def brief_of(language: Language) -> Brief:
    file = EXAMPLES / ("tire.yaml" if language == "ko" else "coffee.yaml")
    return Brief.model_validate(yaml.safe_load(file.read_text("utf-8")))


async def composed(language: Language, seed: int) -> Conte:
    """A conte as the composer writes it now."""
    parts: list[Any] = [part async for part in Composer().write(brief_of(language), seed)]
    return Conte.of(parts[0], tuple(parts[1:])).born(seed)


async def asked(
    text: str, cut: int | None = 3, working: Working | None = None, **changes: Any
) -> Proposal:
    """The proposal for one item on a cut, by its number."""
    working = working or a_working()
    if changes:
        working = with_cut(working, cut or 1, **changes)
    own = None if cut is None else working.conte.cuts[cut - 1].id
    (made,) = await FeedbackRules().propose(working, [FeedbackItem(cut=own, text=text)])
    return made


def with_cut(working: Working, number: int, **changes: Any) -> Working:
    cuts = list(working.conte.cuts)
    cuts[number - 1] = cuts[number - 1].model_copy(update=changes)
    conte = working.conte.model_copy(update={"cuts": tuple(cuts)})
    return working.model_copy(update={"conte": conte})


def edits(proposal: Proposal) -> dict[str, Any]:
    """Field -> its new value, of a proposal that edits one cut."""
    found = [op for op in proposal.operations if isinstance(op, Edit)]
    assert len({op.cut for op in found}) <= 1
    return {op.field: op.after for op in found}


def kinds_in(text: str, working: Working) -> list[str]:
    names = names_of(working)
    return [
        wish.kind.kind
        for clause in clauses(text)
        for wish in wishes(clause, names, named_cuts(clause.text, working.conte.cuts).spans)
    ]


def untouched(before: Working, after: Working, cuts: set[str]) -> None:
    """Everything but these cuts is as it was, byte for byte, and in the same order."""
    old = {cut.id: cut for cut in before.conte.cuts if cut.id not in cuts}
    new = {cut.id: cut for cut in after.conte.cuts if cut.id not in cuts}
    assert list(old) == list(new)
    for cut_id, cut in old.items():
        number = {"number": new[cut_id].number}
        assert new[cut_id].model_dump_json() == cut.model_copy(update=number).model_dump_json()
    assert after.conte.treatment.model_dump_json() == before.conte.treatment.model_dump_json()
    # The number of cuts that was ordered follows a cut that goes.
    count = {"cuts": after.brief.cuts}
    assert after.brief.model_dump_json() == before.brief.model_copy(update=count).model_dump_json()


# The table


def test_the_table_has_sixty_kinds_with_examples_in_both_languages() -> None:
    assert len(kinds()) >= 60
    names = [kind.kind for kind in kinds()]
    assert len(set(names)) == len(names)
    for kind in kinds():
        assert kind.ko and kind.en, kind.kind
        assert kind.act.split()[0] in ACTS
        assert (kind.act == "note") <= (kind.says is not None)
        assert not kind.flips or kind.flips in names
        assert {idea for way in kind.when for idea in way.split()} <= {*concepts(), *FOUND_BY_WORDS}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_example_asks_for_its_kind_and_for_nothing_else(language: Language) -> None:
    working = a_working(language)
    wrong = [
        (kind.kind, text, found)
        for kind in kinds()
        for text in getattr(kind, language)
        if (found := kinds_in(text, working)) != [kind.kind]
    ]
    assert not wrong


def test_every_kind_is_known_by_two_paraphrases_in_each_language() -> None:
    assert set(PARAPHRASES) == {kind.kind for kind in kinds()}
    wrong: list[Any] = []
    for kind, texts in PARAPHRASES.items():
        assert len(texts) == 4, kind
        for at, text in enumerate(texts):
            found = kinds_in(text, a_working("ko" if at < 2 else "en"))
            if found != [kind]:
                wrong.append((kind, text, found))
    assert not wrong


@pytest.mark.parametrize("kind", COLLOQUIAL)
def test_what_is_said_at_a_table_is_understood_and_never_as_its_opposite(kind: str) -> None:
    for text in COLLOQUIAL[kind]:
        language: Language = "ko" if re.search("[가-힣]", text) else "en"
        assert kinds_in(text, a_working(language)) == [kind], text


async def test_a_place_that_is_not_known_is_asked_for_and_no_other_one_is_taken() -> None:
    made = await asked("배경을 우주 정거장으로 바꿔 주세요")
    assert (made.verdict, made.operations) == ("not_understood", ())
    assert "제가 아는 장소로 적어 주세요" in made.message


def test_sentences_of_one_wish_or_of_several_are_read_whole() -> None:
    rows = yaml.safe_load((Path(__file__).parent / "feedback_sentences.yaml").read_text("utf-8"))
    wrong: list[Any] = []
    for text, wanted in rows:
        working = a_working("ko" if any("가" <= letter <= "힣" for letter in text) else "en")
        found = kinds_in(text, working)
        if sorted(found) != sorted(wanted.split()):
            wrong.append((text, wanted, found))
    assert not wrong


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_what_any_kind_proposes_applies_and_changes_its_cut_alone(language: Language) -> None:
    working = a_working(language)
    cuts = working.conte.cuts
    own = cuts[3]
    for kind in kinds():
        for text in getattr(kind, language)[:1]:
            (made,) = await FeedbackRules().propose(working, [FeedbackItem(cut=own.id, text=text)])
            assert made.message
            after = apply_all(working, made.operations)
            assert after.conte.num_frames == working.brief.num_frames
            within = {own.id}
            for op in made.operations:
                match op.op:
                    case "retime":
                        within.add(op.source)
                    case "remove":
                        within.add(op.taking or "")
                    case "move":
                        within |= {op.cut}
                    case "split":
                        assert op.cut == own.id
                        within.add(op.into or "")
                    case _:
                        assert isinstance(op, Edit) and op.cut == own.id, kind.kind
            untouched(working, after, within)


# Pictures


async def test_a_closer_shot_is_said_in_the_prompt_too_and_all_other_words_stay() -> None:
    cut = a_working().conte.cuts[2]
    made = edits(await asked("더 가까이"))
    assert made["size"] == "MCU"
    assert made["video_prompt"] == cut.video_prompt.replace("Medium shot", "Medium close-up", 1)
    assert set(made) == {"size", "video_prompt"}


async def test_degrees_are_heard() -> None:
    assert edits(await asked("훨씬 더 가까이"))["size"] == "CU"
    assert edits(await asked("조금 더 가까이"))["size"] == "MCU"


async def test_a_shot_at_its_nearest_is_refused() -> None:
    made = await asked("더 가까이", size=ShotSize.ECU)
    assert made.verdict == "refused" and not made.operations
    assert "ECU" in made.message and "컷 3은" in made.message


async def test_too_much_asks_for_less() -> None:
    assert edits(await asked("너무 가까워요"))["size"] == "MLS"
    assert "어둡" not in edits(await asked("화면이 너무 어두워요"))["action"]
    assert edits(await asked("화면이 너무 어두워요"))["action"].endswith(
        "밝은 빛이 화면에 가득하다."
    )


async def test_the_opposite_takes_the_place_of_what_was_asked_before() -> None:
    working = a_working()
    first, second = await FeedbackRules().propose(
        working,
        [
            FeedbackItem(cut=working.conte.cuts[2].id, text=text)
            for text in ("더 밝게", "더 어둡게")
        ],
    )
    after = apply_all(working, (*first.operations, *second.operations)).conte.cuts[2]
    assert "밝은 빛" not in after.action and "Bright" not in after.video_prompt
    assert after.action.endswith("빛을 낮춰 그늘이 짙다.")


async def test_another_time_of_day_changes_every_word_that_says_it() -> None:
    made = edits(await asked("밤을 낮으로"))
    assert made["time_of_day"] == "day"
    assert made["place"] == "비 내리는 낮의 강변도로"
    assert "in the daytime rain; bright daylight." in made["video_prompt"]
    assert "night" not in made["video_prompt"]


@pytest.mark.parametrize(
    ("text", "cut", "weather", "people"),
    [
        ("비를 빼 주세요", 1, "", 1), ("눈이 오는 날로", 1, "snow", 1), ("안개가 끼게", 6, "fog", 1),
        ("비가 오는 날로", 7, "rain", 0), ("사람 없이", 3, "rain", 0), ("사람이 한 명 나오게", 7, "", 1),
    ],
)  # fmt: skip
async def test_a_draft_is_drawn_as_the_feedback_says(
    text: str, cut: int, weather: str, people: int
) -> None:
    """The animatic reads the action and the prompt: both have to say the same."""
    working = a_working()
    conte = apply_all(working, (await asked(text, cut)).operations).conte
    shot = Shot.of(conte.cuts[cut - 1], conte.treatment, working.brief, 1, 360)
    drawn = read(shot)
    assert (drawn.weather, len(drawn.cast)) == (weather, people)


async def test_another_place_has_its_own_light() -> None:
    made = edits(await asked("배경을 주방으로"))
    assert (made["setting"], made["place"]) == ("kitchen", "주방")
    assert "Setting: a kitchen; night, warm lamps indoors." in made["video_prompt"]


async def test_weather_that_goes_is_no_longer_said() -> None:
    working = a_working()
    assert "폭우" in working.conte.cuts[0].action
    made = edits(await asked("비를 빼 주세요", 1))
    assert made["action"] == "서연의 차가 강변도로를 달린다. 하늘이 맑게 개어 있다."
    assert made["place"] == "밤의 강변도로"
    assert " rain" not in made["video_prompt"] and "downpour" not in made["video_prompt"]


async def test_what_must_be_shown_is_missed_aloud() -> None:
    made = await asked("눈이 오는 날로")
    assert "“빗길 제동 장면”이 이 컷에서 빠집니다" in made.message


async def test_without_people_the_product_stays_and_nobody_is_described() -> None:
    made = edits(await asked("사람 없이"))
    assert made["shows"] == ["product"]
    assert "서연" not in made["action"] and "The woman" not in made["video_prompt"]
    assert "a new black car tyre" in made["video_prompt"]


async def test_a_person_who_is_added_is_described_as_the_sheet_has_them() -> None:
    made = edits(await asked("사람이 한 명 나오게", 4))
    assert made["shows"] == ["product", "lead"]
    assert "곁에 서연이 함께 있다." in made["action"]
    assert "The woman: a Korean woman in her late thirties" in made["video_prompt"]


async def test_the_product_comes_earlier_in_a_cut_before_its_first() -> None:
    working = a_working()
    first = next(cut.number for cut in working.conte.cuts if "product" in cut.shows)
    made = await asked("제품을 더 일찍 보여 주세요", None)
    (op, *_) = made.operations
    assert isinstance(op, Edit)
    changed = next(cut for cut in working.conte.cuts if cut.id == op.cut)
    assert changed.number < first
    assert edits(made)["shows"] == [*changed.shows, "product"]


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_a_prompt_of_the_composer_is_read_and_said_again_letter_for_letter(
    language: Language,
) -> None:
    for seed in (3, 5, 8):
        conte = await composed(language, seed)
        for cut in conte.cuts:
            words = PromptWords.of(cut.video_prompt, conte.sheet)
            assert words.text == cut.video_prompt
            assert ANGLES[cut.angle] in words.head and MOVES[cut.move] in words.head
            assert words.light == light_words(cut.setting, cut.time_of_day)
            assert len(words.sheet) == len(cut.shows)


async def test_a_prompt_that_a_model_wrote_is_changed_where_it_speaks_of_the_camera() -> None:
    prompt = "A low-angle wide shot of a kettle, the camera pans slowly left, warm light, no text"
    working = Working(conte=a_conte().born(1), brief=a_brief())
    working = with_cut(working, 2, video_prompt=prompt, size=ShotSize.LS)
    made = edits(await asked("미디엄 샷으로 바꾸고 카메라는 고정", 2, working))
    assert made["size"] == "MS" and made["move"] == "static"
    assert made["video_prompt"] == (
        "A low-angle medium shot of a kettle, locked-off camera, warm light, no text"
    )
    other = edits(await asked("아침으로", 2, working))["video_prompt"]
    assert other == f"{prompt} Clear, low morning sun."


# Words


@pytest.mark.parametrize(
    ("text", "old", "new", "made"),
    [
        ("오늘은 콜라를 마신다", "콜라", "커피빵", "오늘은 커피빵을 마신다"),
        ("타이어가 멈춘다", "타이어", "바퀴 셋", "바퀴 셋이 멈춘다"),
        ("맛있는 하루", "맛있는", "든든한", "든든한 하루"),
        ("정말, 정말 좋다", "정말", "", "좋다"),
        ("Tasty and tasty.", "tasty", "hearty", "Hearty and hearty."),
        ("made of paper", "ad", "xx", "made of paper"),
    ],
)
def test_a_word_is_replaced_with_the_particle_that_fits(
    text: str, old: str, new: str, made: str
) -> None:
    assert with_word(text, old, new) == made


async def test_a_replaced_word_is_replaced_wherever_the_cut_says_it() -> None:
    made = await asked("'삼 초'를 '한순간'으로")
    assert edits(made) == {"narration": "그 한순간에, 아우라 그립."}
    assert (await asked("'없는말'을 '있는말'로")).verdict == "refused"


async def test_a_new_caption_is_taken_verbatim() -> None:
    assert edits(await asked("자막을 “빗길, 이제 안심”으로 바꿔 주세요")) == {
        "caption": "빗길, 이제 안심"
    }
    assert edits(await asked("자막: 오늘도, 안전하게")) == {"caption": "오늘도, 안전하게"}


async def test_what_must_not_be_said_is_not_said_for_feedback_either() -> None:
    forbidden = a_working().brief.must_not_say[0]
    made = await asked(f"자막을 “우리가 {forbidden}”로")
    assert made.verdict == "refused" and forbidden in made.message


async def test_a_text_that_is_too_long_is_refused_with_the_numbers() -> None:
    made = await asked(f"자막을 ‘{'가' * 130}’로")
    assert made.verdict == "refused" and "130자" in made.message and "120자" in made.message


async def test_a_price_is_said_only_if_it_is_known() -> None:
    assert (await asked("가격을 말해 주세요")).verdict == "not_understood"
    made = edits(await asked("가격을 말해 주세요. 129,000원"))
    assert made["narration"].endswith("129,000원.")
    assert "\n129,000원" in edits(await asked("가격 129,000원을 자막에 넣어 주세요"))["caption"]


async def test_all_narration_can_go_at_once() -> None:
    working = a_working()
    made = await asked("내레이션 없이", None)
    after = apply_all(working, made.operations)
    assert not any(cut.narration for cut in after.conte.cuts)
    assert len(made.operations) == sum(bool(cut.narration) for cut in working.conte.cuts)


# Time and order


async def test_a_cut_that_gets_longer_is_given_its_time_by_a_neighbour() -> None:
    working = a_working()
    made = await asked("1초 더 길게")
    (op,) = made.operations
    assert op.op == "retime" and op.frames == working.conte.cuts[2].num_frames + 30
    giver = next(cut for cut in working.conte.cuts if cut.id == op.source)
    assert (
        giver.number in (2, 4) and f"컷 {giver.number}" in made.message and "1.0초" in made.message
    )


async def test_a_neighbour_keeps_its_least_time() -> None:
    made = await asked("30초 더 길게")
    assert made.verdict == "refused" and "0.8초" in made.message and not made.operations


async def test_a_locked_length_neither_gives_nor_takes() -> None:
    working = with_cut(a_working(), 2, locked=("num_frames",))
    made = await asked("더 길게", 3, working)
    assert [op.op for op in made.operations] == ["retime"]
    assert made.operations[0].source == working.conte.cuts[3].id  # pyright: ignore
    working = with_cut(working, 4, locked=("num_frames",))
    assert (await asked("더 길게", 3, working)).verdict == "refused"
    assert (await asked("더 길게", 2, working)).verdict == "refused"


async def test_two_cuts_swap_and_the_others_keep_their_places() -> None:
    working = a_working()
    order = [cut.id for cut in working.conte.cuts]
    for text, i, j in (("2컷과 5컷 순서를 바꿔 주세요", 1, 4), ("swap cuts 3 and 4", 2, 3)):
        made = await asked(text, None)
        wanted = list(order)
        wanted[i], wanted[j] = wanted[j], wanted[i]
        assert [cut.id for cut in apply_all(working, made.operations).conte.cuts] == wanted
    own = await asked("6컷이랑 순서를 바꿔 주세요", 2)
    wanted = list(order)
    wanted[1], wanted[5] = wanted[5], wanted[1]
    assert [cut.id for cut in apply_all(working, own.operations).conte.cuts] == wanted


async def test_a_cut_goes_beside_another() -> None:
    working = a_working()
    ids = [cut.id for cut in working.conte.cuts]
    made = await asked("2컷을 4컷 뒤로 옮겨 주세요", None)
    moved = [cut.id for cut in apply_all(working, made.operations).conte.cuts]
    assert moved == [ids[0], ids[2], ids[3], ids[1], *ids[4:]]


async def test_the_last_four_cuts_cannot_be_dropped() -> None:
    working = a_working()
    for _ in range(3):
        made = await asked("이 컷은 빼 주세요", 2, working)
        assert made.verdict == "understood"
        working = apply_all(working, made.operations)
    made = await asked("이 컷은 빼 주세요", 2, working)
    assert made.verdict == "refused" and "4~8컷" in made.message


# What is cited


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3컷", [3]), ("컷 3", [3]), ("3번 컷", [3]), ("세 번째 컷", [3]), ("둘째 컷", [2]),
        ("2,3컷", [2, 3]), ("2컷과 5컷", [2, 5]), ("2번이랑 5번", [2, 5]), ("2~4컷", [2, 3, 4]),
        ("마지막 컷", [7]), ("첫 장면", [1]), ("오프닝 컷", [1]), ("cut 2", [2]), ("shot #4", [4]),
        ("cuts 2 and 5", [2, 5]), ("cuts 2-4", [2, 3, 4]), ("the second shot", [2]),
        ("the last scene", [7]), ("the 3rd cut", [3]), ("#6", [6]), ("3초", []), ("한 번 더", []),
        ("2번 더 반복", []), ("1.5초로", []), ("9,900원", []), ("‘3컷’이라는 자막", []),
    ],
)  # fmt: skip
def test_cuts_are_named_in_many_ways(text: str, numbers: list[int]) -> None:
    cuts = a_working().conte.cuts
    assert [cuts_of(cuts)[cut] for cut in named_cuts(text, cuts).cuts] == numbers


def cuts_of(cuts: tuple[Cut, ...]) -> dict[str, int]:
    return {cut.id: cut.number for cut in cuts}


def test_numbers_that_no_cut_has_are_said() -> None:
    cuts = a_working().conte.cuts
    named = named_cuts("99컷과 2컷, 그리고 0컷", cuts)
    assert named.missing == (99, 0) and len(named.cuts) == 1


async def test_an_item_without_a_cut_changes_the_ones_it_names() -> None:
    working = a_working()
    made = await asked("2컷: 더 넓게. 5컷은 더 밝게, 그리고 낮으로", None)
    changed = {op.cut for op in made.operations if isinstance(op, Edit)}
    assert changed == {working.conte.cuts[1].id, working.conte.cuts[4].id}
    after = apply_all(working, made.operations)
    untouched(working, after, changed)
    assert after.conte.cuts[4].time_of_day == "day"
    assert after.conte.cuts[1].time_of_day == "night"


async def test_an_item_that_says_not_which_cut_is_asked_back() -> None:
    made = await asked("더 넓게", None)
    assert made.verdict == "not_understood" and "어느 컷" in made.message


async def test_a_locked_field_is_refused_by_its_name() -> None:
    made = await asked("자막 없이", 3, None, locked=("caption",))
    assert made.verdict == "refused" and "자막은 잠겨 있어" in made.message
    made = await asked("더 가까이", 3, None, locked=("video_prompt",))
    assert made.verdict == "refused" and not made.operations


async def test_items_follow_each_other() -> None:
    working = a_working()
    own = working.conte.cuts[2].id
    items = [FeedbackItem(cut=own, text="더 가까이") for _ in range(4)]
    made = await FeedbackRules().propose(working, items)
    assert [p.verdict for p in made] == ["understood"] * 3 + ["refused"]
    every: list[Operation] = [op for proposal in made for op in proposal.operations]
    assert apply_all(working, every).conte.cuts[2].size is ShotSize.ECU


@pytest.mark.parametrize(
    "text",
    ["이 컷은 바꾸지 마세요", "사람을 빼지 마세요", "더 크게 하지 말아 주세요", "don't make it darker",
     "please don't remove the product", "keep the music as it is"],
)  # fmt: skip
async def test_what_is_not_to_be_done_is_not_done(text: str) -> None:
    made = await asked(text)
    assert made.verdict == "understood" and not made.operations


async def test_what_is_to_stay_is_no_reason_not_to_do_the_rest() -> None:
    made = edits(await asked("음악은 그대로 두고 화면만 밝게"))
    assert set(made) == {"action", "video_prompt"}


@pytest.mark.parametrize("text", ["음", "로고를 파랗게", "asdf qwer", "점심 뭐 먹지?", "🙂"])
async def test_what_is_not_understood_says_so(text: str) -> None:
    made = await asked(text)
    assert made.verdict == "not_understood" and not made.operations and made.message


async def test_what_is_understood_is_done_and_the_rest_is_said() -> None:
    made = await asked("더 가까이, 그리고 로고를 파랗게 칠해 주세요")
    assert made.verdict == "understood" and edits(made)["size"] == "MCU"
    assert "알아듣지 못한 말: “그리고 로고를 파랗게 칠해 주세요”" in made.message


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("제품이 너무 작게 나와요, 좀 키워주세요", "product_bigger"),
        ("The product is too dominant, shrink it a little", "product_smaller"),
        ("내레이션이 너무 길어요. 줄여 주세요", "shorter_narration"),
        ("음악이 처져요, 더 빠르게", "livelier_music"),
        ("음악이 너무 튀어요, 차분한 걸로", "calmer_music"),
    ],
)
async def test_what_a_sentence_is_about_the_next_one_goes_on_with(text: str, kinds: str) -> None:
    working = a_working("ko" if any("가" <= one <= "힣" for one in text) else "en")
    first, *_ = clauses(text)
    made = await asked(text, 3, working)
    assert made.verdict == "understood"
    assert made.operations == (await asked(first.text, 3, working)).operations
    assert kinds_in(first.text, working) == [kinds]
    assert not any(op.op == "retime" for op in made.operations)


@pytest.mark.parametrize(
    "text", ["이 컷 너무 길어요. 짧게 가죠", "too dark, brighten it", "빠르게, 더 빠르게"]
)
async def test_what_is_said_twice_is_done_once(text: str) -> None:
    first, *_ = clauses(text)
    assert (await asked(text)).operations == (await asked(first.text)).operations


async def test_a_cut_that_is_to_be_the_first_is_the_one_that_the_words_are_on() -> None:
    working = a_working()
    for text, after in (
        ("이걸 첫 컷으로 올려 주세요", None),
        ("이걸 마지막 컷으로 보내 주세요", 7),
    ):
        [op] = (await asked(text)).operations
        assert op.op == "move" and op.cut == working.conte.cuts[2].id
        assert op.after == (working.conte.cuts[after - 1].id if after else None)


async def test_lengths_said_one_after_the_other_are_two_wishes() -> None:
    cut = a_working().conte.cuts[2]
    *_, last = (await asked("0.5초 줄여 주세요. 0.2초 더 줄여 주세요")).operations
    assert last.op == "retime" and last.frames == cut.num_frames - 21


async def test_the_whole_of_a_picture_is_not_the_whole_of_the_film() -> None:
    made = await asked("전체적으로 따뜻한 톤으로")
    assert set(edits(made)) == {"action", "video_prompt"}
    assert "다른 컷은 그대로" in made.message
    assert (await asked("모든 컷을 따뜻한 톤으로")).verdict == "refused"


async def test_a_cut_becomes_two_by_words_and_the_same_words_say_the_same() -> None:
    working = a_working()
    made = await asked("이 컷을 둘로 나눠 주세요")
    after = apply_all(working, made.operations)
    assert len(after.conte.cuts) == len(working.conte.cuts) + 1
    assert after.conte.num_frames == working.brief.num_frames
    assert made == await asked("이 컷을 둘로 나눠 주세요")
    full = await asked("split this cut", 3, a_working("en"))
    assert full.verdict == "refused" and "4 to 8" in full.message
    short = await asked("둘로 나눠 주세요", 3, num_frames=40)
    assert short.verdict == "refused" and "0.8초" in short.message
    locked = await asked("둘로 나눠 주세요", 3, locked=("num_frames",))
    assert locked.verdict == "refused" and "잠겨" in locked.message


async def test_two_cuts_become_one_only_where_both_are_named() -> None:
    working = a_working()
    made = await asked("2컷과 3컷을 합쳐 주세요", None)
    [op] = made.operations
    assert op.op == "merge" and len(apply_all(working, [op]).conte.cuts) == 6
    assert (await asked("2컷과 3컷을 합쳐 주세요", 3)).verdict == "refused"
    apart = await asked("2컷과 4컷을 합쳐 주세요", None)
    assert apart.verdict == "refused" and "나란한" in apart.message
    assert not (await asked("합쳐 주세요", None)).operations


async def test_a_sound_that_is_named_is_heard_and_one_that_is_not_is_asked_for() -> None:
    assert edits(await asked("탄산 터지는 소리 넣어주세요")) == {"sound_effect": "탄산 터지는 소리"}
    assert edits(await asked("add the sound of distant thunder", 3, a_working("en"))) == {
        "sound_effect": "distant thunder"
    }
    assert (await asked("소리를 추가해 주세요")).verdict == "not_understood"


async def test_messages_are_in_the_language_of_the_brief() -> None:
    english = a_working("en")
    made = await asked("더 넓게", 3, english)
    assert made.message == "Cut 3: the shot is wider."
    made = await asked("wider please", 3)
    assert made.message == "컷 3: 더 넓게 잡았습니다."


@pytest.mark.parametrize(
    "text", ["", "   ", "\u3164\u200b", "a" * 501, "밝게\u202e", "x\x00y", "\ud800"]
)
def test_an_item_without_words_or_with_hidden_ones_is_none(text: str) -> None:
    with pytest.raises(ValidationError):
        FeedbackItem(text=text)


async def test_the_same_feedback_proposes_the_same() -> None:
    assert await asked("더 밝게, 다른 음악으로") == await asked("더 밝게, 다른 음악으로")
