"""Protocol of a language model that answers in JSON, for contes and captions."""

import base64
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from conte.clip import EngineId
from deployments.engines.protocols import ConteError


@dataclass(frozen=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str
    pictures: tuple[bytes, ...] = ()
    """JPEG files, placed before the text, for a vision model."""

    def as_openai(self) -> dict[str, Any]:
        """Return the message for `POST /v1/chat/completions`, with pictures as data URIs."""
        if not self.pictures:
            return {"role": self.role, "content": self.content}
        shown = [
            {"type": "image_url", "image_url": {"url": _JPEG + base64.b64encode(picture).decode()}}
            for picture in self.pictures
        ]
        return {"role": self.role, "content": [*shown, {"type": "text", "text": self.content}]}


_JPEG = "data:image/jpeg;base64,"


@dataclass(frozen=True)
class ChatRequest:
    """One request. `schema` is the JSON Schema that guides the answer, `name` its name."""

    messages: tuple[Message, ...]
    schema: dict[str, Any]
    seed: int
    temperature: float
    top_p: float
    max_tokens: int
    adapter: str | None = None
    name: str = "conte"


class Chat(Protocol):
    id: EngineId

    def stream(self, request: ChatRequest) -> AsyncGenerator[str]:
        """Yield the text of one JSON document in pieces. Closing it stops the model.

        Raises:
            CutOff: after the last piece, if the model reached its limit of tokens.
            ModelAway: if it cannot be reached, or died.
            ConteError: if the model refuses, in its own words.
        """
        ...


class ModelAway(ConteError):
    """The model cannot be reached, or died while it wrote: worth waiting for.

    `wait_s`: the server's Retry-After. `began`: the model may have written, and may charge for it.
    """

    def __init__(self, reason: str, wait_s: float = 0, began: bool = True) -> None:
        super().__init__(reason)
        self.wait_s, self.began = wait_s, began


class ChatRefused(ConteError):
    """The server refuses the request. `status`: the HTTP status."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


class CutOff(ConteError):
    """The model used up its tokens before the document was complete."""
