"""Permission: why a video may be downloaded and learnt from. Without one it is not touched."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from conte.frozen import Frozen, Text
from serve.stored import data_of


class Permission(Frozen):
    """One recorded permission. Times: seconds since the epoch."""

    kind: Literal["owned", "consented", "trainable"]
    """Our own channel or file; a channel whose owner agreed; the site's own answer that it may be
    used for training (trainability, in the YouTube Data API)."""
    evidence: Annotated[Text, StringConstraints(min_length=1, max_length=500)]
    """Where it can be looked up: a contract's number, a list and its line, an API's answer."""
    at: Annotated[float, Field(ge=0)]
    """When it was recorded, or checked last."""
    until: float | None = None
    """When it ends; None: it does not."""

    def holds(self, now: float) -> bool:
        return self.at <= now and (self.until is None or now < self.until)


def stored_permission(text: str | None) -> Permission | None:
    """None: there is none, or this release cannot read it, which permits nothing either.

    Strictly, unlike other stored values: a field that is not known may be what withdraws it.
    """
    try:
        return Permission.model_validate(data_of(text, "Permission")) if text else None
    except ValueError:
        return None
