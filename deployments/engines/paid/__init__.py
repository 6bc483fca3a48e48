"""Paid models: their budget, prices and pace, their stored answers, and the chat that spends it."""

from deployments.engines.paid.answers import Answer, Answers
from deployments.engines.paid.budget import Budget, BudgetSpent
from deployments.engines.paid.paid_chat import Ask, PaidChat
from deployments.engines.paid.prices import BudgetLimits, Cost, limits_of, most_for
from deployments.engines.paid.purse import Purse, RecordedPurse, purse_for
from deployments.engines.paid.tables import open_purses

__all__ = [
    "Answer",
    "Answers",
    "Ask",
    "Budget",
    "BudgetLimits",
    "BudgetSpent",
    "Cost",
    "PaidChat",
    "Purse",
    "RecordedPurse",
    "limits_of",
    "most_for",
    "open_purses",
    "purse_for",
]
