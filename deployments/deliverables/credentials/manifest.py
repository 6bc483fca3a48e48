"""Edition -> what a content credential says of an export. Knows no C2PA library."""

from collections.abc import Sequence
from typing import Any

from conte.clip import Clip
from conte.edition import Edition
from conte.upload import UPLOADED
from serve.release import RELEASE

_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TRAINED = f"{_TYPES}trainedAlgorithmicMedia"
"""A model made it."""
ALGORITHMIC = f"{_TYPES}algorithmicMedia"
"""Rules made it: panels that are drawn, no model."""
COMPOSITE = f"{_TYPES}composite"
"""Something of a person's own is in it, or nothing is known of its pictures."""
_DRAWN = "animatic"


def manifest_of(edition: Edition) -> dict[str, Any]:
    """Return the manifest's definition. It names no production and no person."""
    engines = dict.fromkeys(clip.engine.label for clip in edition.clips)
    action: dict[str, Any] = {
        "action": "c2pa.created",
        "digitalSourceType": source_type(edition.clips),
    }
    if engines:
        action["softwareAgent"] = {"name": ", ".join(engines)}
    return {
        "title": edition.conte.title,
        "claim_generator_info": [{"name": "Sian", "version": RELEASE}],
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
    }


def source_type(clips: Sequence[Clip]) -> str:
    """Return IPTC's digital source type of what the clips make together."""
    names = {clip.engine.name for clip in clips}
    if not names or UPLOADED.name in names:
        return COMPOSITE
    return ALGORITHMIC if names == {_DRAWN} else TRAINED
