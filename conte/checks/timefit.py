"""Does what is said and read fit its cut? Rates are settings."""

from pydantic import Field

from conte.frozen import Frozen


class Rates(Frozen):
    """How fast people speak and read."""

    ko_syllables_per_s: float = Field(default=5.5, gt=0)
    en_words_per_s: float = Field(default=2.5, gt=0)
    read_chars_per_s: float = Field(default=12, gt=0)
    """Full-width characters of caption a viewer reads in a second (Netflix, Korean Timed Text)."""
    min_caption_s: float = Field(default=0.8, gt=0)
    line_width: float = Field(default=16, gt=0)
    """Caption width: a full-width character is 1; Latin, digits, spaces and punctuation are 0.5."""
    max_lines: int = Field(default=2, ge=1)
