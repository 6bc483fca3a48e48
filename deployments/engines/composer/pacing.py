"""Length of each cut: weights of the beats, adjusted so that spoken and displayed words fit."""

import random
from collections.abc import Sequence

from conte.brief import Brief
from conte.checks.timefit import Rates, reading_s, speaking_s, wrap_caption
from conte.timing import MIN_CUT_S, min_cut_frames, most_cuts, share_frames
from deployments.engines.composer.library import Beat
from deployments.engines.composer.phrasing import sentence, spoken_name

AIR = 0.88
"""Largest share of a cut that is spoken; the checks report more than 0.9 as tight."""
LONGEST_PACK = 0.38
LONGEST_NAME = 0.5
"""Largest share of a film for the name; a name that takes longer is shortened."""
PRODUCT_BY = 0.55
"""Latest place of the product in the film, as a share: earlier than the checks require."""


def num_cuts(brief: Brief) -> int:
    """Return the requested number of cuts, or the number that suits the length."""
    if brief.cuts is not None:
        return brief.cuts
    by_length = next(
        n for below, n in ((10, 4), (18, 5), (25, 6), (45, 7), (1e9, 8)) if brief.duration_s < below
    )
    return min(by_length, most_cuts(brief.duration_s, brief.fps))


def _pack_needs_s(brief: Brief, slogan: str, rates: Rates) -> float:
    """Return the seconds of the last cut in which the slogan can be read and the name said."""
    name = brief.product.name
    said = f"{sentence(slogan)} {spoken_name(name)}."
    say_s = min(
        speaking_s(said, brief.language, rates),
        max(speaking_s(spoken_name(name), brief.language, rates), 3.2),
    )
    return max(say_s / AIR, reading_s(f"{slogan}\n{name}", rates)) + 0.1


def _name_needs_s(brief: Brief, rates: Rates) -> float:
    """Return the least seconds in which the name can be read or said."""
    name = brief.product.name
    says_s = speaking_s(spoken_name(name), brief.language, rates) / AIR
    if len(wrap_caption(name, rates)) > rates.max_lines:
        return says_s + 0.1
    return min(says_s, reading_s(name, rates)) + 0.1


def frames_of(
    brief: Brief,
    beats: Sequence[Beat],
    shows: Sequence[Sequence[str]],
    slogan: str,
    rates: Rates,
    rng: random.Random,
) -> tuple[int, ...]:
    # Slightly uneven, because equal lengths would look mechanical.
    weights = [beat.weight * rng.uniform(0.92, 1.08) for beat in beats]
    body = sum(weights[:-1])
    share = min(LONGEST_PACK, _pack_needs_s(brief, slogan, rates) / brief.duration_s)
    # A long name is more important than an even rhythm: it may take all time above the cuts'
    # minimum.
    room_s = min(LONGEST_NAME * brief.duration_s, brief.duration_s - MIN_CUT_S * (len(beats) - 1))
    if (needs_s := _name_needs_s(brief, rates)) <= room_s:
        share = max(share, needs_s / brief.duration_s)
    weights[-1] = max(weights[-1], body * share / (1 - share))
    first = next(i for i, shown in enumerate(shows) if "product" in shown)
    before, whole = sum(weights[:first]), sum(weights)
    if before > PRODUCT_BY * whole:
        squeeze = PRODUCT_BY * (whole - before) / ((1 - PRODUCT_BY) * before)
        weights[:first] = [weight * squeeze for weight in weights[:first]]
    return share_frames(brief.num_frames, weights, min_cut_frames(brief.fps))
