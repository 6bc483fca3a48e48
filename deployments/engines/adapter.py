"""Selects a brief's LoRA adapter: its advertiser's, its category's, or a default one."""

from collections.abc import Mapping

from conte.brief import Brief
from serve.registry.share import drawn
from serve.settings import Adapter


def adapter_for(brief: Brief, adapters: Mapping[str, Adapter]) -> str | None:
    """Return the name of the adapter of the brief's advertiser, else of its product's category,
    else the last default one. Ignores case and spaces.
    """
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
    """Keep at most one default adapter: the last one whose share includes the production.

    Deterministic: the same adapters give the same result.
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
