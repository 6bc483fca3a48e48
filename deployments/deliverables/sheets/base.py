"""Origin of a sheet, for reading it back, and the line about what made it."""

from conte.ai_label import AI_LABEL
from conte.edition import Edition
from conte.revision.edited import conte_hash


def base_of(edition: Edition) -> dict[str, str]:
    """Return the version that a sheet was made from, to be read back (`conte.sheet_origin`)."""
    return {
        "production": edition.production,
        "version": str(edition.version),
        "conte": conte_hash(edition.conte),
        "fps": str(edition.brief.fps),
        "format": "1",
    }


def made_line(edition: Edition) -> str:
    """Return the visible line: made by AI, and by which engines."""
    engines = ", ".join(dict.fromkeys(clip.engine.label for clip in edition.clips))
    parts = (AI_LABEL[edition.brief.language], engines)
    return " · ".join(part for part in parts if part)
