"""The face of a language model that answers in JSON: what a conte is asked of, wherever it runs."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from conte.clip import EngineId
from deployments.engines.protocols import ConteError


@dataclass(frozen=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class ChatRequest:
    """One question. `schema` is the JSON Schema that the answer is guided by."""

    messages: tuple[Message, ...]
    schema: dict[str, Any]
    seed: int
    temperature: float
    top_p: float
    max_tokens: int
    adapter: str | None = None


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
    """The model cannot be reached, or died while it wrote: worth waiting for."""


class CutOff(ConteError):
    """The model used up its tokens before the document was whole."""
