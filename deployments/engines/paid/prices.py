"""Prices: the cost of tokens, the maximum cost of a request, and the limits of a budget."""

import json
from dataclasses import dataclass

from deployments.engines.chat import ChatRequest
from deployments.engines.openai_chat import Usage
from serve.settings import PaidSettings

BYTES_A_TOKEN = 2
"""Fewest UTF-8 bytes per token: English has about 4, Korean 2 to 3, depending on the tokenizer."""
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
class BudgetLimits:
    """Limits for all users of a budget together, in total and per minute. 0: unlimited."""

    money: float
    tokens: int
    requests_per_minute: float
    tokens_per_minute: float

    def lasts_s(self, cost: Cost) -> float:
        """Return the seconds until the next request may be sent, to keep both rates."""
        by_number = 60 / self.requests_per_minute if self.requests_per_minute else 0.0
        by_tokens = 60 * cost.tokens / self.tokens_per_minute if self.tokens_per_minute else 0.0
        return max(by_number, by_tokens)


def limits_of(settings: PaidSettings, setting: str = "caption.refine.") -> BudgetLimits:
    """Return the limits of the settings' budget; `setting`: prefix of error messages.

    Raises:
        ValueError: if no budget is set, or one in money without prices.
    """
    if not settings.budget and not settings.budget_tokens:
        raise ValueError(f"{setting}budget: wanted the money that may be spent, or budget_tokens")
    if settings.budget and not (settings.price_in and settings.price_out):
        raise ValueError(
            f"{setting}price_in, price_out: wanted the prices of a million tokens, by which the"
            " budget is counted"
        )
    return BudgetLimits(
        money=settings.budget,
        tokens=settings.budget_tokens,
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
    )


def most_for(request: ChatRequest, settings: PaidSettings) -> Cost:
    """Return the maximum cost of a request."""
    said = sum(len(message.content.encode()) for message in request.messages)
    schema = json.dumps(request.schema, ensure_ascii=False)
    asked = (said + len(schema.encode())) // BYTES_A_TOKEN
    asked += TOKENS_A_MESSAGE * len(request.messages)
    return priced(Usage(asked, request.max_tokens), settings)


def priced(usage: Usage, settings: PaidSettings) -> Cost:
    money = usage.tokens_in * settings.price_in + usage.tokens_out * settings.price_out
    return Cost(usage.tokens_in, usage.tokens_out, money / 1_000_000)
