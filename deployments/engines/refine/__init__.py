"""The last word on a caption, by a paid model within a budget."""

from deployments.engines.refine.engine import Refine
from deployments.engines.refine.purse import (
    Answer,
    BudgetSpent,
    Cost,
    Limits,
    Purse,
    limits_of,
)

__all__ = ["Answer", "BudgetSpent", "Cost", "Limits", "Purse", "Refine", "limits_of"]
