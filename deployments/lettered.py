"""Conte -> the boxes of all lettering in its film, as the editor draws it."""

from collections.abc import Iterator

from conte.ai_label import AI_LABEL
from conte.brief import Brief
from conte.checks.finding import Finding
from conte.checks.timefit import Rates, wrap_caption
from conte.clip import frame_size
from conte.conte import Conte
from conte.formats.safe_zones import Element, Lettered, SafeZones, check_safe_zones
from deployments.cut_overlays import subtitles
from deployments.overlays import Overlay, caption, label, legal, size_within, tight
from deployments.safe_area import SafeArea
from deployments.subtitling import burned_subtitles
from serve.settings import FilmSettings

SHORT_SIDE = 1080


def lettered(
    conte: Conte, brief: Brief, settings: FilmSettings, rates: Rates
) -> tuple[Lettered, ...]:
    """Return the boxes, for a film whose short side is 1080 pixels."""
    size = frame_size(brief.aspect_ratio, SHORT_SIDE)
    area = SafeArea.of(*size)

    def box(element: Element, cut: int, drawn: Overlay) -> Lettered:
        height, width = drawn.pixels.shape[:2]
        right, bottom = drawn.x + width, drawn.y + height
        return Lettered(element, cut, drawn.x, drawn.y, right, bottom, size)

    def boxes() -> Iterator[Lettered]:
        if settings.label_ai:
            yield box("label", 1, label(AI_LABEL[brief.language], area))
        burn = settings.burn_captions
        captions = [wrap_caption(cut.caption, rates) if burn else () for cut in conte.cuts]
        letters = size_within(tight(captions, brief.aspect_ratio), area)
        said = burned_subtitles(conte, brief, settings, rates, "draft")
        for k, (cut, lines) in enumerate(zip(conte.cuts, captions, strict=True)):
            notice = legal(cut.legal, area) if burn and cut.legal else None
            if notice is not None:
                yield box("legal", cut.number, notice)
            below = notice
            if said and said[k]:
                cards = subtitles(said[k], rates.line_width, area, notice)
                drawn = [one for _, one in cards]
                yield from (box("subtitle", cut.number, one) for one in drawn)
                below = min(drawn, key=lambda one: one.y)
            if lines:
                yield box("caption", cut.number, caption(lines, letters, area, below))

    return tuple(boxes())


def safe_zone_findings(
    conte: Conte, brief: Brief, settings: FilmSettings, rates: Rates, zones: SafeZones
) -> tuple[Finding, ...]:
    """Return findings for the lettering that platforms' controls would cover."""
    boxes = lettered(conte, brief, settings, rates)
    return check_safe_zones(boxes, zones.of(brief.aspect_ratio), brief)
