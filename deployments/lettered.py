"""Conte -> the boxes of all lettering in its film, as the editor draws it."""

from collections.abc import Iterator

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.checks.timefit import Rates
from conte.clip import frame_size
from conte.conte import Conte
from conte.formats.safe_zones import Element, Lettered, SafeZones, check_safe_zones
from deployments.cut_overlays import CutOverlays
from deployments.film_words import FilmWords
from serve.settings import FilmSettings

SHORT_SIDE = 1080
_ELEMENTS: tuple[Element, ...] = ("label", "legal", "subtitle", "caption")


def lettered(
    conte: Conte, brief: Brief, settings: FilmSettings, rates: Rates
) -> tuple[Lettered, ...]:
    """Return the boxes, for a film whose short side is 1080 pixels."""
    size = frame_size(brief.aspect_ratio, SHORT_SIDE)
    # An end card is as wide as the frame; its lines are where a caption's would be.
    plain = settings.model_copy(update={"end_card": "none"})
    film = FilmWords.of(conte, brief, plain, rates, "draft")

    def boxes() -> Iterator[Lettered]:
        for k, cut in enumerate(conte.cuts):
            overlays = CutOverlays(film.over(k, None), cut.num_frames, brief.fps, size)
            for element in _ELEMENTS:
                if element == "label" and k:  # the same in every cut
                    continue
                for drawn in overlays.drawn(element):
                    height, width = drawn.pixels.shape[:2]
                    right, bottom = drawn.x + width, drawn.y + height
                    yield Lettered(element, cut.number, drawn.x, drawn.y, right, bottom, size)

    return tuple(boxes())


def safe_zone_findings(
    conte: Conte, brief: Brief, settings: FilmSettings, rates: Rates, zones: SafeZones
) -> tuple[Finding, ...]:
    """Return findings for the lettering that platforms' controls would cover."""
    boxes = lettered(conte, brief, settings, rates)
    return check_safe_zones(boxes, zones.of(brief.aspect_ratio), brief)
