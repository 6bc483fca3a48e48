"""Check -> the rule that mends its findings. A check that is not named here has no operation."""

from collections.abc import Callable, Iterator, Mapping

from conte.checks.claims import Claims
from conte.checks.finding import Finding
from conte.checks.timefit import Rates
from conte.revision.mending import Operations
from conte.revision.working import Working
from deployments.engines.feedback.change import Unable
from deployments.mending import camera, lengths, seen, words

Making = Callable[[], Operations]
Rule = Callable[[Working, Finding], Iterator[Making]]

_RULES: Mapping[str, Rule] = {
    "brief.must_show": seen.must_show,
    "brief.characters": seen.character,
    "brief.must_not_say": words.unsaid,
    "brief.drawn_text": words.undrawn,
    "brief.idea": seen.idea,
    "glyphs.missing": words.drawable,
    "grammar.same_size": camera.another_size,
    "grammar.size_jump": camera.another_size,
    "grammar.screen_direction": camera.direction,
    "grammar.opposite_moves": camera.still,
    "grammar.dutch": camera.level,
    "grammar.product_unseen": seen.product,
    "grammar.product_late": seen.product_earlier,
    "grammar.packshot": seen.packshot,
    "grammar.name_unsaid": words.named,
    "grammar.long_cut": lengths.shorter,
    "grammar.even_pacing": lengths.uneven,
    "timefit.caption_size": words.smaller_caption,
}


class Mending:
    """Proposes candidates by the rates and the claims rules that made the findings."""

    def __init__(self, rates: Rates, claims: Claims | None) -> None:
        self._rates, self._claims = rates, claims

    def __call__(self, working: Working, finding: Finding) -> Iterator[Operations]:
        for make in self._made(working, finding):
            try:
                yield make()
            except Unable:
                continue  # a locked field, no product on the sheet: try the next one

    def _made(self, working: Working, finding: Finding) -> Iterator[Making]:
        match finding.check:
            case "timefit.said":
                yield from lengths.time_to_speak(working, finding, self._rates)
                yield from words.shorter(working, finding)
            case "timefit.caption_time":
                yield from lengths.time_to_read(working, finding, self._rates)
                yield from words.shorter(working, finding)
            case check if check.startswith("claims."):
                notice = self._claims.notice(check, working.brief.language) if self._claims else ""
                if notice:
                    yield from words.with_notice(working, notice)
                elif finding.field != "legal":
                    yield from words.unsaid(working, finding)
            case check if check in _RULES:
                yield from _RULES[check](working, finding)
            case _:
                return
