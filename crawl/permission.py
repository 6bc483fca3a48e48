"""Permission: why a video may be downloaded and used for training. Without one it is never
downloaded."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from conte.frozen import Frozen, Text
from serve.stored import data_of


class Permission(Frozen):
    """A recorded permission. Times are seconds since the epoch."""

    kind: Literal["owned", "consented", "trainable"]
    """owned: our own channel or file. consented: a channel whose owner agreed. trainable: the
    site's API says that it may be used for training (trainability, in the YouTube Data API)."""
    evidence: Annotated[Text, StringConstraints(min_length=1, max_length=500)]
    """Reference to the proof: a contract's number, a list and its line, an API's answer."""
    at: Annotated[float, Field(ge=0)]
    """When the permission was recorded or last checked."""
    until: float | None = None
    """When the permission ends; None if it has no end."""

    def holds(self, now: float) -> bool:
        return self.at <= now and (self.until is None or now < self.until)


def stored_permission(text: str | None) -> Permission | None:
    """Parse a stored permission; None if there is none, or if this release cannot read it.

    Unlike other stored values it is read strictly, because an unknown field may withdraw it.
    """
    try:
        return Permission.model_validate(data_of(text, "Permission")) if text else None
    except ValueError:
        return None
