"""A caption as a film shows it."""

from conte.frozen import Frozen


class Captioned(Frozen):
    """Lines and look of a caption, in shares of the picture."""

    lines: tuple[str, ...]
    top: float
    """Share of the picture's height above the first line."""
    size: float
    """Font size as a share of the picture's shorter side."""
    plate: bool
    """True: a plate behind the lines keeps them readable."""
