"""FeedbackItem -> Proposal: what a person wants to change, and the operations that do it.

Types only. Engines make proposals; `conte.revision.allowed` limits them.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from conte.cut import CutId
from conte.frozen import Frozen, Text, visible
from conte.revision.operations import Operation

Verdict = Literal["understood", "refused", "not_understood"]

MAX_FEEDBACK = 500
"""Most characters of one item."""


class FeedbackItem(Frozen):
    """Requested change, in a person's words."""

    cut: CutId | None = None
    """Id of the cut that it is about; null: the cuts that its text names, or the whole conte."""
    frame: Annotated[int, Field(ge=0)] | None = None
    """Frame within the cut on which the remark was made."""
    text: Annotated[
        Text,
        StringConstraints(min_length=1, max_length=MAX_FEEDBACK),
        AfterValidator(visible),
    ]


class Proposal(Frozen):
    """The answer to one item. Operations apply in order, after those of the items before it."""

    verdict: Verdict
    operations: tuple[Operation, ...] = ()
    """Operations; none if the wish was refused or not understood, or if the conte already fulfils
    it."""
    message: str
    """Message for the creator, in the brief's language: what changes, or why nothing does."""
