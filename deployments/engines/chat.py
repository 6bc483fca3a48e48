"""The face of a language model that answers in JSON: what a conte or a caption is asked of."""

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
    """JPEG files, shown before the text, to a model that sees."""

    def as_openai(self) -> dict[str, Any]:
        """The message of `POST /v1/chat/completions`; pictures travel within, as data URIs."""
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
    """One question. `schema` is the JSON Schema that the answer is guided by, `name` its name."""

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
        """The text of one JSON document, piece by piece. Closing it stops the model.

        Raises:
            CutOff: after the last piece, if the model had to stop before its end.
            ModelAway: if it cannot be reached, or died.
            ConteError: if it refuses, in its own words.
        """
        ...


class ModelAway(ConteError):
    """The model cannot be reached, or died while it wrote: worth waiting for.

    `wait_s`: how long it asked to be left alone. `began`: it may have written, and be paid for it.
    """

    def __init__(self, reason: str, wait_s: float = 0, began: bool = True) -> None:
        super().__init__(reason)
        self.wait_s, self.began = wait_s, began


class Refused(ConteError):
    """The server will not answer. `status` is HTTP's."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


class CutOff(ConteError):
    """The model used up its tokens before the document was whole."""
