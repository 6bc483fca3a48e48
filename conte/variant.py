"""VariantOf: another like B, but funnier. What a writer is shown of direction B."""

from conte.conte import Conte
from conte.direction import Variation
from conte.frozen import Frozen


class VariantOf(Frozen):
    conte: Conte
    """The conte of the direction that it is to be like."""
    variation: Variation
