"""A server's tags as JSON in its description, where nodes read them: the platform has no tags."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

LONGEST = 1000
"""Most bytes of a description."""


class Tags(BaseModel):
    """Content of a server's description, written once, when the server is created."""

    model_config = ConfigDict(frozen=True)
    format: Literal[1] = Field(default=1, alias="sian")
    cluster: str
    kind: Literal["head", "worker"] = "worker"
    type: str
    head: str = ""
    """Address of the head's GCS, which the node joins."""
    resources: dict[str, float] = Field(default_factory=dict)
    """Resources that the node announces to Ray."""
    ray: dict[str, str] = Field(default_factory=dict)
    """Ray's own tags."""

    def text(self) -> str:
        """Return the tags as the text of a description.

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
    """Return the tags in a description; None if it holds none: the server is not ours."""
    try:
        found: Any = json.loads(str(description or ""))
        return Tags.model_validate(found) if isinstance(found, Mapping) else None
    except (ValueError, ValidationError):
        return None
