"""Moves the system message for models whose chat template has no system role.

Mistral's first ones refuse it. Serving and training do the same, so that a model is used as it was
trained.
"""

from typing import Any


def without_system(messages: Any) -> Any:
    """Return the messages with the system message in front of the first user message's text.

    `messages`: OpenAI's. Messages that do not begin with a system text and a user message are
    returned unchanged, for the model to reject.
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
    """Insert the head in front of the first text part; pictures before it stay there."""
    for at, part in enumerate(parts):
        if isinstance(part, dict) and part.get("type") == "text":
            return [*parts[:at], {**part, "text": f"{head}{part.get('text')}"}, *parts[at + 1 :]]
    return [*parts, {"type": "text", "text": head}]
