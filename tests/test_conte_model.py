"""What the conte model's deployment does to a chat before vLLM sees it, without vLLM."""

from typing import Any

import pytest

from graphs.replicas.conte_model import without_system

SYSTEM = {"role": "system", "content": "You write contes."}
USER = {"role": "user", "content": "A tyre."}
ASSISTANT = {"role": "assistant", "content": "{}"}


def test_what_the_system_says_heads_the_first_question() -> None:
    body = {"model": "conte", "messages": [SYSTEM, USER, ASSISTANT, USER]}
    joined = {"role": "user", "content": "You write contes.\n\nA tyre."}
    assert without_system(body) == {"model": "conte", "messages": [joined, ASSISTANT, USER]}


@pytest.mark.parametrize(
    "messages",
    [[USER], [USER, ASSISTANT], [], "hello", [SYSTEM], [SYSTEM, ASSISTANT], [1, 2], None],
)
def test_anything_else_is_left_for_the_model_to_judge(messages: Any) -> None:
    assert without_system({"messages": messages}) == {"messages": messages}
