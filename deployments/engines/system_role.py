"""What the system says, told to a model whose chat template knows no system role.

Mistral's first ones do not, and refuse it. Served and trained alike: what a model has learnt to
answer is what it will be asked.
"""

from typing import Any


def without_system(messages: Any) -> Any:
    """The same messages, with what the system says at the head of the first user's text.

    `messages` are OpenAI's; anything that does not begin with a system's text and a user's is left
    as it is, for the model to judge.
    """
    match messages:
        case [
            {"role": "system", "content": str(told)},
            {"role": "user", "content": str() | list() as asked} as user,
            *rest,
        ]:
            head = f"{told}\n\n"
            content = head + asked if isinstance(asked, str) else _before_text(head, asked)
            return [{**user, "content": content}, *rest]
        case _:
            return messages


def _before_text(head: str, parts: list[Any]) -> list[Any]:
    """The parts, with the head in front of the first that is text; pictures stay before it."""
    for at, part in enumerate(parts):
        if isinstance(part, dict) and part.get("type") == "text":
            return [*parts[:at], {**part, "text": f"{head}{part.get('text')}"}, *parts[at + 1 :]]
    return [*parts, {"type": "text", "text": head}]
