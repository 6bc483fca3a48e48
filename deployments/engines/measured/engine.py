"""Measured: the caption engine without a model. Reports measurements, guesses nothing."""

from conte.clip import EngineId
from conte.clip_caption import ClipCaption
from conte.vocabulary import Language
from deployments.engines.measured.telling import told
from deployments.engines.protocols import Footage

REVISION = "1"
"""Revision of the engine; raise it with every change of a threshold or a word."""


class MeasuredCaptions:
    """Writes captions from measurements. Shot size and subjects stay empty: they cannot be
    measured.
    """

    id = EngineId(
        name="measured",
        revision=REVISION,
        label="measured (told from motion, light and colour; not a model)",
    )

    def prompt_version(self, language: Language) -> None:
        return None

    async def caption(self, footage: Footage, language: Language) -> ClipCaption:
        return told(footage.measures, footage.width / footage.height, language)
