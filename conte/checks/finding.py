"""Finding: what a check has to say, where, how grave, and what to do about it."""

from typing import Literal

from conte.frozen import Frozen

Severity = Literal["note", "warning", "error"]


class Finding(Frozen):
    check: str
    """Dotted name of the rule, such as "timefit.narration" or "grammar.same_size"."""
    cut: int | None
    """The cut's number; None for the conte as a whole."""
    field: str
    """Field of the cut or conte, such as "caption" or "look.palette"."""
    severity: Severity
    message: str
    proposal: str
