"""What a sheet that comes back says of its origin, and the line that says what made it."""

from conte.ai_label import AI_LABEL
from conte.edition import Edition
from conte.frozen import digest

BASE = "sian"
"""Name of the hidden sheet, and first word of the notes, that have it."""


def base_of(edition: Edition) -> dict[str, str]:
    """Return the version that a sheet was made of, for the way back."""
    return {
        "production": edition.production,
        "version": str(edition.version),
        "conte": digest(edition.conte.model_dump(mode="json")),
        "fps": str(edition.brief.fps),
        "format": "1",
    }


def made_line(edition: Edition) -> str:
    """Return the visible line: made by AI, and by which engines."""
    engines = ", ".join(dict.fromkeys(clip.engine.label for clip in edition.clips))
    parts = (AI_LABEL[edition.brief.language], engines)
    return " · ".join(part for part in parts if part)
