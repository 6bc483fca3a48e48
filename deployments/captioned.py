"""Conte -> how its film shows each caption, for previews of cuts that are not joined yet."""

from collections.abc import Mapping

from conte.brief import Brief
from conte.captioned import Captioned
from conte.checks.timefit import Rates
from conte.clip import Clip, Tier, frame_size
from conte.conte import Conte
from deployments.cut_overlays import CutOverlays
from deployments.film_words import FilmWords
from deployments.lettered import SHORT_SIDE
from serve.settings import FilmSettings


def captioned(
    conte: Conte, brief: Brief, clips: Mapping[str, Clip], settings: FilmSettings, rates: Rates
) -> dict[str, Captioned]:
    """Return the captions by the ids of their cuts; a cut without one is left out, and so is an
    end card, which is a design and not a caption. `clips`: the clips by the ids of their cuts.
    """
    width, height = size = frame_size(brief.aspect_ratio, SHORT_SIDE)
    films: dict[Tier, FilmWords] = {}
    found: dict[str, Captioned] = {}
    for k, cut in enumerate(conte.cuts):
        clip = clips.get(cut.id)
        tier = clip.tier if clip is not None else "draft"
        if tier not in films:
            films[tier] = FilmWords.of(conte, brief, settings, rates, tier)
        words = films[tier].over(k, clip)
        at = CutOverlays(words, cut.num_frames, brief.fps, size).caption_at
        if at is not None:
            found[cut.id] = Captioned(
                lines=words.caption,
                top=round(at.top / height, 4),
                size=round(at.size / min(width, height), 4),
                plate=words.plate,
            )
    return found
