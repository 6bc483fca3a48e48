"""A server's tags as JSON in its description: the platform has none, and nodes read them there."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

LONGEST = 1000
"""Bytes of a description."""


class Tags(BaseModel):
    """What stands in a description. It is written once, when the server is made."""

    model_config = ConfigDict(frozen=True)
    format: Literal[1] = Field(default=1, alias="sian")
    cluster: str
    kind: Literal["head", "worker"] = "worker"
    type: str
    head: str = ""
    """Address of the head's GCS, which the node joins."""
    resources: dict[str, float] = Field(default_factory=dict)
    """What the node announces to Ray."""
    ray: dict[str, str] = Field(default_factory=dict)
    """Ray's own tags."""

    def text(self) -> str:
        """
        Raises:
            ValueError: if it is longer than a description may be.
        """
        said = json.dumps(
            self.model_dump(by_alias=True, exclude_defaults=True) | {"sian": self.format},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        if len(said.encode()) > LONGEST:
            raise ValueError(f"tags of {len(said.encode())} bytes, a description has {LONGEST}")
        return said


def tags_of(description: object) -> Tags | None:
    """Return None for a server that is not ours: its description is no such JSON."""
    try:
        found: Any = json.loads(str(description or ""))
        return Tags.model_validate(found) if isinstance(found, Mapping) else None
    except (ValueError, ValidationError):
        return None
