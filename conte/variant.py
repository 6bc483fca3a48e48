"""VariantOf: "another like B, but funnier". The data on direction B that a writer gets."""

from conte.conte import Conte
from conte.direction import Variation
from conte.frozen import Frozen


class VariantOf(Frozen):
    conte: Conte
    """Conte of the direction to resemble."""
    variation: Variation
