"""Written: the result of one order: a script that passes every check, or the reason why it was
dropped."""

from typing import Literal

from conte.clip import EngineId
from conte.frozen import Frozen
from training.scoring import Score

Dropped = Literal["unsuited", "refused", "cut off", "unread", "checks", "cuts"]
"""Reason for dropping an order. unsuited: the composer never uses the structure for this brief.
refused: by the model. cut off: its tokens ran out. unread: not a manuscript. checks: a check fails.
cuts: not the ordered number."""


class WrittenScript(Frozen):
    order: str
    """Id of the order."""
    engine: EngineId
    prompt_version: str | None
    """Version of the request's prompt, including the extra instructions; None for the composer."""
    seed: int
    repaired: bool = False
    manuscript: str = ""
    """JSON in the form of a guided model's answer; empty if the order was dropped before it could
    be read."""
    score: Score | None = None
    dropped: Dropped | None = None
    reasons: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        return self.dropped is None


def judged(
    num_cuts: int | None, ordered: int, score: Score
) -> tuple[Dropped | None, tuple[str, ...]]:
    """Return why a manuscript must not be learnt, or None. `num_cuts` None: it could not be
    read."""
    if num_cuts is None:
        return "unread", score["schema"].reasons
    if not score.passes:
        return "checks", score.reasons
    if num_cuts != ordered:
        return "cuts", (f"{num_cuts} cuts, {ordered} were ordered",)
    return None, ()
