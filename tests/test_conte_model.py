"""What the conte model's deployment does to a chat before vLLM sees it, without vLLM."""

from typing import Any

import pytest

from graphs.replicas.language_model import without_system

SYSTEM = {"role": "system", "content": "You write contes."}
USER = {"role": "user", "content": "A tyre."}
ASSISTANT = {"role": "assistant", "content": "{}"}


def test_what_the_system_says_heads_the_first_question() -> None:
    body = {"model": "conte", "messages": [SYSTEM, USER, ASSISTANT, USER]}
    joined = {"role": "user", "content": "You write contes.\n\nA tyre."}
    assert without_system(body) == {"model": "conte", "messages": [joined, ASSISTANT, USER]}


def test_pictures_stay_before_the_text_that_the_system_heads() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,"}}
    text = {"type": "text", "text": "A tyre."}
    told = without_system({"messages": [SYSTEM, {"role": "user", "content": [picture, text]}]})
    (asked,) = told["messages"]
    assert asked["content"][0] == picture
    assert asked["content"][1]["text"] == "You write contes.\n\nA tyre."


@pytest.mark.parametrize(
    "messages",
    [[USER], [USER, ASSISTANT], [], "hello", [SYSTEM], [SYSTEM, ASSISTANT], [1, 2], None],
)
def test_anything_else_is_left_for_the_model_to_judge(messages: Any) -> None:
    assert without_system({"messages": messages}) == {"messages": messages}
