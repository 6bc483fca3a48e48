"""Written: what became of one order. A script that passes every check, or why it was dropped."""

from typing import Literal

from conte.clip import EngineId
from conte.frozen import Frozen
from training.scoring import Score

Dropped = Literal["unsuited", "refused", "cut off", "unread", "checks", "cuts"]
"""unsuited: the composer never takes the structure for this brief; refused: the model would not;
cut off: its tokens ran out; unread: no manuscript; checks: read, but a check fails; cuts: another
number than was ordered."""


class WrittenScript(Frozen):
    order: str
    """The order's id."""
    engine: EngineId
    prompt_version: str | None
    """Version of the question as it was asked, directions included; None for the composer."""
    seed: int
    repaired: bool = False
    manuscript: str = ""
    """JSON, as a model under guidance writes it; empty if it was dropped unread."""
    score: Score | None = None
    dropped: Dropped | None = None
    reasons: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        return self.dropped is None


def judged(
    num_cuts: int | None, ordered: int, score: Score
) -> tuple[Dropped | None, tuple[str, ...]]:
    """Return why a manuscript is not worth learning from, or None. `num_cuts` None: unread."""
    if num_cuts is None:
        return "unread", score["schema"].reasons
    if not score.passes:
        return "checks", score.reasons
    if num_cuts != ordered:
        return "cuts", (f"{num_cuts} cuts, {ordered} were ordered",)
    return None, ()
