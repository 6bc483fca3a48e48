"""The official OpenAI client against our front door: the conte model answers as any server does."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema

from conte.brief import Brief, Product
from conte.manuscript import cut_schema
from tests.cluster import TestCluster

pytestmark = pytest.mark.cluster

ASKED: list[ChatCompletionMessageParam] = [{"role": "user", "content": "타이어 광고 콘티"}]
CUT = cut_schema(Brief(product=Product(name="그립 맥스")), ("product", "cast_1"))
GUIDED: ResponseFormatJSONSchema = {
    "type": "json_schema",
    "json_schema": {"name": "cut", "schema": CUT, "strict": True},
}


@pytest.fixture
def client(models: TestCluster) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{models.url}/v1", api_key="none", max_retries=0) as client:
        yield client


def test_the_model_and_its_adapters_are_listed(client: openai.OpenAI) -> None:
    listed = [model.id for model in client.models.list()]
    assert listed == ["conte", "conte:tires", "vision", "diffusers"]
    assert client.models.retrieve("conte:tires").object == "model"


def test_a_completion_comes_whole(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model="conte", messages=ASKED, max_tokens=12, temperature=0
    )
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 12
    assert answer.choices[0].message.content


def test_a_streamed_completion_says_what_a_whole_one_says(client: openai.OpenAI) -> None:
    told: Any = {"model": "conte", "messages": ASKED, "max_tokens": 40, "temperature": 0}
    whole = client.chat.completions.create(**told)
    chunks = list(client.chat.completions.create(**told, stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert len(chunks) > 5
    assert text == whole.choices[0].message.content


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(more, marks=pytest.mark.prove) for more in (2, 3, 4))]
)
def test_a_guided_stream_is_valid_by_its_schema(client: openai.OpenAI, seed: int) -> None:
    chunks = client.chat.completions.create(
        model="conte",
        messages=ASKED,
        max_tokens=3000,
        seed=seed,
        stream=True,
        response_format=GUIDED,
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    jsonschema.validate(json.loads(text), CUT)


def test_the_same_seed_says_the_same(client: openai.OpenAI) -> None:
    def said(seed: int, model: str = "conte") -> str | None:
        answer = client.chat.completions.create(
            model=model, messages=ASKED, max_tokens=20, seed=seed
        )
        return answer.choices[0].message.content

    assert said(1) == said(1)
    assert said(1) != said(2)
    assert said(1) != said(1, "conte:tires")


@pytest.mark.parametrize(
    ("told", "kind", "named"),
    [
        ({"model": "gpt-4o"}, openai.NotFoundError, "conte"),
        ({"model": "conte:none"}, openai.NotFoundError, "conte:tires"),
        ({"messages": "hello"}, openai.BadRequestError, "messages"),
        ({"max_tokens": -1}, openai.BadRequestError, "max_tokens"),
        ({"temperature": 99}, openai.BadRequestError, "temperature"),
        ({"max_tokens": 10**6}, openai.BadRequestError, "16384"),
    ],
)
def test_what_is_wrong_is_named(
    client: openai.OpenAI, told: dict[str, Any], kind: type[Exception], named: str
) -> None:
    asked: Any = {"model": "conte", "messages": ASKED, "max_tokens": 5} | told
    with pytest.raises(kind, match=named):
        client.chat.completions.create(**asked)


def test_a_client_that_leaves_stops_the_model(client: openai.OpenAI) -> None:
    # The model holds 16 requests at once: if those left behind went on, the last would wait.
    for _ in range(20):
        with client.chat.completions.create(
            model="conte", messages=ASKED, max_tokens=15000, stream=True, temperature=0
        ) as stream:
            next(iter(stream))
    answer = client.chat.completions.create(model="conte", messages=ASKED, max_tokens=5)
    assert answer.choices
