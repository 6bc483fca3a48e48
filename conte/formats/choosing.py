"""Chooses the cuts of a shorter film: required ones first, then those that carry the story."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from conte.brief import Brief
from conte.conte import CastMember, Conte, ProductEntry
from conte.cut import Cut
from conte.phrases import says
from conte.revision.working import Working
from conte.timing import MIN_CUTS, film_frames, most_cuts

SECONDS_A_CUT = 2.5
"""Average length of a cut in a shortened film, in seconds."""

Role = Literal[
    "product", "slogan", "legal", "must_show", "character", "name", "opening", "story"
]  # fmt: skip
"""Reason for choosing a cut, the most important first."""


class Ranked(NamedTuple):
    cut: Cut
    role: Role

    @property
    def is_must(self) -> bool:
        """True: without the cut the film lacks something that was asked for."""
        return self.role not in ("opening", "story")


def ranked(working: Working) -> tuple[Ranked, ...]:
    """Return all cuts, the most important first."""
    conte, brief = working.conte, working.brief
    found: dict[int, Ranked] = {}
    for cut, role in _musts(conte, brief):
        found.setdefault(cut.number, Ranked(cut, role))
    found.setdefault(1, Ranked(conte.cuts[0], "opening"))
    while len(found) < len(conte.cuts):
        cut = _next_of_story(conte, tuple(found))
        found[cut.number] = Ranked(cut, "story")
    return tuple(found.values())


def chosen(working: Working, duration_s: float) -> tuple[Ranked, ...]:
    """Return the cuts of a film of this length, the most important first.

    All cuts if the film is not shorter; else as many as there is time for. Required cuts are kept
    unless they alone do not fit.
    """
    everything = ranked(working)
    fps = working.brief.fps
    if film_frames(duration_s, fps) >= working.conte.num_frames:
        return everything
    musts = sum(one.is_must for one in everything)
    wanted = max(MIN_CUTS, musts, round(duration_s / SECONDS_A_CUT))
    return everything[: min(wanted, most_cuts(duration_s, fps))]


def _musts(conte: Conte, brief: Brief) -> Iterator[tuple[Cut, Role]]:
    yield _hero(conte), "product"
    yield _with_slogan(conte), "slogan"
    for cut in conte.cuts:
        if cut.legal:
            yield cut, "legal"
    last_first = tuple(reversed(conte.cuts))
    chosen = [_hero(conte), _with_slogan(conte), *(cut for cut in conte.cuts if cut.legal)]
    for phrase in brief.must_show:
        # A cut that is in the film anyway is preferred to another.
        cuts = (*chosen, *last_first)
        if cut := _first(cuts, lambda cut, phrase=phrase: says(_seen(cut), phrase)):
            chosen.append(cut)
            yield cut, "must_show"
    names = {one.name for one in brief.characters}
    for entry in conte.sheet:
        if isinstance(entry, CastMember) and entry.name in names:
            cuts = (*chosen, *conte.cuts)
            if cut := _first(cuts, lambda cut, entry=entry: entry.id in cut.shows):
                chosen.append(cut)
                yield cut, "character"
    named = (*chosen, *last_first)
    if cut := _first(named, lambda cut: says(_said(cut), brief.product.name)):
        yield cut, "name"


def _hero(conte: Conte) -> Cut:
    """Return the last cut that shows the product, or else the last cut."""
    products = {entry.id for entry in conte.sheet if isinstance(entry, ProductEntry)}
    shown = [cut for cut in conte.cuts if products.intersection(cut.shows)]
    return shown[-1] if shown else conte.cuts[-1]


def _with_slogan(conte: Conte) -> Cut:
    """Return the last cut that says the slogan, or else the last cut: films end on it."""
    saying = [cut for cut in conte.cuts if conte.slogan and says(_said(cut), conte.slogan)]
    return saying[-1] if saying else conte.cuts[-1]


def _next_of_story(conte: Conte, numbers: Sequence[int]) -> Cut:
    """Return the cut that closes the widest gap in the story; of several the longest."""
    left = [cut for cut in conte.cuts if cut.number not in numbers]
    return max(
        left,
        key=lambda cut: (min(abs(cut.number - n) for n in numbers), cut.num_frames, -cut.number),
    )


def _first(cuts: Sequence[Cut], has: Callable[[Cut], bool]) -> Cut | None:
    return next((cut for cut in cuts if has(cut)), None)


def _seen(cut: Cut) -> str:
    return "\n".join((cut.action, cut.place, cut.caption, cut.video_prompt))


def _said(cut: Cut) -> str:
    return "\n".join((cut.narration, cut.caption, *(line.text for line in cut.dialogue)))
