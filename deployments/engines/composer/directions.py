"""Brief and seed -> the worlds and structures of its further directions."""

import random
from collections.abc import Sequence

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.direction import MOST_DIRECTIONS, direction_seed
from conte.frozen import digest
from conte.product_types import ProductTypes
from deployments.engines.composer.brief_ideas import with_ideas
from deployments.engines.composer.library import (
    Industry,
    MoodName,
    Structure,
    World,
    metaphor,
    structures,
    worlds,
)
from deployments.engines.composer.plan import ContePlan, Way, make_plan


def direction_plans(
    brief: Brief, seed: int, count: int, rates: Rates, types: ProductTypes | None = None
) -> tuple[ContePlan, ...]:
    """Return the plans of the first `count` directions, with the brief's ideas in each.

    The first is the composer's own choice, as for a brief of one direction. Each other one is a
    world with another structure and, as far as there are any, another mood. A direction does not
    depend on `count`.

    Raises:
        ValueError: if `count` is not 1..4.
    """
    if not 1 <= count <= MOST_DIRECTIONS:
        raise ValueError(f"directions: got {count}, wanted 1 to {MOST_DIRECTIONS}")
    plans = [make_plan(brief, seed, rates, types)]
    for index, way in enumerate(_ways(brief, seed, plans[0])[: count - 1], 1):
        taken = frozenset(plan.treatment.slogan for plan in plans)
        way = Way(way.world, way.structure, taken)
        plans.append(make_plan(brief, direction_seed(seed, index), rates, types, way))
    return tuple(with_ideas(plan, rates) for plan in plans)


def _ways(brief: Brief, seed: int, first: ContePlan) -> Sequence[Way]:
    """Return all further directions, the most different first."""
    rng = random.Random(digest(["composer.directions", seed, brief.model_dump(mode="json")]))
    left = [*worlds()]
    rng.shuffle(left)
    by_id = {structure.id: structure for structure in structures()}
    told: set[str] = {first.structure.id}
    moods: set[MoodName] = {first.mood}
    ways: list[Way] = []
    while left and len(ways) < MOST_DIRECTIONS - 1:
        # Another mood than those before, and a mood that suits the kind of product.
        left.sort(key=lambda world: (world.mood in moods, _unfit(world, first.industry)))
        world, structure = _next(left, by_id, told, brief, first.industry)
        left.remove(world)
        told.add(structure.id)
        moods.add(world.mood)
        ways.append(Way(world, structure))
    return ways


def _next(
    left: Sequence[World],
    by_id: dict[str, Structure],
    told: set[str],
    brief: Brief,
    industry: Industry,
) -> tuple[World, Structure]:
    """Return the first world for which an unused structure is suitable."""
    for world in left:
        for name in world.structures:
            structure = by_id[name]
            if name not in told and tellable(structure, brief, industry):
                return world, structure
    # The law, or the kind of product, forbids what is left. Two directions never share a structure.
    world = left[0]
    others = [by_id[name] for one in worlds() for name in one.structures]
    allowed = [metaphor(), *(one for one in others if tellable(one, brief, industry))]
    return world, next(one for one in allowed if one.id not in told)


def tellable(structure: Structure, brief: Brief, industry: Industry) -> bool:
    """Return whether a world can tell this structure within the brief's time and law."""
    fits = structure.id not in industry.avoid and brief.duration_s >= structure.min_s
    return fits and not structure.needs and (structure.is_peopled or not brief.characters)


def _unfit(world: World, industry: Industry) -> bool:
    """Return whether a cheerful world is unsuitable because its product is serious: medicine,
    insurance, a campaign.
    """
    return world.mood == "cheerful" and "humour" in industry.avoid
