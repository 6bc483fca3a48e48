"""Settings -> the subtitles burned into a film."""

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
    """Return the subtitle cards of each cut; () if films of this tier have none."""
    wanted = settings.subtitles == "all" or (settings.subtitles == "draft" and tier == "draft")
    if not wanted:
        return ()
    cards = subtitles_of(conte, brief, rates, captioned=settings.burn_captions)
    return cards if any(cards) else ()
