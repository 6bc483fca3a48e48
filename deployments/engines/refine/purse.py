"""Purse: what a paid model may cost, and what it has answered already. One for all workers.

Money is reserved before a request leaves, for the most that it can cost, and settled after it: so
that many workers together never spend more than there is. What may have been paid for counts as
paid, also when whoever asked has died.
"""

from dataclasses import dataclass
from typing import Protocol

from deployments.engines.chat import ChatRequest
from deployments.engines.openai_chat import Usage
from serve.settings import RefineSettings

BYTES_A_TOKEN = 2
"""Of UTF-8, at the least: English has about 4, Korean 2 to 3 by the tokenizer's age."""
TOKENS_A_MESSAGE = 16


@dataclass(frozen=True)
class Cost:
    """Tokens read and written, and their price in the currency of the budget."""

    tokens_in: int = 0
    tokens_out: int = 0
    money: float = 0.0

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True)
class Limits:
    """What all who share a purse may spend, ever, and how fast. 0 is no limit."""

    money: float
    tokens: int
    requests_per_minute: float
    tokens_per_minute: float


@dataclass(frozen=True)
class Answer:
    """What a model said to the request of this hash, about this clip."""

    request: str
    clip: str
    text: str


class BudgetSpent(Exception):
    """There is not enough left for another request. Nothing was asked, and nothing is lost."""


class Purse(Protocol):
    async def check(self) -> None:
        """
        Raises:
            BudgetSpent: if nothing is left at all.
        """
        ...

    async def answered(self, request: str) -> str | None:
        """What was answered to a request of this hash, if it was ever asked."""
        ...

    async def reserve(self, most: Cost) -> float:
        """Put aside what a request may cost; the seconds to wait before it is sent.

        Raises:
            BudgetSpent: if there is less left, with how much.
        """
        ...

    async def settle(self, reserved: Cost, paid: Cost, answer: Answer | None = None) -> None:
        """Pay, take back the rest, and remember the answer, all at once."""
        ...


def limits_of(settings: RefineSettings) -> Limits:
    """
    Raises:
        ValueError: if no budget is set, or one in money without prices.
    """
    if not settings.budget and not settings.budget_tokens:
        raise ValueError(
            "caption.refine.budget: wanted the money that may be spent, or budget_tokens"
        )
    if settings.budget and not (settings.price_in and settings.price_out):
        raise ValueError(
            "caption.refine.price_in, price_out: wanted the prices of a million tokens, by which"
            " the budget is counted"
        )
    return Limits(
        money=settings.budget,
        tokens=settings.budget_tokens,
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
    )


def most_for(request: ChatRequest, schema: str, settings: RefineSettings) -> Cost:
    """The most that a request may cost; `schema` is the text of its JSON Schema."""
    said = sum(len(message.content.encode()) for message in request.messages)
    asked = (said + len(schema.encode())) // BYTES_A_TOKEN
    asked += TOKENS_A_MESSAGE * len(request.messages)
    return priced(Usage(asked, request.max_tokens), settings)


def priced(usage: Usage, settings: RefineSettings) -> Cost:
    money = usage.tokens_in * settings.price_in + usage.tokens_out * settings.price_out
    return Cost(usage.tokens_in, usage.tokens_out, money / 1_000_000)
