"""A language model writes; what breaks a rule is asked for again, and nothing broken is handed on."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from conte.brief import Brief, Product
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.loop import looped
from conte.production import Provenance
from conte.vocabulary import Language
from deployments.conte_writer import ConteWriter
from deployments.engines.chat import CutOff, ModelAway
from deployments.engines.protocols import ConteError
from deployments.engines.scriptwriter import Scriptwriter
from serve.settings import Adapter, ConteSettings, Settings
from tests.guided_noise import GuidedNoise
from tests.scripted_chat import Answer, ScriptedChat, a_cut_as_written, a_manuscript, an_opening
from tests.sound_conte import a_brief

BRIEF = a_brief(must_not_say=["최고"])


class Written:
    """What a scriptwriter made of the model's answers, through the writer that judges every engine."""

    def __init__(self, *answers: Answer, brief: Brief = BRIEF, **settings: Any) -> None:
        self.chat = ScriptedChat(*answers)
        self.engine = Scriptwriter(self.chat, ConteSettings.model_validate(settings))
        self.brief = brief
        self.parts: list[Provenance | Treatment | Cut] = []
        self.said_at: list[int] = []

    async def read(self) -> "Written":
        async for part in ConteWriter(self.engine).write(self.brief, 11):
            self.parts.append(part)
            self.said_at.append(self.chat.said)
        return self

    async def error(self) -> str:
        with pytest.raises(ConteError) as refused:
            await self.read()
        return str(refused.value)

    @property
    def provenance(self) -> Provenance:
        return next(part for part in self.parts if isinstance(part, Provenance))

    @property
    def cuts(self) -> list[Cut]:
        return [part for part in self.parts if isinstance(part, Cut)]

    @property
    def conte(self) -> Conte:
        treatment = next(part for part in self.parts if isinstance(part, Treatment))
        return Conte.of(treatment, tuple(self.cuts))

    def asked_again(self, at: int) -> str:
        """The last words of a request."""
        return self.chat.asked[at].messages[-1].content


async def test_a_sound_manuscript_is_a_conte_of_exactly_the_briefs_frames() -> None:
    written = await Written(a_manuscript()).read()
    assert [type(part) for part in written.parts] == [Provenance, Treatment, *[Cut] * 5]
    assert [cut.num_frames for cut in written.cuts] == [120, 105, 135, 120, 120]
    assert [cut.number for cut in written.cuts] == [1, 2, 3, 4, 5]
    assert len(written.chat.asked) == written.chat.closed == 1


async def test_pacing_that_does_not_sum_is_shared_out_to_the_frame() -> None:
    written = await Written(a_manuscript(opening={"pacing": [1, 1, 1, 1, 3.7]})).read()
    assert sum(cut.num_frames for cut in written.cuts) == 600
    assert written.conte.check_fits(BRIEF)


async def test_each_part_leaves_as_soon_as_it_closes() -> None:
    written = await Written(a_manuscript()).read()
    text = json.dumps(a_manuscript(), ensure_ascii=False)
    treated = text.index("]", text.index('"pacing"')) + 1
    assert written.said_at[1] == -(-treated // 7)
    first_closes = text.index("}, {", text.index('"cuts"')) + 1
    assert written.said_at[2] == -(-first_closes // 7)


async def test_it_says_who_wrote_with_which_prompt_and_sampling() -> None:
    written = await Written(a_manuscript(), temperature=0.5, top_p=0.9, max_tokens=4000).read()
    made = written.provenance
    assert (made.engine.name, made.seed, made.adapter, made.instead_of) == (
        "scripted", 11, None, None,
    )  # fmt: skip
    assert made.prompt_version is not None and made.prompt_version.startswith("ko/2-")
    assert made.sampling is not None and made.sampling.model_dump() == {
        "temperature": 0.5, "top_p": 0.9, "max_tokens": 4000,
    }  # fmt: skip
    asked = written.chat.asked[0]
    assert (asked.temperature, asked.top_p, asked.max_tokens, asked.seed) == (0.5, 0.9, 4000, 11)


async def test_a_prompt_file_of_ones_own_is_what_the_model_is_told_and_what_the_version_names(
    tmp_path: Path,
) -> None:
    ours = (resources.files("deployments.engines.scriptwriter") / "prompts" / "ko.md").read_text(
        "utf-8"
    )
    own = ours.replace("version: 2\n", "version: 3\nparent: ko/2-9f2c81d0\n", 1).replace(
        "## system\n", "## system\n반전이 있는 첫 컷으로 시작합니다.\n", 1
    )
    (tmp_path / "ko.md").write_text(own, "utf-8")
    settings = Settings(home=tmp_path, conte=ConteSettings(prompts={"ko": "ko.md"})).at_home()
    written = await Written(a_manuscript(), **settings.conte.model_dump()).read()
    assert (written.provenance.prompt_version or "").startswith("ko/3-")
    assert "반전이 있는 첫 컷" in written.chat.asked[0].messages[0].content


def test_a_prompt_file_that_is_none_is_refused_by_its_setting(tmp_path: Path) -> None:
    (tmp_path / "ko.md").write_text("# no prompt", "utf-8")
    with pytest.raises(ValueError, match=r"conte\.prompts\.ko: prompt ko: wanted `---`"):
        Written(a_manuscript(), prompts={"ko": str(tmp_path / "ko.md")})
    with pytest.raises(ValueError, match=r"conte\.prompts\.en: .*No such file"):
        Written(a_manuscript(), prompts={"en": str(tmp_path / "en.md")})


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ({"caption": "국내 최고의 그립"}, "caption says “최고”"),
        ({"narration": "최 고."}, "narration says “최고”"),
        ({"dialogue": [{"speaker": "운전자", "text": "이게 최고야"}]}, "dialogue 1 says “최고”"),
        ({"shows": ["product_2"]}, "shows ['product_2'], the sheet has ['product', 'cast_1']"),
        ({"size": "XCU"}, "size"),
        ({"action": ""}, "action says nothing"),
        ({"action": "... !"}, "action says nothing"),
        ({"action": "젖은 도로... 장면 1!"}, "action is that of cut 1 again"),
        ({"video_prompt": "A wet road at night under street lamps - view 2."}, "video_prompt is that of cut 2"),
        ({"action": "비가 온다. " * 12}, "over and over"),
        ({"narration": "\u0007"}, "U+0007"),
        ({"narration": "그\ufffd립"}, "U+FFFD"),
        ({"mood": "x"}, "mood"),
    ],
)  # fmt: skip
async def test_a_broken_cut_alone_is_asked_for_again_with_what_was_wrong(
    spoilt: dict[str, Any], reason: str
) -> None:
    written = await Written(a_manuscript(cut_3=spoilt), a_cut_as_written(3, place="새 도로")).read()
    assert [cut.place for cut in written.cuts] == [
        "도로 1",
        "도로 2",
        "새 도로",
        "도로 4",
        "도로 5",
    ]
    assert len(written.chat.asked) == 2
    asked = written.chat.asked[1]
    assert reason.split(" [")[0] in written.asked_again(1)
    assert asked.messages[0] == written.chat.asked[0].messages[0]
    assert [message.role for message in asked.messages] == ["system", "user", "assistant", "user"]
    so_far = json.loads(asked.messages[2].content)
    assert len(so_far["cuts"]) == 2 and so_far["pacing"] == [4, 3.5, 4.5, 4, 4]
    assert asked.schema["properties"]["shows"]["items"]["enum"] == ["product", "cast_1"]
    assert asked.seed != written.chat.asked[0].seed
    assert asked.max_tokens < written.chat.asked[0].max_tokens


async def test_a_cut_broken_to_the_end_fails_the_conte_by_its_name_and_reason() -> None:
    broken = a_cut_as_written(2, caption="최고")
    written = Written(a_manuscript(cut_2=broken), broken, broken, max_repairs=2)
    assert await written.error() == (
        "cut 2 could not be written in 3 attempts: caption says “최고”, which must not be said"
    )
    assert [cut.number for cut in written.cuts] == [1]
    assert len({request.seed for request in written.chat.asked}) == 3
    assert written.chat.closed == 3


async def test_with_no_repairs_allowed_the_first_break_is_the_last() -> None:
    written = Written(a_manuscript(cut_2={"caption": "최고"}), max_repairs=0)
    assert "cut 2 could not be written in 1 attempt: " in await written.error()


async def test_the_treatment_is_asked_for_alone_and_then_all_its_cuts() -> None:
    cuts = {"cuts": [a_cut_as_written(number) for number in range(1, 6)]}
    written = await Written(
        a_manuscript(opening={"slogan": "최고의 그립"}), an_opening(), cuts
    ).read()
    assert "slogan says “최고”" in written.asked_again(1)
    assert list(written.chat.asked[1].schema["properties"])[-1] == "pacing"
    assert written.chat.asked[2].schema["properties"]["cuts"]["minItems"] == 5
    assert len(written.cuts) == 5


@pytest.mark.parametrize(
    "spoilt",
    [
        {"pacing": [4, 4, 4]},
        {"pacing": [4] * 9},
        {"pacing": [4, 4, 4, -1]},
        {"pacing": [4, 4, 4, float("nan")]},
        {"pacing": [4, 4, 4, 1e300]},
        {"pacing": [4, 4, 4, True]},
        {"pacing": "4,4,4,4"},
        {"sheet": []},
        {"sheet": 5},
        {"title": "  "},
        {"look": None},
    ],
)
async def test_a_broken_treatment_never_leaves(spoilt: dict[str, Any]) -> None:
    written = Written(a_manuscript(opening=spoilt), max_repairs=0)
    assert "the treatment could not be written in 1 attempt: " in await written.error()
    assert not any(isinstance(part, Treatment | Cut) for part in written.parts)


async def test_the_number_of_cuts_that_a_brief_asks_for_is_kept() -> None:
    written = Written(a_manuscript(), brief=a_brief(cuts=6), max_repairs=0)
    assert "got 5, wanted the seconds of 6 cuts" in await written.error()


async def test_cuts_that_were_cut_off_are_asked_for_one_by_one() -> None:
    text = json.dumps(a_manuscript(), ensure_ascii=False)
    cut_off = text[: text.index("장면 4")]
    for ending in ([cut_off, CutOff("too long")], [cut_off]):
        written = await Written(ending, a_cut_as_written(4), a_cut_as_written(5)).read()
        assert len(written.cuts) == 5
        assert "whole" in written.asked_again(1)


async def test_a_conte_cut_off_before_its_first_cut_starts_with_a_new_treatment() -> None:
    cuts = {"cuts": [a_cut_as_written(number) for number in range(1, 6)]}
    written = await Written(['{"title": "젖', CutOff("too long")], an_opening(), cuts).read()
    assert len(written.cuts) == 5


async def test_more_cuts_than_the_pacing_has_are_dropped() -> None:
    manuscript = a_manuscript()
    manuscript["cuts"] += manuscript["cuts"]
    written = await Written(manuscript).read()
    assert len(written.cuts) == 5 and len(written.chat.asked) == 1


async def test_cuts_before_the_treatment_are_no_conte() -> None:
    manuscript = {"cuts": [a_cut_as_written(1)], **an_opening()}
    assert "the cuts come before title" in await Written(manuscript, max_repairs=0).error()


async def test_a_model_that_is_away_is_waited_for_by_others() -> None:
    for answer in (ModelAway("gone"), [json.dumps(a_manuscript())[:2000], ModelAway("gone")]):
        with pytest.raises(ModelAway):
            await Written(answer).read()


async def test_a_refusal_is_told_in_the_models_own_words() -> None:
    assert await Written(ConteError("I would rather not")).error() == "I would rather not"


async def test_prose_and_a_fence_around_the_json_are_passed_over() -> None:
    text = json.dumps(a_manuscript(), ensure_ascii=False)
    written = await Written(f"콘티입니다.\n```json\n{text}\n```\n끝.").read()
    assert len(written.cuts) == 5


@pytest.mark.parametrize(
    "garbage",
    ["", "죄송합니다.", "[]", "{", "{]", '{"cuts": 5}', "null", '{"title": "' + "x" * 9000],
)
async def test_garbage_fails_with_a_reason_and_leaves_nothing(garbage: str) -> None:
    written = Written(garbage, garbage, max_repairs=1)
    assert "the treatment could not be written in 2 attempts: " in await written.error()
    assert written.parts == [written.provenance]


@pytest.mark.parametrize(
    "name", ["\x00", "\ud800", "\n</brief>", "a" * 9000], ids=["nul", "surrogate", "mark", "long"]
)
async def test_what_was_wrong_can_be_stored_and_sent_whatever_a_model_wrote(name: str) -> None:
    spoilt = json.dumps(a_manuscript(cut_2={name: "x", "size": name}))
    broken = json.dumps(a_cut_as_written(2, **{name: name}))
    reason = await Written(spoilt, broken, max_repairs=1).error()
    assert reason.isprintable() and reason.encode() and len(reason) < 700
    written = await Written(spoilt, a_cut_as_written(2)).read()
    assert written.asked_again(1).encode()
    assert len(written.asked_again(1)) < 2000 and "<" not in written.asked_again(1)


async def test_a_value_nested_a_thousand_deep_is_only_broken() -> None:
    nested = '{"title": ' + "[" * 900 + "]" * 900 + "," + json.dumps(an_opening())[1:]
    nested = nested.replace('"title": "', '"title_2": "')
    assert "title" in await Written(nested, max_repairs=0).error()


async def test_two_entries_of_one_id_are_told_apart() -> None:
    sheet = an_opening()["sheet"]
    written = await Written(
        a_manuscript(opening={"sheet": [*sheet, sheet[1] | {"name": "아이"}]})
    ).read()
    assert [entry.id for entry in written.conte.sheet] == ["product", "cast_1", "cast_2"]


async def test_what_place_decides_is_not_the_models_to_say() -> None:
    spoilt = {"number": 7, "num_frames": 3, "shows": ["product", "product"]}
    written = await Written(a_manuscript(cut_2=spoilt)).read()
    assert (written.cuts[1].number, written.cuts[1].num_frames) == (2, 105)
    assert written.cuts[1].shows == ("product",)


@pytest.mark.parametrize(
    ("advertiser", "category", "adapter"),
    [
        ("한울 타이어", "음료", "hanul"),
        ("NOBODY", " Soft  Drinks", "drinks"),
        ("누군가", "가전", None),
        ("", "", None),
    ],
)
async def test_the_adapter_is_the_advertisers_or_else_the_categorys(
    advertiser: str, category: str, adapter: str | None
) -> None:
    adapters = {
        "drinks": Adapter(path="/d", categories=("음료", "soft drinks", "")),
        "hanul": Adapter(path="/h", advertisers=("한울타이어",)),
    }
    brief = a_brief(
        advertiser=advertiser, product=Product(name="그립 맥스", category=category)
    )  # fmt: skip
    written = await Written(a_manuscript(), brief=brief, adapters=adapters).read()
    assert written.provenance.adapter == adapter == written.chat.asked[0].adapter


@pytest.mark.parametrize("max_tokens", [2000, 6000])
@pytest.mark.parametrize("language", ["ko", "en"])
async def test_even_noise_under_guidance_becomes_a_conte_that_keeps_every_rule(
    language: Language, max_tokens: int
) -> None:
    # At 2000 tokens most are cut off: the repairs are what finishes them.
    noise, brief = GuidedNoise(), a_brief(language, duration_s=15)
    settings = ConteSettings(max_tokens=max_tokens)
    for seed in range(8):
        engine = Scriptwriter(noise, settings)
        _, treatment, *cuts = [part async for part in ConteWriter(engine).write(brief, seed)]
        assert isinstance(treatment, Treatment)
        conte = Conte.of(treatment, tuple(cut for cut in cuts if isinstance(cut, Cut)))
        assert conte.check_fits(brief)
    assert len(noise.asked) > 8


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("a wet road, a wet road, a wet road, a wet road", "a wet road"),
        ("ㅋ" * 30, "ㅋ"),
        ("비가 오는 밤 도로 위를 달린다 차 한 대. " * 3, "비가 오는 밤 도로 위를 달린다 차 한 대"),
        ("딩동 딩동 딩동 딩동", ""),
        ("똑똑똑똑", ""),
        ("Just do it. Just do it. Just do it.", ""),
        ("젖은 도로 위로 차가 미끄러지듯 멈춘다", ""),
        ("..................................", ""),
        ("", ""),
    ],
)
def test_a_text_that_goes_round_in_circles_is_known(text: str, phrase: str) -> None:
    assert looped(text) == phrase
