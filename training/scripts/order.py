"""Order: one script to be written, with everything that determines its request."""

from conte.brief import Brief
from conte.frozen import Frozen, digest
from deployments.engines.composer.library import MoodName


class Order(Frozen):
    """A brief, and what a brief does not say: the structure, the situation, the number of cuts."""

    kind: str
    """The product type's id."""
    industry: str
    structure: str
    mood: MoodName
    situation: str
    """Situation in which the film begins, in the brief's language."""
    cuts: int
    """Number of cuts of the script; the brief itself may leave it open."""
    brief: Brief
    seed: int

    @property
    def id(self) -> str:
        """16 hexadecimal digits: the same order, the same id, in every run."""
        return digest(self.model_dump(mode="json"))[:16]
