"""The conte model's refusals, as the writer hears them: what is worth waiting for, and what is not."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any, cast

import pytest

from conte.brief import Brief, Product
from conte.clip import EngineId
from conte.manuscript import manuscript_schema
from deployments.engines.chat import ChatRequest, Message, ModelAway
from deployments.engines.protocols import ConteError
from graphs.chat_handle import RayChat, RayModel

REQUEST = ChatRequest(
    messages=(Message("user", "?"),), schema={}, seed=1, temperature=0, top_p=1, max_tokens=9,
    adapter="new",
)  # fmt: skip


class Refusing:
    def __init__(self, code: int) -> None:
        self._code = code
        self.asked = ""

    async def answer(self, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any]]:
        self.asked = body["model"]
        yield {"error": {"message": "there is no adapter 'new'", "code": self._code}}


class Hearing:
    async def answer(self, body: dict[str, Any]) -> AsyncGenerator[str]:
        self.schema = body["response_format"]["json_schema"]["schema"]
        yield 'data: {"choices": [{"delta": {"content": "{}"}, "finish_reason": "stop"}]}'


async def test_the_served_model_is_guided_to_a_sheet_that_holds_the_product() -> None:
    model = Hearing()
    engine = EngineId(name="vllm", revision="1", label="vllm")
    asked = replace(REQUEST, schema=manuscript_schema(Brief(product=Product(name="시안"))))
    _ = [piece async for piece in RayChat(cast(RayModel, model), "conte", engine).stream(asked)]
    sheet = model.schema["properties"]["sheet"]
    assert sheet["prefixItems"][0]["properties"]["id"]["enum"] == ["product"]
    assert sheet["minItems"] == 1


@pytest.mark.parametrize(("code", "away"), [(404, True), (503, True), (400, False)])
async def test_a_model_from_before_a_promotion_is_one_that_is_away(code: int, away: bool) -> None:
    model = Refusing(code)
    chat = RayChat(
        cast(RayModel, model), "conte", EngineId(name="vllm", revision="1", label="vllm")
    )
    with pytest.raises(ConteError) as told:
        _ = [piece async for piece in chat.stream(REQUEST)]
    assert isinstance(told.value, ModelAway) is away
    assert model.asked == "conte:new"
