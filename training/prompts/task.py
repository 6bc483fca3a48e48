"""The task for which a prompt is optimised: it builds requests and scores answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from conte.vocabulary import Language
from deployments.engines.chat import ChatRequest
from deployments.engines.prompt_file import Prompt
from training.prompts.prompt_text import PromptText

What = TypeVar("What")


@dataclass(frozen=True)
class Example(Generic[What]):
    """An example. `group`: the product type, whose examples all belong to one split."""

    id: str
    group: str
    what: What


@dataclass(frozen=True)
class JudgedAnswer:
    """Score of an answer. `value`: 0 to 1. `reasons`: faults, described for the reflecting
    model."""

    value: float
    reasons: tuple[str, ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict)


class Task(Protocol[What]):
    name: str
    language: Language
    purpose: str
    """Purpose of the prompt in one sentence, for the reflecting model."""

    @property
    def revision(self) -> str:
        """Revision of requests and scores, apart from prompt and example; values of different
        revisions are not compared."""
        ...

    def parent(self) -> PromptText:
        """Return the packaged prompt."""
        ...

    def ask(self, prompt: Prompt, example: Example[What]) -> ChatRequest: ...

    def judge(self, answer: str, example: Example[What]) -> JudgedAnswer: ...

    def told(self, example: Example[What]) -> Mapping[str, str]:
        """Return a summary of the example for the reflecting model."""
        ...
