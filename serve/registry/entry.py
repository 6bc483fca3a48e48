"""An entry of the registry: a model or a prompt, its origin and its scores."""

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, FiniteFloat, model_validator

from conte.frozen import Frozen, digest
from conte.vocabulary import Language

Use = Literal["commercial", "non-commercial"]


class EntryKind(StrEnum):
    CONTE_ADAPTER = "conte_adapter"
    CONTE_MODEL = "conte_model"
    CONTE_PROMPT = "conte_prompt"
    REWRITER_PROMPT = "rewriter_prompt"
    VIDEO_ADAPTER = "video_adapter"
    VIDEO_MODEL = "video_model"


PROMPTS = frozenset({EntryKind.CONTE_PROMPT, EntryKind.REWRITER_PROMPT})
"""Kinds that are promoted without a restart."""
ADAPTERS = {
    EntryKind.CONTE_ADAPTER: EntryKind.CONTE_MODEL,
    EntryKind.VIDEO_ADAPTER: EntryKind.VIDEO_MODEL,
}
"""Kind of an adapter -> kind of the weights that it modifies."""
SHARED = PROMPTS | ADAPTERS.keys()
"""Kinds of which two entries may serve side by side, each for its share of productions."""


class ItemScores(Frozen):
    """Scores on a fixed set, one for each item and measure; higher is better."""

    fixed_set: str
    """Digest of the set; scores of different sets are never compared."""
    ids: tuple[str, ...] = Field(min_length=1)
    groups: tuple[str, ...]
    """Group of each item, such as its product type; each group counts as one sample."""
    scores: dict[str, tuple[FiniteFloat, ...]]

    @model_validator(mode="after")
    def _whole(self) -> "ItemScores":
        wrong = [name for name, values in self.scores.items() if len(values) != len(self.ids)]
        if wrong or len(self.groups) != len(self.ids):
            raise ValueError(f"{wrong or 'groups'}: wanted one for each of {len(self.ids)} items")
        return self


class Entry(Frozen):
    kind: EntryKind
    name: str = Field(min_length=1)
    """Name in provenance: a model's revision, a prompt's version."""
    language: Language | None = None
    """Language of a conte prompt. The rewriter's prompt is English for every brief."""
    base: str = ""
    """Checkpoint's revision or prompt's version that the entry was derived from."""
    licence: str = Field(min_length=1)
    use: Use
    """Use that the licence allows."""
    data: tuple[str, ...] = ()
    code: str
    """Revision of the code that made the entry."""
    settings: dict[str, Any] = Field(default_factory=dict)
    measured: ItemScores | None = None
    parent: str = ""
    """Id of the entry that this one was derived from; empty: none."""
    files: dict[str, str]
    """Path within the entry's folder -> vault key, which is the SHA-256 of the file."""

    @model_validator(mode="after")
    def _of_a_language(self) -> "Entry":
        if (self.kind is EntryKind.CONTE_PROMPT) != (self.language is not None):
            raise ValueError("language: a conte prompt has one, and nothing else has")
        return self

    @property
    def id(self) -> str:
        return f"{self.kind.value.replace('_', '-')}-{digest(self.model_dump(mode='json'))[:12]}"

    @property
    def slot(self) -> str:
        """Slot in which the entry serves; a prompt has one slot per language."""
        return f"{self.kind}/{self.language}" if self.language else self.kind.value
