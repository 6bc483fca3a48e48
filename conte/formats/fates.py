"""Decides for each clip of a version, in a film of another format: kept, cropped or rendered."""

from collections.abc import Iterable, Mapping, Sequence

from conte.clip import Clip, Tier, basis_of
from conte.cut import Cut
from conte.formats.plan import FormatPlan, picture_of
from conte.formats.reframing import MAX_ENLARGED, Code, How, film_short_side
from conte.frozen import Frozen
from conte.revision.working import Working


class FormatFate(Frozen):
    """The decision on a cut's clip of one tier."""

    cut: str
    number: int
    """Number of the cut in the new film."""
    tier: Tier
    how: How
    why: Code
    clip: Clip | None = None
    """The clip as the film shows it; None: another one is rendered."""


def fates(
    working: Working,
    plan: FormatPlan,
    clips: Iterable[Clip],
    tiers: Sequence[Tier],
    continues: Mapping[Tier, bool],
) -> tuple[FormatFate, ...]:
    """Return the fates in the order of the film's cuts, drafts first.

    `working` and `clips` are the version's; the clips have their cuts' numbers there. `continues`:
    tiers whose engine starts a cut from the last frame of the one before.
    """
    at = {(clip.tier, clip.cut): clip for clip in clips}
    found: list[FormatFate] = []
    for tier in tiers:
        made: list[FormatFate] = []
        for cut, planned in zip(plan.working.conte.cuts, plan.cuts, strict=True):
            before = working.conte.cuts[planned.source - 1]
            made.append(_fate(working, plan, before, cut, tier, at.get((tier, planned.source))))
        made = _sharp(made)
        found += _following(made, plan, continues.get(tier, False))
    return tuple(found)


def _fate(
    working: Working, plan: FormatPlan, before: Cut, cut: Cut, tier: Tier, clip: Clip | None
) -> FormatFate:
    how, why, window = picture_of(working, cut, before, clip, plan.format)
    if clip is None or how == "render":
        return FormatFate(cut=cut.id, number=cut.number, tier=tier, how=how, why=why)
    basis = clip.basis or basis_of(before, working.conte.treatment, working.brief)
    kept = clip.model_copy(
        update={
            "cut": cut.number,
            "cut_id": cut.id,
            "basis": basis,
            "window": window,
            # This production has rendered nothing.
            "render_s": 0.0,
            "reused": True,
        }
    )
    return FormatFate(cut=cut.id, number=cut.number, tier=tier, how=how, why=why, clip=kept)


def _sharp(made: Sequence[FormatFate]) -> list[FormatFate]:
    """Render clips whose crops would have to be enlarged too much beside the others."""
    sides = {one.number: _short_side(one.clip) for one in made if one.clip and one.clip.window}
    known = [side for side in sides.values() if side]
    if not known:
        return list(made)
    whole = max(min(one.clip.width, one.clip.height) for one in made if one.clip and one.clip.width)
    film = film_short_side(whole, max(known))
    return [
        _rendered(one, "enlarged")
        if (side := sides.get(one.number)) and side * MAX_ENLARGED < film
        else one
        for one in made
    ]


def _short_side(clip: Clip) -> int:
    """Return the short side of the shown part of the clip, in pixels; 0: unknown."""
    if not clip.width or clip.window is None:
        return min(clip.width, clip.height)
    _, _, across, down = clip.window.pixels(clip.width, clip.height)
    return min(across, down)


def _following(made: Sequence[FormatFate], plan: FormatPlan, continues: bool) -> list[FormatFate]:
    found: list[FormatFate] = []
    for one, cut in zip(made, plan.working.conte.cuts, strict=True):
        if continues and cut.continues and found and found[-1].how == "render":
            one = _rendered(one, "continues")
        found.append(one)
    return found


def _rendered(one: FormatFate, why: Code) -> FormatFate:
    return one.model_copy(update={"how": "render", "why": why, "clip": None})
