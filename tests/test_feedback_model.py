"""Feedback by a language model: what its schema lets it say, and what becomes of what it says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from conte.manuscript import TEXTS
from conte.revision.allowed import PROPOSABLE
from conte.revision.applying import apply_all
from conte.revision.feedback import FeedbackItem, Proposal
from conte.revision.operations import Edit
from conte.revision.working import Working
from conte.vocabulary import Language, ShotSize
from deployments.engines.chat import ModelAway
from deployments.engines.feedback import FeedbackRules
from deployments.engines.feedback_fall_back import RulesIfAway
from deployments.engines.feedback_model import FeedbackModel
from deployments.engines.feedback_model.bounds import answer_schema, conforms, operation_schemas
from deployments.engines.feedback_model.requests import for_item, prompt_in, system_of
from deployments.engines.load import feedback_engine
from serve.settings import ConteSettings
from tests.guided_noise import GuidedNoise
from tests.scripted_chat import ScriptedChat
from tests.sound_conte import a_brief, a_conte
from tests.test_feedback import a_working, edits, untouched, with_cut

SETTINGS = ConteSettings()


def an_item(text: str = "더 밝게", cut: int | None = 3, working: Working | None = None):
    own = (working or a_working()).conte.cuts[cut - 1].id if cut else None
    return FeedbackItem(cut=own, text=text)


async def answered(
    *operations: dict[str, Any], working: Working | None = None, text: str = "고쳐 주세요"
) -> Proposal:
    working = working or a_working()
    own = working.conte.cuts[2].id
    written = [{"cut": own, **op} for op in operations]
    chat = ScriptedChat({"verdict": "understood", "operations": written})
    (made,) = await FeedbackModel(chat, SETTINGS).propose(
        working, [FeedbackItem(cut=own, text=text)]
    )
    return made


def an_edit(field: str, after: Any) -> dict[str, Any]:
    return {"op": "edit", "field": field, "after": after}


def parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from parts_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from parts_of(part)


# The schema


@pytest.mark.parametrize("language", ["ko", "en"])
def test_only_the_cited_cuts_can_be_named(language: Language) -> None:
    working = a_working(language)
    ids = [cut.id for cut in working.conte.cuts]
    for item, cited in (
        (FeedbackItem(cut=ids[2], text="더 밝게"), {ids[2]}),
        (FeedbackItem(text="2컷, 5컷"), {ids[1], ids[4]}),
        (FeedbackItem(text="cuts 2 and 5"), {ids[1], ids[4]}),
        (FeedbackItem(text="전체적으로"), set(ids)),
    ):
        schema = json.dumps(answer_schema(working, item))
        assert {cut for cut in ids if cut in schema} == cited


def test_a_swap_can_name_the_other_cut_to_move_it_and_for_nothing_else() -> None:
    working = a_working()
    ids = [cut.id for cut in working.conte.cuts]
    made = operation_schemas(working, FeedbackItem(cut=ids[1], text="5컷과 순서를 바꿔 주세요"))
    for name, schema in made.items():
        named = schema["properties"]["cut"]["enum"]
        assert named == ([ids[1], ids[4]] if name == "move" else [ids[1]])


def test_a_locked_field_cannot_be_said_nor_the_words_of_the_law() -> None:
    working = with_cut(a_working(), 3, locked=("caption", "num_frames", "size"))
    made = operation_schemas(working, an_item(working=working))
    assert set(made) == {*PROPOSABLE, "move"} - {"caption", "size"}
    assert "legal" not in made
    everywhere = operation_schemas(working, FeedbackItem(text="전체적으로 밝게"))
    locked = working.conte.cuts[2].id
    assert locked not in everywhere["caption"]["properties"]["cut"]["enum"]
    assert locked in everywhere["narration"]["properties"]["cut"]["enum"]


def test_no_cut_can_go_where_four_stand_and_nothing_can_be_said_of_none() -> None:
    working = a_working()
    assert "remove" in operation_schemas(working, an_item())
    four = working.conte.model_copy(update={"cuts": working.conte.cuts[:4]})
    fewer = working.model_copy(update={"conte": four})
    assert "remove" not in operation_schemas(fewer, an_item(working=fewer))
    none = answer_schema(working, FeedbackItem(text="99컷을 밝게"))
    assert none["properties"]["operations"]["maxItems"] == 0


@pytest.mark.parametrize("language", ["ko", "en"])
def test_texts_are_bounded_as_a_manuscripts_are(language: Language) -> None:
    working = a_working(language)
    made = operation_schemas(working, an_item(working=working))
    for name, bounds in next(iter([TEXTS[type(working.conte.cuts[0])]])).items():
        pattern = made[name]["properties"]["after"]["pattern"]
        longest = "a" * bounds.most(language)
        assert re.search(pattern, longest) and not re.search(pattern, longest + "a")
        assert not re.search(pattern, f"aa\u202e{'a' * bounds.least}")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_schema_uses_what_every_guide_supports_and_nothing_runs_on(language: Language) -> None:
    known = {"type", "required", "additionalProperties", "enum", "pattern", "items", "minItems",
             "maxItems", "anyOf", "$ref"}  # fmt: skip
    working = a_working(language)
    schema = answer_schema(working, an_item(working=working))
    assert {key for p in parts_of(schema) for key in p if not isinstance(p[key], dict)} <= known
    for part in parts_of(schema):
        match part.get("type"):
            case "object":
                assert part["additionalProperties"] is False
                assert part["required"] == list(part["properties"])
            case "string":
                assert "enum" in part or re.search(r"\{\d+(,\d+)?\}\)?\??\$$", part["pattern"])
            case "array":
                assert part["maxItems"] <= 8
            case "number" | "integer":
                assert part["enum"]
            case _:
                pass


@pytest.mark.parametrize(
    "answer",
    [
        {"verdict": "refused", "operations": []},
        {"verdict": "maybe", "operations": []},
        {"verdict": "understood"},
        {"verdict": "understood", "operations": [], "message": "x"},
        {"verdict": "understood", "operations": [{"op": "remove"}]},
        {"verdict": "understood", "operations": [{"op": "move", "place": 2}]},
        {"verdict": "understood", "operations": [{"op": "move", "place": True}]},
        {"verdict": "understood", "operations": [{"op": "retime", "seconds": 2.5}]},
        {"verdict": "understood", "operations": [{"op": "retime", "seconds": 2.7}]},
        {"verdict": "understood", "operations": [an_edit("size", "CU")]},
        {"verdict": "understood", "operations": [an_edit("size", "XL")]},
        {"verdict": "understood", "operations": [an_edit("continues", 1)]},
        {"verdict": "understood", "operations": [an_edit("shows", ["lead", "product"])]},
        {"verdict": "understood", "operations": [an_edit("shows", ["stranger"])]},
        {"verdict": "understood", "operations": [an_edit("dialogue", [{"speaker": "재민", "text": "가자"}])]},
        {"verdict": "understood", "operations": [an_edit("dialogue", [{"speaker": "재민"}])]},
        {"verdict": "understood", "operations": [an_edit("caption", "안녕\n")]},
        {"verdict": "understood", "operations": [an_edit("caption", 'a "b"')]},
    ],
)  # fmt: skip
def test_the_check_is_of_one_mind_with_another_implementation(answer: dict[str, Any]) -> None:
    working = a_working()
    own = working.conte.cuts[2].id
    for op in answer.get("operations", ()):
        op["cut"] = own
    schema = answer_schema(working, an_item())
    ours = conforms(answer, schema, schema.get("$defs", {}))
    # In Python `$` matches before a line end, in JSON Schema (ECMA 262) it does not.
    assert ours == jsonschema_rs.is_valid(schema, answer)


async def test_noise_under_the_grammar_of_a_real_guide_stays_within_the_cut() -> None:
    working = Working(conte=a_conte().born(1), brief=a_brief())
    own = working.conte.cuts[1].id
    item = FeedbackItem(cut=own, text="이 컷을 고쳐 주세요")
    noise = GuidedNoise()
    (made,) = await FeedbackModel(noise, SETTINGS).propose(working, [item])
    assert noise.tokens > 5
    touched = {own} | {op.source for op in made.operations if op.op == "retime"}
    untouched(working, apply_all(working, made.operations), touched)


# Answers


async def test_an_answer_becomes_operations_on_what_stands() -> None:
    working = a_working()
    cut = working.conte.cuts[2]
    made = await answered(an_edit("caption", "빗길, 이제 안심"), an_edit("narration", "멈춥니다."))
    assert made.operations == (
        Edit(cut=cut.id, field="caption", before=cut.caption, after="빗길, 이제 안심"),
        Edit(cut=cut.id, field="narration", before=cut.narration, after="멈춥니다."),
    )
    assert made.message == "컷 3: 자막, 내레이션을 바꿉니다."


async def test_a_camera_that_changes_alone_takes_the_prompt_with_it() -> None:
    prompt = a_working().conte.cuts[2].video_prompt
    made = edits(await answered(an_edit("size", "CU"), an_edit("angle", "high")))
    assert made["video_prompt"].startswith("Close-up from a high angle, camera tracks ")
    own = "a car tyre on a wet road at night, rain, seen from close by, slow dolly in, calm"
    made = edits(await answered(an_edit("size", "CU"), an_edit("video_prompt", own)))
    assert made["video_prompt"] == own != prompt
    locked = with_cut(a_working(), 3, locked=("video_prompt",))
    assert set(edits(await answered(an_edit("size", "CU"), working=locked))) == {"size"}


async def test_a_length_is_given_by_the_neighbour_that_can() -> None:
    working = a_working()
    made = await answered({"op": "retime", "seconds": 6.0})
    (op,) = made.operations
    assert op.op == "retime" and op.frames == 180
    beside = {working.conte.cuts[1].id, working.conte.cuts[3].id}
    assert op.source in beside and "주고받습니다" in made.message
    assert apply_all(working, made.operations).conte.num_frames == working.conte.num_frames


async def test_a_place_is_counted_from_one() -> None:
    working = a_working()
    for place in (1, 5, 7):
        made = await answered({"op": "move", "place": place})
        cuts = apply_all(working, made.operations).conte.cuts
        assert cuts[place - 1].id == working.conte.cuts[2].id
    assert not (await answered({"op": "move", "place": 3})).operations


async def test_what_is_so_already_is_said_to_be() -> None:
    cut = a_working().conte.cuts[2]
    made = await answered(an_edit("caption", cut.caption))
    assert made.verdict == "understood" and not made.operations and "이미" in made.message


async def test_what_must_not_be_said_is_left_out() -> None:
    forbidden = a_working().brief.must_not_say[0]
    made = await answered(an_edit("caption", f"우리가 {forbidden}"), an_edit("narration", "좋다."))
    assert set(edits(made)) == {"narration"} and "뺐습니다" in made.message
    assert forbidden not in made.message
    made = await answered(an_edit("caption", f"우리가 {forbidden}"))
    assert made.verdict == "refused" and not made.operations


async def test_a_verdict_without_operations_is_answered_in_the_creators_language() -> None:
    for language, word in (("ko", "바꾸지 않았습니다"), ("en", "nothing was changed")):
        working = a_working(language)  # pyright: ignore[reportArgumentType]
        chat = ScriptedChat({"verdict": "refused", "operations": []})
        (made,) = await FeedbackModel(chat, SETTINGS).propose(
            working, [FeedbackItem(cut=working.conte.cuts[0].id, text="?!a")]
        )
        assert made.verdict == "refused" and word in made.message


async def test_a_fence_of_markdown_is_taken_off() -> None:
    working = a_working()
    own = working.conte.cuts[2].id
    body = {"verdict": "understood", "operations": [{"cut": own, **an_edit("caption", "안심")}]}
    chat = ScriptedChat(f"```json\n{json.dumps(body)}\n```")
    (made,) = await FeedbackModel(chat, SETTINGS).propose(working, [an_item()])
    assert edits(made) == {"caption": "안심"}


# The request


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_request_has_the_prompt_whole_and_the_cited_cut_in_full(language: Language) -> None:
    working = a_working(language)
    item = an_item(working=working)
    request = for_item(working, item, SETTINGS)
    assert prompt_in(language).version.startswith(f"feedback/{language}/1-")
    assert request.messages[0].content == system_of(language)
    for message in request.messages:
        assert not re.search(r"\$\{?[a-z_]+", message.content)
    told = request.messages[1].content.split("<conte>")[1].split("</conte>")[0]
    cuts = json.loads(told)["cuts"]
    assert [("id" in cut) for cut in cuts] == [cut["number"] == 3 for cut in cuts]
    assert cuts[2]["video_prompt"] == working.conte.cuts[2].video_prompt
    assert request.name == "feedback" and request.seed == for_item(working, item, SETTINGS).seed


# Which engine


async def test_rules_read_feedback_where_the_model_is_away() -> None:
    working = with_cut(a_working(), 3, size=ShotSize.MS)
    engine = RulesIfAway(FeedbackModel(ScriptedChat(ModelAway("down")), SETTINGS), FeedbackRules())
    (made,) = await engine.propose(working, [an_item("더 가까이")])
    assert edits(made)["size"] == "MCU"


def test_the_engine_is_that_of_the_contes() -> None:
    chat = ScriptedChat()
    assert isinstance(feedback_engine(ConteSettings()), FeedbackRules)
    assert isinstance(feedback_engine(ConteSettings(engine="vllm"), chat), FeedbackModel)
    assert isinstance(feedback_engine(ConteSettings(engine="house.engine:Own")), FeedbackRules)
    with pytest.raises(ValueError, match="served model"):
        feedback_engine(ConteSettings(engine="vllm"))
    server = {"url": "http://127.0.0.1:9/v1", "model": "m"}
    settings = ConteSettings.model_validate({"engine": "openai", "openai": server})
    assert isinstance(feedback_engine(settings), RulesIfAway)
    settings = ConteSettings.model_validate(
        {"engine": "openai", "openai": server | {"fall_back": False}}
    )
    assert isinstance(feedback_engine(settings), FeedbackModel)
