"""Settings -> the subtitles that a film has burned in."""

from collections.abc import Sequence

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.clip import Tier
from conte.conte import Conte
from conte.subtitles import Subtitle, subtitles_of
from serve.settings import FilmSettings


def burned_subtitles(
    conte: Conte, brief: Brief, settings: FilmSettings, rates: Rates, tier: Tier
) -> Sequence[tuple[Subtitle, ...]]:
    """Return the cards of each cut; () if the film of this tier has none."""
    wanted = settings.subtitles == "all" or (settings.subtitles == "draft" and tier == "draft")
    if not wanted:
        return ()
    cards = subtitles_of(conte, brief, rates, captioned=settings.burn_captions)
    return cards if any(cards) else ()
