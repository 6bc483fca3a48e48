"""Judge: a language model that chooses the better of two contes, asked in both orders.

The answer of a judge that prefers the first position does not depend on the contes (Zheng et al.,
"Judging LLM-as-a-Judge", 2023). So only a preference that survives the swap counts, and the share
that does is reported beside the wins.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Literal

from pydantic import ValidationError

from conte.brief import Brief
from conte.conte import Conte
from conte.frozen import Frozen, seed_of
from conte.vocabulary import Language
from deployments.engines.chat import ChatRequest, Message
from deployments.engines.prompt_file import Prompt, as_data, prompt_beside
from serve.registry.interval import Interval, share_interval

Ask = Callable[[ChatRequest], Awaitable[str]]
Better = Literal["first", "second", "tie"]
SECTIONS = ("system", "pair")
_SCHEMA = {
    "type": "object",
    "properties": {
        "reason": {"type": "string", "pattern": r"^[^\"\\\x00-\x1f]{1,400}$"},
        "better": {"type": "string", "enum": ["first", "second", "tie"]},
    },
    "required": ["reason", "better"],
    "additionalProperties": False,
}
_SWAPPED: dict[Better, Better] = {"first": "second", "second": "first", "tie": "tie"}


class Opinion(Frozen):
    reason: str
    better: Better


class Verdict(Frozen):
    """Verdict on a pair (a, b): `first` means a, `second` means b, in both orders."""

    opinions: tuple[Opinion, Opinion]
    """Opinions with a shown first and with b shown first, both converted to the order (a, b)."""

    @property
    def agreed(self) -> bool:
        return self.opinions[0].better == self.opinions[1].better

    @property
    def better(self) -> Better:
        """The agreed preference; a tie if the two orders gave different answers."""
        return self.opinions[0].better if self.agreed else "tie"

    @property
    def share(self) -> float:
        """Share won by a: 1, 0, or 0.5 for a tie."""
        return {"first": 1.0, "tie": 0.5, "second": 0.0}[self.better]


class Judgement(Frozen):
    """Summary of verdicts on many pairs (a, b)."""

    won: Interval
    """Share of the pairs that a won, with ties as a half; a is better if `low` is above 0.5."""
    agreement: Interval
    """Share of the pairs in which the swap changed nothing; if it is low, the judge is useless
    here."""
    first_preferred: float
    """Share of decided answers that preferred the conte shown first: 0.5 is no bias."""
    unanswered: int


class UnusableOpinion(ValueError):
    """The judge's answer does not have the required form."""


class Judge:
    def __init__(self, ask: Ask, max_tokens: int = 400) -> None:
        self._ask, self._max_tokens = ask, max_tokens

    async def compare(self, brief: Brief, a: Conte, b: Conte) -> Verdict:
        """Ask for the better conte in both orders.

        Raises:
            UnusableOpinion: if an answer does not have the required form.
            ConteError: from the model's server.
        """
        straight = await self._opinion(brief, a, b)
        swapped = await self._opinion(brief, b, a)
        turned = swapped.model_copy(update={"better": _SWAPPED[swapped.better]})
        return Verdict(opinions=(straight, turned))

    async def _opinion(self, brief: Brief, first: Conte, second: Conte) -> Opinion:
        text = await self._ask(self._request(brief, first, second))
        try:
            return Opinion.model_validate_json(text[text.find("{") :])
        except ValidationError as error:
            raise UnusableOpinion(f"the judge said {text[:80]!r}") from error

    def _request(self, brief: Brief, first: Conte, second: Conte) -> ChatRequest:
        prompt = prompt_in(brief.language)
        asked = prompt.say(
            "pair",
            brief=as_data(brief.with_images({}).model_dump(mode="json")),
            first=as_data(_told(first)),
            second=as_data(_told(second)),
        )
        return ChatRequest(
            messages=(Message("system", prompt.say("system")), Message("user", asked)),
            schema=_SCHEMA,
            seed=seed_of(asked),
            temperature=0.0,
            top_p=1.0,
            max_tokens=self._max_tokens,
            name="verdict",
        )


@cache
def prompt_in(language: Language) -> Prompt:
    return prompt_beside(__package__ or "", language, SECTIONS, "judge")


def judgement(verdicts: Sequence[Verdict], groups: Sequence[str], unanswered: int = 0) -> Judgement:
    """Summarise verdicts; `groups` are those of the pairs, in the same order.

    Raises:
        ValueError: if there is no verdict.
    """
    # Back in the order as shown: the first opinion had a first, the second b.
    stood_first = [
        better == first
        for verdict in verdicts
        for better, first in zip(
            (opinion.better for opinion in verdict.opinions), ("first", "second"), strict=True
        )
        if better != "tie"
    ]
    return Judgement(
        won=share_interval([verdict.share for verdict in verdicts], groups),
        agreement=share_interval([float(v.agreed) for v in verdicts], groups),
        first_preferred=sum(stood_first) / len(stood_first) if stood_first else 0.5,
        unanswered=unanswered,
    )


def _told(conte: Conte) -> object:
    """Return the conte for the judge, without ids, palettes and the video model's English."""
    cuts = [
        {
            "screen": cut.action,
            "shot": f"{cut.size.value}, {cut.angle.value}, {cut.move.value}",
            "narration": cut.narration,
            "dialogue": [f"{line.speaker}: {line.text}" for line in cut.dialogue],
            "sound": cut.sound_effect,
            "caption": cut.caption,
            "frames": cut.num_frames,
        }
        for cut in conte.cuts
    ]
    return {"title": conte.title, "concept": conte.concept, "slogan": conte.slogan, "cuts": cuts}
