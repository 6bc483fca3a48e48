"""Extras: people of the staging who are not on the sheet, with a look of their own."""

from collections.abc import Mapping

from conte.conte import CastMember
from conte.staging_vocabulary import Extra

_WOMAN = "a woman in her 30s, bob hair, ivory sweater, navy trousers"
_MAN = "a man in his 30s, short hair, blue shirt, grey trousers"
_GIRL = "a girl, 7 year old, ponytail, coral t-shirt, denim pants"
_BOY = "a boy, 8 year old, short hair, mustard hoodie, navy pants"
_PROMPTS: Mapping[str, str] = {
    "woman": _WOMAN,
    "man": _MAN,
    "girl": _GIRL,
    "boy": _BOY,
    "grandmother": "an elderly woman in her 70s, curly hair, burgundy cardigan",
    "grandfather": "an elderly man in his 70s, side-part grey hair, khaki vest",
    "toddler": "a toddler, 1 year old boy, short hair, mint tee, cream pants",
    "staff": "a woman in her 20s, bun, white shirt, navy vest, a work uniform",
    "doctor": "a man in his 40s, side-part hair, glasses, white coat",
    "teacher": "a woman in her 40s, bob hair, glasses, olive cardigan",
    "student": "a man in his 20s, short hair, grey hoodie",
    "courier": "a man in his 30s, crew cut, navy vest",
    "woman_2": "a woman in her 20s, long hair, lavender blouse, beige skirt",
    "man_2": "a man in his 40s, side-part hair, charcoal suit",
    "man_3": "a man in his 20s, curly hair, green hoodie",
    "woman_3": "a woman in her 50s, curly hair, wine coat",
}
GROUPS: Mapping[Extra, tuple[str, ...]] = {
    Extra.COUPLE: ("woman", "man"),
    Extra.CHILDREN: ("girl", "boy"),
    Extra.FAMILY: ("woman", "girl", "man"),
    Extra.FRIENDS: ("woman_2", "man_3"),
    Extra.COLLEAGUES: ("man_2", "woman_2"),
    Extra.PASSERS_BY: ("man_2", "woman_3", "man_3"),
    Extra.CROWD: ("man_2", "woman_2", "man_3", "woman_3", "man", "woman"),
}
"""Group -> its members."""
BEHIND = (Extra.PASSERS_BY, Extra.CROWD)
"""Groups that are drawn behind everybody else."""
ANIMALS = (Extra.DOG, Extra.CAT, Extra.BIRD)


def members_of(extra: Extra) -> tuple[CastMember, ...]:
    """Return the people that an extra stands for; none for an animal."""
    if extra in ANIMALS:
        return ()
    names = GROUPS.get(extra, ("toddler" if extra is Extra.BABY else str(extra),))
    return tuple(
        CastMember(id=f"extra_{name}", name=name, description="", prompt=_PROMPTS[name])
        for name in names
    )
