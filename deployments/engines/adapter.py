"""Which LoRA adapter a brief is made with: its advertiser's own, its industry's, or everyone's."""

from collections.abc import Mapping

from conte.brief import Brief
from serve.registry.share import drawn
from serve.settings import Adapter


def adapter_for(brief: Brief, adapters: Mapping[str, Adapter]) -> str | None:
    """The adapter of the brief's advertiser, or else of its product's category, whatever the case
    and spaces; or else the last one that is for everyone."""
    for wanted, served in (
        (brief.advertiser, lambda adapter: adapter.advertisers),
        (brief.product.category, lambda adapter: adapter.categories),
    ):
        for name, adapter in adapters.items():
            if _bare(wanted) and _bare(wanted) in map(_bare, served(adapter)):
                return name
    everyones = [name for name, served in adapters.items() if served.everyone]
    return everyones[-1] if everyones else None


def for_production(
    adapters: Mapping[str, Adapter], slot: str, production: str
) -> dict[str, Adapter]:
    """The same, where of those for everyone one is left: that in whose share it is drawn.

    Whoever asks, and whenever: as long as the adapters are the same, so is the answer.
    """
    thrown, chosen = drawn(slot, production), None
    for name in reversed([name for name, adapter in adapters.items() if adapter.everyone]):
        if thrown < adapters[name].share:
            chosen = name
            break
        thrown -= adapters[name].share
    return {
        name: adapter.model_copy(update={"everyone": name == chosen})
        for name, adapter in adapters.items()
    }


def _bare(name: str) -> str:
    return "".join(name.split()).casefold()
