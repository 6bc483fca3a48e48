"""A conte from any OpenAI-compatible server, over a real socket; and what happens when it fails."""

import json
import logging
import random
import traceback
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import SecretStr

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.production import Provenance
from deployments.conte_writer import ConteWriter
from deployments.engines.chat import ChatRequest, CutOff, Message, ModelAway
from deployments.engines.composer import Composer
from deployments.engines.fall_back import FallBack
from deployments.engines.load import conte_engine
from deployments.engines.openai_chat import OpenAIChat
from deployments.engines.protocols import ConteEngine, ConteError
from deployments.engines.scriptwriter import Scriptwriter
from serve.settings import ConteSettings, OpenAISettings
from tests.front_door import eventually
from tests.openai_server import Act, OpenAIServer, openai_server
from tests.scripted_chat import ScriptedChat, a_cut_as_written, a_manuscript
from tests.sound_conte import a_brief

KEY = "sk-nobody-may-see-this"
TEXT = json.dumps(a_manuscript(), ensure_ascii=False)
REQUEST = ChatRequest(
    messages=(Message("system", "You write."), Message("user", "Write.")),
    schema={"type": "object"},
    seed=11,
    temperature=0.8,
    top_p=0.95,
    max_tokens=6000,
)
BRIEF = a_brief()


def settings(server: OpenAIServer | None = None, **changes: Any) -> OpenAISettings:
    url = server.url if server else "http://127.0.0.1:9/v1"
    given = {"url": url, "model": "HCX-007", "api_key": KEY, "timeout_s": 5}
    return OpenAISettings.model_validate(given | changes)


class Waits:
    """Sleeps not at all, and remembers how long it should have."""

    def __init__(self) -> None:
        self.s: list[float] = []

    async def __call__(self, wait_s: float) -> None:
        self.s.append(wait_s)


async def answer(chat: OpenAIChat, request: ChatRequest = REQUEST) -> str:
    try:
        async with aclosing(chat.stream(request)) as pieces:
            return "".join([piece async for piece in pieces])
    finally:
        await chat.aclose()


async def parts_of(engine: ConteEngine, brief: Brief = BRIEF) -> list[Provenance | Treatment | Cut]:
    return [part async for part in ConteWriter(engine).write(brief, 11)]


async def test_a_conte_is_written_over_http_and_says_by_whom() -> None:
    with openai_server(Act(TEXT)) as server:
        chat = OpenAIChat(settings(server))
        parts = await parts_of(Scriptwriter(chat, ConteSettings()))
        await chat.aclose()
        assert [type(part) for part in parts] == [Provenance, Treatment, *[Cut] * 5]
        provenance = parts[0]
        assert isinstance(provenance, Provenance)
        assert provenance.engine.model_dump() == {
            "name": "openai",
            "revision": "HCX-007",
            "label": "HCX-007 at 127.0.0.1 (language model)",
        }
        assert provenance.instead_of is None
        asked = server.asked[0]
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"
        assert (asked["model"], asked["stream"], asked["seed"]) == ("HCX-007", True, 11)
        schema = asked["response_format"]["json_schema"]
        assert (schema["strict"], list(schema["schema"]["properties"])[-1]) == (True, "cuts")


async def test_without_a_key_none_is_sent() -> None:
    with openai_server(Act("{}")) as server:
        await answer(OpenAIChat(settings(server, api_key="")))
        assert "authorization" not in server.headers[0]


@pytest.mark.parametrize(
    ("guidance", "told"), [("json_object", {"type": "json_object"}), ("none", None)]
)
async def test_a_server_without_schemas_is_told_the_schema_in_words(
    guidance: str, told: dict[str, str] | None
) -> None:
    with openai_server(Act("{}")) as server:
        await answer(OpenAIChat(settings(server, guidance=guidance)))
        assert server.asked[0].get("response_format") == told
        assert server.asked[0]["messages"][0]["content"].endswith('{"type":"object"}')


async def test_a_server_with_another_word_for_the_limit_is_asked_in_its_words() -> None:
    body = json.dumps(
        {
            "error": {
                "message": "Unsupported parameter: 'max_tokens' is not supported with this model."
                " Use 'max_completion_tokens' instead.",
                "code": "unsupported_parameter",
            }
        }
    )
    with openai_server(Act(status=400, body=body), Act("{}")) as server:
        chat = OpenAIChat(settings(server, max_retries=0))
        assert [piece async for piece in chat.stream(REQUEST)] == ["{}"]
        assert [piece async for piece in chat.stream(REQUEST)] == ["{}"]
        await chat.aclose()
        words = [{name for name in asked if name.startswith("max_")} for asked in server.asked]
        assert words == [{"max_tokens"}, {"max_completion_tokens"}, {"max_completion_tokens"}]
    with openai_server(Act(status=400, body=body)) as server:
        with pytest.raises(ConteError, match="answered 400: Unsupported"):
            await answer(OpenAIChat(settings(server)))
        assert len(server.asked) == 2


async def test_what_a_server_needs_beside_is_sent_with_every_request() -> None:
    with openai_server(Act("{}")) as server:
        await answer(OpenAIChat(settings(server, extra={"reasoning_effort": "none"})))
        assert server.asked[0]["reasoning_effort"] == "none"


async def test_what_a_server_does_not_take_is_left_out() -> None:
    with openai_server(Act("{}")) as server:
        extra = {"temperature": None, "top_p": None, "seed": 3}
        await answer(OpenAIChat(settings(server, extra=extra)))
        assert not {"temperature", "top_p"} & server.asked[0].keys()
        assert server.asked[0]["seed"] == 3


async def test_an_adapter_is_asked_for_by_its_name() -> None:
    with openai_server(Act("{}")) as server:
        request = replace(REQUEST, adapter="drinks")
        await answer(OpenAIChat(settings(server)), request)
        assert server.asked[0]["model"] == "drinks"


async def test_a_text_with_u2028_in_it_arrives_whole() -> None:
    with openai_server(Act("젖은\u2028길\x85\n끝")) as server:
        assert await answer(OpenAIChat(settings(server))) == "젖은\u2028길\x85\n끝"


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
async def test_what_can_pass_is_tried_again(status: int) -> None:
    waits = Waits()
    with openai_server(Act(status=status), Act(status=status), Act("done")) as server:
        assert await answer(OpenAIChat(settings(server), waits)) == "done"
        assert len(server.asked) == 3 and len(waits.s) == 2


@pytest.mark.parametrize("act", [Act(finish=None), Act(breaks=True), Act(then="data: {oops\n\n")])
async def test_a_stream_that_breaks_before_its_first_word_is_tried_again(act: Act) -> None:
    with openai_server(act, Act("done")) as server:
        assert await answer(OpenAIChat(settings(server), Waits())) == "done"


async def test_waits_grow_are_jittered_and_end() -> None:
    random.seed(3)
    waits = Waits()
    with openai_server(Act(status=503, body="busy")) as server:
        with pytest.raises(ModelAway) as away:
            await answer(OpenAIChat(settings(server, max_retries=6), waits))
        assert str(away.value) == "127.0.0.1 answered 503: busy (7 attempts)"
        assert len(server.asked) == 7
    for wait_s, most in zip(waits.s, (0.5, 1, 2, 4, 8, 8), strict=True):
        assert 0 <= wait_s <= most
    assert len(set(waits.s)) == 6


@pytest.mark.parametrize(
    ("retry_after", "least", "most"),
    [
        ("7", 7, 7.5),
        (format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True), 60, 60.5),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0, 0.5),
        ("soon", 0, 0.5),
        ("-3", 0, 0.5),
        ("nan", 0, 0.5),
    ],
    ids=["seconds", "in an hour", "long ago", "words", "negative", "no number"],
)
async def test_retry_after_is_honoured_up_to_a_minute(
    retry_after: str, least: float, most: float
) -> None:
    waits = Waits()
    act = Act(status=429, headers={"Retry-After": retry_after})
    with openai_server(act, Act("done")) as server:
        assert await answer(OpenAIChat(settings(server), waits)) == "done"
    assert least <= waits.s[0] <= most


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"error": {"message": "no such model", "code": 404}}', "no such model"),
        ('{"status": {"code": "40001", "message": "Invalid parameter"}}', "Invalid parameter"),
        ('{"detail": "max_tokens is too large"}', "max_tokens is too large"),
        ('{"message": "context length exceeded"}', "context length exceeded"),
        ("<html>\n nginx </html>", "<html> nginx </html>"),
        ("", "nothing more"),
        ("[1]", "[1]"),
        ('{"error": {"message": "a\\u0000b\\ud800"}}', "a\ufffdb\ufffd"),
        ('{"error": {"message": "' + "x" * 9000 + '"}}', "x" * 400),
        (f'{{"error": {{"message": "Incorrect API key: {KEY}"}}}}', "Incorrect API key: ***"),
    ],
)
async def test_a_refusal_is_told_in_the_servers_own_words_and_not_tried_again(
    body: str, told: str
) -> None:
    with openai_server(Act(status=400, body=body)) as server:
        with pytest.raises(ConteError) as refused:
            await answer(OpenAIChat(settings(server), Waits()))
        assert str(refused.value) == f"127.0.0.1 answered 400: {told}"
        assert not isinstance(refused.value, ModelAway)
        assert len(server.asked) == 1


async def test_a_server_that_is_not_there_is_away() -> None:
    waits = Waits()
    with pytest.raises(ModelAway, match=r"127.0.0.1 cannot be reached: .*\(3 attempts\)"):
        await answer(OpenAIChat(settings(max_retries=2), waits))
    assert len(waits.s) == 2


async def test_a_silent_server_is_away_and_its_stream_is_closed() -> None:
    with openai_server(Act("젖은", hangs=True)) as server:
        with pytest.raises(ModelAway, match=r"was silent for 1 s$"):
            await answer(OpenAIChat(settings(server, timeout_s=1), Waits()))
        eventually(lambda: server.closed == 1)
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "ending",
    [
        Act("젖은 길 위로 차가 멈춘다", finish=None),
        Act("젖은 길 위로 차가 멈춘다", breaks=True),
        Act("젖은", then='data: {"error": {"message": "engine died", "code": 500}}\n\n'),
        Act("젖은", then='data: {"error": "engine died"}\n\n'),
        Act("젖은", then="data: [1]\n\n"),
    ],
)
async def test_a_stream_that_breaks_midway_is_away_and_never_started_over(ending: Act) -> None:
    with openai_server(ending) as server:
        with pytest.raises(ModelAway):
            await answer(OpenAIChat(settings(server), Waits()))
        assert len(server.asked) == 1


async def test_a_request_that_the_server_rejects_midway_is_refused() -> None:
    act = Act(then='data: {"error": {"message": "bad schema", "code": 400}}\n\n')
    with openai_server(act) as server:
        with pytest.raises(ConteError, match="bad schema"):
            await answer(OpenAIChat(settings(server), Waits()))
        assert len(server.asked) == 1


async def test_an_answer_ended_by_its_length_is_cut_off_after_its_last_word() -> None:
    said: list[str] = []
    with openai_server(Act("젖은 길", finish="length")) as server:
        chat = OpenAIChat(settings(server))
        try:
            async for piece in chat.stream(REQUEST):
                said.append(piece)
        except CutOff:
            said.append(" (cut off)")
        await chat.aclose()
    assert "".join(said) == "젖은 길 (cut off)"


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (Act("젖은", finish="content_filter"), "content filter"),
        (Act(refusal="I cannot write that"), "HCX-007 refused: I cannot write that"),
    ],
)
async def test_an_answer_withheld_is_an_error_with_its_reason(act: Act, told: str) -> None:
    with openai_server(act) as server, pytest.raises(ConteError, match=told):
        await answer(OpenAIChat(settings(server)))


async def test_closing_the_stream_stops_the_model() -> None:
    with openai_server(Act("젖은 길", hangs=True)) as server:
        chat = OpenAIChat(settings(server))
        pieces = chat.stream(REQUEST)
        assert await anext(pieces)
        await pieces.aclose()
        eventually(lambda: server.closed == 1)
        await chat.aclose()


async def test_the_key_is_in_no_error_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    acts = [
        Act(status=401, body=f"Bearer {KEY} is wrong"),
        Act(then=f"data: {KEY}\n\n"),
        Act(refusal=f"not with {KEY}"),
    ]
    for act in acts:
        with openai_server(act) as server:
            with pytest.raises(ConteError) as failed:
                await answer(OpenAIChat(settings(server, max_retries=0)))
            assert KEY not in "".join(traceback.format_exception(failed.value))
    assert KEY not in caplog.text
    assert KEY not in repr(OpenAIChat(settings()))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": ""}, "conte.openai.url"),
        ({"url": "clova.example/v1"}, "conte.openai.url"),
        ({"url": "ftp://clova.example"}, "conte.openai.url"),
        ({"model": ""}, "conte.openai.model"),
        ({"api_key": SecretStr("열쇠")}, "conte.openai.api_key"),
        ({"api_key": SecretStr("a\nb")}, "conte.openai.api_key"),
    ],
)
def test_wrong_settings_are_told_at_start_by_their_names(
    changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        OpenAIChat(settings(**changes))


def test_the_label_has_the_host_and_nothing_else_of_the_url() -> None:
    chat = OpenAIChat(settings(url="https://user:secret@clova.example:8443/v1?key=x"))
    assert chat.id.label == "HCX-007 at clova.example (language model)"


# A conte through a server that is not well.


async def test_a_broken_cut_is_repaired_over_http() -> None:
    broken = json.dumps(a_manuscript(cut_3={"shows": ["cast_4"]}), ensure_ascii=False)
    whole = json.dumps(a_cut_as_written(3), ensure_ascii=False)
    with openai_server(Act(broken), Act(whole)) as server:
        chat = OpenAIChat(settings(server))
        parts = await parts_of(Scriptwriter(chat, ConteSettings()))
        await chat.aclose()
        assert len(parts) == 7 and len(server.asked) == 2


async def fallen_back(*acts: Act, **changes: Any) -> list[Provenance | Treatment | Cut]:
    with openai_server(*acts) as server:
        chat = OpenAIChat(settings(server, **changes), Waits())
        first = Scriptwriter(chat, ConteSettings(max_repairs=1))
        parts = await parts_of(FallBack(first, Composer(Rates()), 60))
        await chat.aclose()
        return parts


def last_conte(parts: list[Provenance | Treatment | Cut]) -> tuple[Provenance, Conte]:
    at = max(at for at, part in enumerate(parts) if isinstance(part, Provenance))
    provenance, treatment, *cuts = parts[at:]
    assert isinstance(provenance, Provenance) and isinstance(treatment, Treatment)
    return provenance, Conte.of(treatment, tuple(cut for cut in cuts if isinstance(cut, Cut)))


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (Act(status=401, body="who are you?"), "openai: 127.0.0.1 answered 401: who are you?"),
        (Act(status=503, body="busy"), "openai: 127.0.0.1 answered 503: busy (5 attempts)"),
        (Act("no json at all"), "openai: the treatment could not be written in 2 attempts: "),
        (Act(TEXT[:1500], breaks=True), "openai: 127.0.0.1 "),
        (Act("{", hangs=True), "openai: 127.0.0.1 was silent for 1 s"),
    ],
)
async def test_where_the_server_cannot_the_composer_writes_and_the_conte_says_why(
    act: Act, why: str
) -> None:
    parts = await fallen_back(act, timeout_s=1 if act.hangs else 60)
    provenance, conte = last_conte(parts)
    assert conte.check_fits(BRIEF)
    assert provenance.engine == Composer.id
    assert provenance.instead_of is not None and provenance.instead_of.startswith(why)
    first = parts[0]
    assert isinstance(first, Provenance)
    assert (first.engine.name, first.instead_of) == ("openai", None)


@pytest.mark.parametrize(
    "act",
    [
        Act(hangs=True),
        Act(TEXT[:1500], hangs=True),
        Act(status=429, headers={"Retry-After": "60"}),
    ],
)
async def test_the_composer_writes_while_there_is_time_for_a_conte_however_patient_the_client_is(
    act: Act,
) -> None:
    with openai_server(act) as server:
        asked = ConteSettings(engine="openai", openai=settings(server), timeout_s=1)
        provenance, _ = last_conte(await parts_of(conte_engine(asked, Rates())))
    assert provenance.instead_of in (
        "openai: did not begin in 0.5 s",
        "openai: was not done in 0.75 s",
    )


async def test_a_composers_conte_is_the_same_whoever_failed_before_it() -> None:
    _, conte = last_conte(await fallen_back(Act(TEXT[:1500], breaks=True)))
    _, alone = last_conte(await parts_of(Composer(Rates())))
    assert conte == alone


async def test_nothing_falls_back_while_the_server_writes() -> None:
    parts = await fallen_back(Act(TEXT))
    assert [part.instead_of for part in parts if isinstance(part, Provenance)] == [None]


class Mute:
    """An engine that cannot write, and one that stops when nobody listens."""

    id = ScriptedChat.id
    prompt_version: str | None = None

    def __init__(self) -> None:
        self.stopped = False

    async def write(self, brief: Brief, seed: int) -> AsyncGenerator[Provenance | Treatment | Cut]:
        try:
            async for part in Composer(Rates()).write(brief, seed):
                yield part
                raise ConteError("struck dumb")
        finally:
            self.stopped = True


async def test_if_neither_can_write_the_second_ones_reason_is_told() -> None:
    with pytest.raises(ConteError, match="struck dumb"):
        await parts_of(FallBack(Mute(), Mute(), 60))


async def test_an_engine_that_nobody_listens_to_any_more_is_stopped() -> None:
    mute = Mute()
    parts = FallBack(mute, Composer(Rates()), 60).write(BRIEF, 11)
    assert isinstance(parts, AsyncGenerator)
    await anext(parts)
    await anext(parts)
    await parts.aclose()
    assert mute.stopped


@pytest.mark.parametrize(("fall_back", "kind"), [(True, FallBack), (False, Scriptwriter)])
def test_the_settings_choose_it_by_name(fall_back: bool, kind: type) -> None:
    chosen = ConteSettings(engine="openai", openai=settings(fall_back=fall_back))
    engine = conte_engine(chosen, Rates())
    assert isinstance(engine, kind)
    assert engine.id.name == "openai"
