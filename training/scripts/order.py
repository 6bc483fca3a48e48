"""Order: one script to be written, with everything that determines its request."""

from conte.brief import Brief
from conte.frozen import Frozen, digest
from deployments.engines.composer.library import MoodName


class Order(Frozen):
    """A brief, and the requirements that are not part of it: structure, situation, number of
    cuts."""

    kind: str
    """Id of the product type."""
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
        """Return 16 hexadecimal digits that depend only on the order's content."""
        return digest(self.model_dump(mode="json"))[:16]
