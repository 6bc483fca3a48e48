"""Limits on a new brief's texts: names must be pronounceable, characters must be in a bundled font.

For new briefs only. A brief accepted before these rules is read unchanged.
"""

from collections.abc import Iterator
from typing import NamedTuple

from conte.brief import Brief
from conte.glyphs import named, without_glyphs


class Unfit(NamedTuple):
    field: str
    """Path of the field, such as `product.name` or `must_show[1]`."""
    wanted: str
    got: str


def unfit_words(brief: Brief) -> tuple[Unfit, ...]:
    """Return each name that cannot be pronounced, and each text for the picture that no font can
    draw. Other texts may have any characters.
    """
    return (*_unsayable(brief), *_undrawable(brief))


def _names(brief: Brief) -> dict[str, str]:
    names = {"product.name": brief.product.name, "advertiser": brief.advertiser}
    names |= {f"characters[{at}].name": one.name for at, one in enumerate(brief.characters)}
    return {field: name for field, name in names.items() if name}


def _unsayable(brief: Brief) -> Iterator[Unfit]:
    for field, name in _names(brief).items():
        if not any(character.isalnum() for character in name):
            wanted = "a name that can be said, with a letter or a digit in it, such as 한결 or 3M"
            yield Unfit(field, wanted, name)


def _undrawable(brief: Brief) -> Iterator[Unfit]:
    product = brief.product
    texts = _names(brief) | {"product.category": product.category}
    texts |= {f"product.selling_points[{at}]": s for at, s in enumerate(product.selling_points)}
    texts |= {f"must_show[{at}]": phrase for at, phrase in enumerate(brief.must_show)}
    texts |= {f"ideas[{at}].text": idea.text for at, idea in enumerate(brief.ideas)}
    for field, text in texts.items():
        if lacking := without_glyphs(text):
            which = ", ".join(named(character) for character in lacking[:3])
            more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
            wanted = f"letters that can be drawn; the fonts lack {which}{more}"
            yield Unfit(field, wanted, text)
