"""Models that are paid for, asked by jobs: within a budget, at a pace, and nothing twice."""

from training.paid.paid_chat import Ask, PaidChat
from training.paid.purse import RecordedPurse, Spent, open_purses

__all__ = ["Ask", "PaidChat", "RecordedPurse", "Spent", "open_purses"]
