"""A planned cut -> its staging: the data of its moment, with the plan's people.

Adds what the brief wants to be seen, if the vocabulary has a word for it.
"""

import re

from conte.conte import ProductEntry
from conte.phrases import says
from conte.staging import MOST_PEOPLE, MOST_PROPS, Acting, Staging
from conte.staging_vocabulary import Prop, Spot, Weather
from conte.vocabulary import ProductForm, Setting
from deployments.engines.composer.plan import ContePlan, PlannedCut
from deployments.engines.composer.staging import Staged

_WEATHER = {
    Weather.RAIN: r"(?<![가-힣])비(?:가 |를 | )?(?:오|온|내|맞)|빗|폭우|장마|소나기|\brain",
    Weather.SNOW: r"(?<![가-힣])눈(?:이 |을 | )?(?:오는|온|내|쌓|맞)|눈길|눈보라|폭설|\bsnow",
    Weather.WIND: r"바람(?:이 | )(?:불|부|분|세)|강풍|\bwind(?:y|s)?\b",
    Weather.FOG: r"안개|\bfog",
}

_INSIDE = {
    ProductForm.FLORIST: Spot.FLORIST,
    ProductForm.CONVENIENCE_STORE: Spot.CONVENIENCE_STORE,
    ProductForm.SALON: Spot.SALON,
    ProductForm.LAUNDERETTE: Spot.LAUNDERETTE,
    ProductForm.LIBRARY: Spot.LIBRARY,
    ProductForm.BOOKSHOP: Spot.LIBRARY,
}
"""Place that people go to -> the room behind its front."""


def staging_of(plan: ContePlan, cut: PlannedCut, wanted: tuple[Staged, ...] = ()) -> Staging | None:
    """Return the staging; None if the cut's picture comes from a creator's words, for which there
    is no staging data."""
    if "$idea" in cut.moment.see.ko:
        return None
    names = {"who": plan.lead.entry.id, "it": plan.treatment.sheet[-1].id}
    if plan.second is not None:
        names["mate"] = plan.second.entry.id
    staging = (cut.moment.staging or Staging()).renamed(names)
    if staging.spot is None and cut.place.setting in (Setting.SHOP, Setting.SCHOOL):
        product = plan.treatment.sheet[-1]
        spot = _INSIDE.get(product.form) if isinstance(product, ProductEntry) else None
        staging = staging.model_copy(update={"spot": spot})
    beside = [person.entry.id for person in plan.company if person.entry.id in cut.shows]
    there = {str(one.who) for one in staging.who}
    joining = (Acting(who=name) for name in beside if name not in there)
    words = " ".join(item.action for item in wanted)
    props = [prop for prop in Prop if _is_named(prop, words)]
    weather = next((one for one in Weather if re.search(_WEATHER[one], words)), None)
    return staging.model_copy(
        update={
            "who": (*staging.who, *joining)[:MOST_PEOPLE],
            "props": tuple(dict.fromkeys((*props, *staging.props)))[:MOST_PROPS],
            "weather": staging.weather or weather,
        }
    )


def _is_named(prop: Prop, words: str) -> bool:
    english = prop.en.removeprefix("a ").removeprefix("an ")
    # A word of one syllable is part of too many others.
    return (len(prop.ko) > 1 and says(words, prop.ko)) or says(words, english)
