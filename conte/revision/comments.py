"""Comment: words on a frame of a cut.

A place is a cut and a frame within it, never seconds and never a frame of the film: those change
with every cut that moves. `conte.revision.carrying` finds the place in the next version.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from conte.brief import Name
from conte.conte import Conte
from conte.cut import CutId
from conte.frozen import Frozen, Text, unset, visible
from conte.revision.phrase import phrase
from conte.revision.refusals import Refusal

MAX_TEXT = 2000
MAX_FRAME = 100_000

Words = Annotated[
    Text, StringConstraints(min_length=1, max_length=MAX_TEXT), AfterValidator(visible)
]
Frame = Annotated[int, Field(ge=0, le=MAX_FRAME)]
Share = Annotated[float, Field(ge=0, le=1)]
TakeId = Annotated[str, StringConstraints(pattern=r"^t_[0-9a-f]{12}$")]
MaybeTakeId = Annotated[str, StringConstraints(pattern=r"^(t_[0-9a-f]{12})?$")]
CommentId = Annotated[str, StringConstraints(pattern=r"^cmt_[0-9a-z]{26}$")]
MaybeCommentId = Annotated[str, StringConstraints(pattern=r"^(cmt_[0-9a-z]{26})?$")]
Audience = Literal["internal", "client"]
"""`internal`: guests of a share link never see it. `client`: they do."""


class Misplaced(Refusal):
    """The version has no such place; `field` names what is wrong, the phrase what is wanted."""

    def __init__(self, field: str, name: str, /, **values: Any) -> None:
        super().__init__(phrase(name, **values))
        self.field = field


class Mark(Frozen):
    """A frame or a range of frames of a cut, and perhaps a point of the picture."""

    frame: Frame = 0
    """Frame within the cut, from 0."""
    last: Annotated[Frame | None, unset(None)] = None
    """Last frame of a range that begins with `frame`."""
    x: Annotated[Share | None, unset(None)] = None
    """Horizontal place, from the left edge (0) to the right (1)."""
    y: Annotated[Share | None, unset(None)] = None
    """Vertical place, from the upper edge (0) to the lower (1)."""
    take: Annotated[MaybeTakeId, unset("")] = ""
    """Id of the take that its author saw."""

    @model_validator(mode="after")
    def _is_a_mark(self) -> Self:
        if self.last is not None and self.last < self.frame:
            raise ValueError(f"last: {self.last} lies before frame {self.frame}")
        if (self.x is None) != (self.y is None):
            raise ValueError("x and y: wanted both or neither")
        return self


class Placed(Mark):
    """A place in a version."""

    cut: CutId

    def check_within(self, conte: Conte) -> Self:
        """Return the place if the conte has it.

        Raises:
            Misplaced
        """
        cut = next((cut for cut in conte.cuts if cut.id == self.cut), None)
        if cut is None:
            raise Misplaced("cut", "place_no_cut")
        for name, frame in (("frame", self.frame), ("last", self.last)):
            if frame is not None and frame >= cut.num_frames:
                raise Misplaced(name, "place_no_frame", last=cut.num_frames - 1, number=cut.number)
        return self


class Comment(Placed):
    """A stored comment: never changed but for `resolved`."""

    id: CommentId
    version: Annotated[int, Field(ge=1)]
    """Version that it was made on."""
    text: Words
    author: Name
    guest: Annotated[str, unset("")] = ""
    """Id of the guest who wrote it; empty: a person with a key."""
    audience: Audience
    reply_to: Annotated[MaybeCommentId, unset("")] = ""
    """Id of the first comment of its thread; empty for that comment. A reply has the same place."""
    resolved: bool = False
    at: float
    """Seconds since the epoch, by the ledger's clock."""
