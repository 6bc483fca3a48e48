"""Edition -> the vault key of its film, clean or with captions, and its soundtrack. Joined from
existing pieces.

Joined from existing pieces.
"""

from collections.abc import Mapping

from conte.checks.timefit import Rates
from conte.clip import Clip
from conte.edition import Edition
from conte.export import Captions, ExportOptions
from conte.frozen import digest
from conte.sound import Loudness
from deployments.film_editor import FilmEditor
from deployments.pieces import REVISION
from deployments.sound import soundtrack, track
from deployments.sound.soundtrack import Soundtrack
from serve.bounded import Unusable
from serve.settings import FilmSettings
from serve.vault import Vault

_LETTERED: Mapping[Captions, Mapping[str, bool | str]] = {
    "burned": {"burn_captions": True},
    "clean": {"burn_captions": False, "subtitles": "none", "end_card": "none"},
}


class FilmVariants:
    """Makes variants of films, with one editor per variant. Pieces that the graph has cut are used
    again."""

    def __init__(self, vault: Vault, settings: FilmSettings, rates: Rates) -> None:
        self._vault, self._settings, self._rates = vault, settings, rates
        self._editors: dict[tuple[Captions, Loudness], FilmEditor] = {}

    def made_by(self, options: ExportOptions) -> str:
        """Return a text with every input, besides the version, that shapes the film."""
        settings = self._of(options).model_dump(mode="json", exclude={"replicas", "timeout_s"})
        return f"film {REVISION} {digest([settings, self._rates.model_dump(mode='json')])[:12]}"

    def heard_by(self, options: ExportOptions) -> str:
        """Return a text with every input, besides the version, that shapes the film's sound."""
        settings = self._of(options)
        revisions = f"{track.REVISION}.{soundtrack.REVISION}"
        return f"sound {revisions} {settings.audio} {settings.loudness}"

    async def key(self, edition: Edition, options: ExportOptions) -> str:
        """Return the vault key of the film.

        Raises:
            Unusable: if a cut has no clip yet.
            RenderError: if the clips do not make the film.
        """
        clips = _clips_of(edition)
        return await self._editor(options).film_alone(edition.conte, edition.brief, clips)

    def soundtrack(self, edition: Edition, options: ExportOptions) -> Soundtrack | None:
        """Return the film's soundtrack; None if it is silent. Raises as `key` does."""
        clips = _clips_of(edition)
        return self._editor(options).soundtrack(edition.conte, edition.brief, clips)

    def _of(self, options: ExportOptions) -> FilmSettings:
        chosen: dict[str, object] = dict(_LETTERED[options.captions])
        if options.loudness is not None:
            chosen["loudness"] = options.loudness
        return self._settings.model_copy(update=chosen)

    def _editor(self, options: ExportOptions) -> FilmEditor:
        settings = self._of(options)
        of = options.captions, settings.loudness
        if of not in self._editors:
            self._editors[of] = FilmEditor(self._vault, settings, self._rates)
        return self._editors[of]


def _clips_of(edition: Edition) -> list[Clip]:
    clips = {clip.cut: clip for clip in edition.clips}
    lost = [str(cut.number) for cut in edition.conte.cuts if cut.number not in clips]
    if lost:
        raise Unusable(f"cut {', '.join(lost)} has no clip yet, and there is no film without")
    return [clips[cut.number] for cut in edition.conte.cuts]
