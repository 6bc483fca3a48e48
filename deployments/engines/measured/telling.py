"""Measurements of a clip -> a caption: varied, and always the same for one clip."""

from conte.clip_caption import ClipCaption
from conte.frozen import digest
from conte.measures import Measures
from conte.vocabulary import Language
from deployments.engines.measured import english, korean
from deployments.engines.measured.observed import observed
from deployments.engines.measured.pick import Pick


def told(measures: Measures, aspect: float, language: Language) -> ClipCaption:
    """Return a caption from measurements alone: subjects stay empty.

    `aspect`: width over height of the picture.
    """
    seen, words = observed(measures, aspect), korean if language == "ko" else english
    pick = Pick(digest(measures.model_dump(mode="json")))
    return ClipCaption(
        language=language,
        short=words.short(seen, pick),
        long=" ".join(words.sentences(seen, pick)),
        move=seen.move,
        style=words.style(seen),
        motion=words.motion(seen, pick),
    )
