"""Working: the state that operations are applied to. Knows no operation."""

from conte.brief import Brief
from conte.conte import Conte
from conte.frozen import Frozen


class Working(Frozen):
    """A conte and the brief it is for, while they are being revised."""

    conte: Conte
    brief: Brief
