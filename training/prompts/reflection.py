"""GEPA's reflection: a section, trials and their scores -> a new text of the section, or none.

If a proposal breaks the format, the model gets one more try with the faults named, and then the
proposal is refused: it is never evaluated, and costs no further call.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from gepa.proposer.reflective_mutation.reflection_lm import ReflectionProposal
from gepa.strategies.instruction_proposal import InstructionProposalSignature

from conte.frozen import seed_of
from conte.vocabulary import Language
from deployments.engines.chat import ChatRefused, ChatRequest, CutOff, Message, ModelAway
from deployments.engines.paid import Ask
from deployments.engines.prompt_file import Prompt, prompt_beside, unmarked
from deployments.engines.protocols import ConteError
from training.prompts.keeping import broken_in, marks, most_characters, placeholders
from training.prompts.prompt_text import PromptText

SECTIONS = ("system", "reflect", "again")
TEMPERATURE, TOP_P = 0.9, 0.95
_TOKENS_A_CHARACTER = 2
"""Tokens per character: an upper bound for Korean in any tokenizer, written as JSON."""
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"lesson": {"type": "string"}, "text": {"type": "string"}},
    "required": ["lesson", "text"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class PromptProposal:
    """A proposal of the reflecting model. `wrong`: why it was refused; empty if it was not."""

    section: str
    lesson: str
    text: str
    wrong: tuple[str, ...] = ()


class Reflection:
    """Reflection for gepa (`ReflectionLM`). Its only state is the list of proposals, which seeds
    them."""

    def __init__(
        self, parent: PromptText, language: Language, purpose: str, ask: Ask,
        runner: asyncio.Runner, seed: int,
    ) -> None:  # fmt: skip
        self.proposals: list[PromptProposal] = []
        self.stopped: Exception | None = None
        self._parent, self._purpose = parent, purpose
        self._language: Language = language
        self._ask, self._runner, self._seed = ask, runner, seed
        self._prompt = _prompt_in(language)

    @property
    def version(self) -> str:
        """Version of the prompt with which the reflecting model itself is asked."""
        return self._prompt.version

    def reflect(
        self,
        candidate: dict[str, str],
        reflective_dataset: Mapping[str, Sequence[Mapping[str, Any]]],
        components_to_update: list[str],
    ) -> tuple[ReflectionProposal, "Reflection"]:
        """Propose a new text for each of the sections; those that are refused or unchanged are left
        out.

        Raises:
            BudgetSpent, ModelAway, ChatRefused: `stopped` is then set.
        """
        texts: dict[str, str] = {}
        for section in components_to_update:
            if self.stopped is not None:
                raise self.stopped
            asked = self._request(section, candidate[section], reflective_dataset[section])
            proposal = self._runner.run(self._proposed(section, asked))
            self.proposals.append(proposal)
            if not proposal.wrong and proposal.text != candidate[section]:
                texts[section] = proposal.text
        return ReflectionProposal(new_texts=texts), self

    def _request(self, section: str, text: str, trials: Sequence[Mapping[str, Any]]) -> ChatRequest:
        # The limits come from the served parent, so that a prompt cannot grow in every generation.
        first = self._parent.sections[section]
        template = self._prompt.say(
            "reflect",
            purpose=self._purpose,
            name=section,
            keep=", ".join(placeholders(first)) or "-",
            marks=", ".join(marks(first)) or "-",
            most=most_characters(first),
        )
        shown = InstructionProposalSignature.prompt_renderer(
            {
                "current_instruction_doc": text,
                "dataset_with_feedback": trials,
                "prompt_template": template,
            }
        )
        return ChatRequest(
            messages=(Message("system", self._prompt.say("system")), Message("user", str(shown))),
            schema=_SCHEMA,
            seed=seed_of([self._seed, "reflect", len(self.proposals)]),
            temperature=TEMPERATURE,
            top_p=TOP_P,
            max_tokens=1000 + _TOKENS_A_CHARACTER * most_characters(first),
            name="prompt",
        )

    async def _proposed(self, section: str, request: ChatRequest) -> PromptProposal:
        proposal, answer = await self._asked(section, request)
        if not proposal.wrong:
            return proposal
        wrong = "\n".join(f"- {unmarked(reason)}" for reason in proposal.wrong)
        told = Message("user", self._prompt.say("again", wrong=wrong))
        messages = (*request.messages, Message("assistant", answer or "{}"), told)
        seed = (request.seed + 1) & 0x7FFF_FFFF
        proposal, _ = await self._asked(section, replace(request, messages=messages, seed=seed))
        return proposal

    async def _asked(self, section: str, request: ChatRequest) -> tuple[PromptProposal, str]:
        try:
            answer = await self._ask(request)
        except (ModelAway, ChatRefused) as error:
            self.stopped = error
            raise
        except (CutOff, ConteError) as error:
            return PromptProposal(section, "", "", (f"no answer: {error}",)), ""
        except Exception as error:
            self.stopped = error
            raise
        return self._read(section, answer), answer

    def _read(self, section: str, answer: str) -> PromptProposal:
        try:
            match json.loads(answer):
                case {"text": str(text), "lesson": str(lesson)}:
                    text = text.replace("\r\n", "\n").strip()
                case _:
                    return PromptProposal(section, "", "", ("the JSON wants lesson and text",))
        except (ValueError, RecursionError):
            return PromptProposal(section, "", "", ("it is no JSON object",))
        wrong = broken_in(text, self._parent.sections[section], self._language)
        return PromptProposal(section, lesson, text, wrong)


@cache
def _prompt_in(language: Language) -> Prompt:
    return prompt_beside(__package__ or "", language, SECTIONS, "reflection")
