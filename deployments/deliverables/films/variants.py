"""Edition -> the vault key of its film, clean or with captions. Cut from pieces that stand."""

from collections.abc import Mapping

from conte.checks.timefit import Rates
from conte.edition import Edition
from conte.export import Captions
from conte.frozen import digest
from deployments.film_editor import FilmEditor
from deployments.pieces import REVISION
from serve.bounded import Unusable
from serve.settings import FilmSettings
from serve.vault import Vault

_LETTERED: Mapping[Captions, Mapping[str, bool | str]] = {
    "burned": {"burn_captions": True},
    "clean": {"burn_captions": False, "subtitles": "none", "end_card": "none"},
}


class FilmVariants:
    """One editor a variant; a film that the graph has cut in the same way is not cut again."""

    def __init__(self, vault: Vault, settings: FilmSettings, rates: Rates) -> None:
        self._settings = {
            captions: settings.model_copy(update=dict(lettered))
            for captions, lettered in _LETTERED.items()
        }
        self._rates = rates
        self._editors = {
            captions: FilmEditor(vault, one, rates) for captions, one in self._settings.items()
        }

    def made_by(self, captions: Captions) -> str:
        """Return what shapes the film beside the version."""
        settings = self._settings[captions].model_dump(
            mode="json", exclude={"replicas", "timeout_s"}
        )
        return f"film {REVISION} {digest([settings, self._rates.model_dump(mode='json')])[:12]}"

    async def key(self, edition: Edition, captions: Captions) -> str:
        """Return the vault key of the film.

        Raises:
            Unusable: if a cut has no clip yet.
            RenderError: if the clips do not make the film.
        """
        clips = {clip.cut: clip for clip in edition.clips}
        lost = [str(cut.number) for cut in edition.conte.cuts if cut.number not in clips]
        if lost:
            raise Unusable(f"cut {', '.join(lost)} has no clip yet, and there is no film without")
        ordered = [clips[cut.number] for cut in edition.conte.cuts]
        return await self._editors[captions].film_alone(edition.conte, edition.brief, ordered)
