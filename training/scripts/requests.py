"""Order -> the request to the writing model, and the chat of the training sample made from it.

A sample's system and user messages are exactly those of the served scriptwriter, so that the model
is trained on what it will be asked. A brief does not contain structure and situation; the request
asks for these in an extra paragraph that no sample contains.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.production import Sampling
from conte.vocabulary import Language
from deployments.engines.chat import ChatRequest, Message
from deployments.engines.composer.library import structures
from deployments.engines.composer.phrasing import fill
from deployments.engines.prompt_file import Prompt, prompt_beside, unmarked
from deployments.engines.scriptwriter.prompts import prompt_in
from deployments.engines.scriptwriter.requests import ConteRequests
from training.scripts.order import Order

SECTIONS = ("directions", "again")
_MOST_TOLD = 12


@cache
def directions_in(language: Language) -> Prompt:
    return prompt_beside(__package__ or "", language, SECTIONS, "scripts")


def versions(language: Language) -> tuple[str, str]:
    """Return the versions of the scriptwriter's prompt, which samples contain, and of the extra
    instructions."""
    return prompt_in(language).version, directions_in(language).version


class ScriptRequests:
    """Makes requests and samples. `prompts`: language -> scriptwriter's prompt that replaces the
    packaged one."""

    def __init__(
        self,
        sampling: Sampling,
        rates: Rates | None = None,
        prompts: Mapping[Language, Prompt] | None = None,
    ) -> None:
        self._sampling, self._rates = sampling, rates or Rates()
        self._prompts = prompts or {}

    def prompt(self, language: Language) -> Prompt:
        """Return the scriptwriter's prompt."""
        return self._prompts.get(language) or prompt_in(language)

    def first(self, order: Order) -> ChatRequest:
        language = order.brief.language
        structure = next(one for one in structures() if one.id == order.structure)
        topic = order.situation.partition(",")[0]
        directions = directions_in(language).say(
            "directions",
            structure=structure.id,
            name=structure.name.of(language),
            concept=fill(
                structure.concept.of(language),
                {
                    "topic": topic,
                    "it": order.brief.product.name,
                    # The cast is not chosen yet.
                    "who": "주인공" if language == "ko" else "the lead",
                },
            ),
            situation=order.situation,
            cuts=order.cuts,
        )
        served = self._served(order.brief, order.seed)
        *before, last = served.messages
        asked = Message("user", f"{last.content}\n\n{directions}")
        return replace(served, messages=(*before, asked))

    def again(self, order: Order, answer: str, wrong: tuple[str, ...]) -> ChatRequest:
        """Return the request again, with the rejected answer and its faults."""
        first = self.first(order)
        told = "\n".join(f"- {unmarked(reason)}" for reason in wrong[:_MOST_TOLD])
        asked = directions_in(order.brief.language).say("again", wrong=told)
        return replace(
            first,
            messages=(*first.messages, Message("assistant", answer), Message("user", asked)),
            seed=(first.seed + 1) & 0x7FFF_FFFF,
        )

    def sample(self, brief: Brief) -> tuple[Message, ...]:
        """Return the system and the user message of the served scriptwriter."""
        return self._served(brief, 0).messages

    def _served(self, brief: Brief, seed: int) -> ChatRequest:
        return ConteRequests(
            brief=brief,
            seed=seed,
            prompt=self.prompt(brief.language),
            sampling=self._sampling,
            adapter=None,
            rates=self._rates,
        ).for_conte()
