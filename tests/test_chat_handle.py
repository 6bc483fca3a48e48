"""The conte model's refusals, as the writer hears them: what is worth waiting for, and what is not."""

from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest

from conte.clip import EngineId
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
