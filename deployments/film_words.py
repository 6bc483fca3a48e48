"""Conte -> the texts over each cut of its film, and their places."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from conte.ai_label import AI_LABEL
from conte.brief import Brief
from conte.checks.timefit import Rates, wrap_caption
from conte.clip import Clip, Tier
from conte.conte import Conte
from conte.subtitles import Subtitle
from deployments.cut_overlays import Words
from deployments.end_card import EndCard, end_card_of, logo_text
from deployments.overlays import CUT_LABEL, EDITION, Extent, tight
from deployments.placing import layout_in, placed
from deployments.subtitling import burned_subtitles
from serve.settings import FilmSettings


@dataclass(frozen=True)
class FilmWords:
    """All texts of a film, in the order of its cuts."""

    conte: Conte
    brief: Brief
    settings: FilmSettings
    captions: tuple[tuple[str, ...], ...]
    """Caption lines of each cut; empty if it has none or captions are not burned in."""
    legal: tuple[str, ...] = ()
    """Legal line of each cut, empty if it has none; (): nothing is burned in."""
    subtitles: tuple[tuple[Subtitle, ...], ...] = ()
    """Subtitle cards of each cut; (): none are burned in."""
    subtitle_width: float = 0
    """Width of the widest subtitle line of the film."""

    @classmethod
    def of(
        cls, conte: Conte, brief: Brief, settings: FilmSettings, rates: Rates, tier: Tier
    ) -> Self:
        """Return the texts of a film of this tier."""
        burn = settings.burn_captions
        subtitles = burned_subtitles(conte, brief, settings, rates, tier)
        return cls(
            conte,
            brief,
            settings,
            captions=tuple(
                wrap_caption(cut.caption, rates) if burn and cut.caption else ()
                for cut in conte.cuts
            ),
            legal=tuple(cut.legal if burn else "" for cut in conte.cuts),
            subtitles=tuple(subtitles),
            subtitle_width=rates.line_width if subtitles else 0,
        )

    def over(self, k: int, clip: Clip | None) -> Words:
        """Return the texts over the cut with index `k`. `clip`: None if none is rendered yet."""
        settings, language, cuts = self.settings, self.brief.language, self.conte.cuts
        number = CUT_LABEL[language].format(cuts[k].number)
        caption, legal = self.captions[k], self.legal[k] if self.legal else ""
        subtitles = self.subtitles[k] if self.subtitles else ()
        placement = placed(
            layout_in(self.conte, self.brief, k, clip),
            clip,
            self.brief.aspect_ratio,
            caption,
            legal=bool(legal),
            cards=subtitles,
            line_width=self.subtitle_width,
        )
        label_right = placement.label_right and settings.label_ai and not self._counted
        card = self._end_card(k, clip, label_right)
        return Words(
            label=AI_LABEL[language] if settings.label_ai else "",
            legal=legal,
            caption=caption,
            high=placement.high,
            plate=placement.plate and card is None,
            label_right=label_right,
            end_card=card,
            edition=EDITION if legal or (settings.label_ai and self._lying) else 0,
            extent=self._tight if caption else None,
            cut_number=number if settings.show_cut_number else "",
            subtitles=subtitles,
            subtitle_width=self.subtitle_width if subtitles else 0,
            starts_at=sum(cut.num_frames for cut in cuts[:k]) if settings.show_timecode else None,
        )

    @cached_property
    def _tight(self) -> Extent | None:
        return tight(self.captions, self.brief.aspect_ratio)

    @property
    def _lying(self) -> bool:
        return self.brief.aspect_ratio == "16:9"

    @property
    def _counted(self) -> bool:
        """True if the cut number or the time code is in the right corner."""
        return self.settings.show_cut_number or self.settings.show_timecode

    def _end_card(self, k: int, clip: Clip | None, label_right: bool) -> EndCard | None:
        settings, tier = self.settings, clip.tier if clip is not None else "draft"
        wanted = settings.end_card == "all" or (settings.end_card == "draft" and tier == "draft")
        if not wanted or k != len(self.conte.cuts) - 1:
            return None
        # Only a draft marks the logo's place: a final film leaves it empty.
        logo = logo_text(self.brief) if tier == "draft" else ""
        cut, lines = self.conte.cuts[k], self.captions[k]
        return end_card_of(cut, lines, self.conte, logo, logo_left=label_right)
