"""Ideas and briefs that are proposed to a creator, before there is a conte."""

from collections.abc import Sequence
from typing import Protocol

from conte.brief import Brief, IdeaText
from conte.clip import EngineId
from conte.frozen import Frozen, Line
from conte.vocabulary import Setting

MOST_IDEAS = 16
"""Most ideas that one request may ask for."""


class ProposedIdea(Frozen):
    """An idea in one line; its `text` can be taken into a brief's `ideas` as it stands."""

    text: IdeaText
    structure: str
    """Advertising structure that suits the idea."""
    setting: Setting
    place: Line
    """Place of the scene, in the brief's language."""


class IdeaEngine(Protocol):
    """Proposes ideas for a brief, in well under a second."""

    @property
    def id(self) -> EngineId: ...

    def propose(
        self, brief: Brief, like: Sequence[str], unlike: Sequence[str], num: int, seed: int
    ) -> tuple[ProposedIdea, ...]:
        """Return up to `num` ideas, the same for the same arguments.

        No idea resembles another one, one of `unlike` or one of the brief's own. Ideas close to
        `like` come first. Fewer than `num` are returned if the engine knows no more.
        """
        ...


class ProposedBrief(Frozen):
    """A brief proposed for a creator's sentence."""

    brief: Brief
    guessed: tuple[str, ...]
    """Fields, such as `product.category`, that the sentence does not mention."""


class BriefEngine(Protocol):
    """Proposes a brief for a creator's sentence, in well under a second."""

    def propose(self, text: str) -> ProposedBrief:
        """Return a brief that can be filmed, whatever the text; the same for the same text."""
        ...
