"""VariantOf: the data on an existing direction that the writer of a variant gets ("another like B,
but funnier")."""

from conte.conte import Conte
from conte.direction import Variation
from conte.frozen import Frozen


class VariantOf(Frozen):
    conte: Conte
    """Conte of the direction to resemble."""
    variation: Variation
