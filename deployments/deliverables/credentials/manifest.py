"""Edition -> the statement of a content credential. Knows no C2PA library."""

from collections.abc import Sequence
from typing import Any

from conte.clip import Clip
from conte.edition import Edition
from conte.upload import UPLOADED
from serve.release import RELEASE

_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TRAINED = f"{_TYPES}trainedAlgorithmicMedia"
"""Source type of pictures that a model made."""
ALGORITHMIC = f"{_TYPES}algorithmicMedia"
"""Source type of pictures that rules drew, without a model."""
COMPOSITE = f"{_TYPES}composite"
"""Source type if a person's own material is in it, or nothing is known of its pictures."""
_DRAWN = "animatic"


def manifest_of(
    edition: Edition, shown: Sequence[Clip] | None = None, *, heard: bool = False
) -> dict[str, Any]:
    """Return the manifest's definition. It names no production and no person.

    `shown`: clips that are seen; None: all of the edition's. `heard`: the file has the film's
    sound, which may contain a person's own recordings.
    """
    clips = edition.clips if shown is None else shown
    engines = dict.fromkeys(clip.engine.label for clip in clips)
    recorded = heard and any(cut.sounds for cut in edition.conte.cuts)
    action: dict[str, Any] = {
        "action": "c2pa.created",
        "digitalSourceType": COMPOSITE if recorded else source_type(clips),
    }
    if engines:
        action["softwareAgent"] = {"name": ", ".join(engines)}
    return {
        "title": edition.conte.title,
        "claim_generator_info": [{"name": "Sian", "version": RELEASE}],
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
    }


def source_type(clips: Sequence[Clip]) -> str:
    """Return IPTC's digital source type of the clips together."""
    names = {clip.engine.name for clip in clips}
    if not names or UPLOADED.name in names:
        return COMPOSITE
    return ALGORITHMIC if names == {_DRAWN} else TRAINED
