"""`sian promote`, `sian rollback` and `sian models`: the checks before the registry changes."""

from dataclasses import dataclass

from serve.registry.bases import Bases
from serve.registry.entry import ADAPTERS, Entry, EntryKind, Use
from serve.registry.gate import PromotionRefused, decide
from serve.registry.interval import Interval
from serve.registry.place import PARTS, place_of
from serve.registry.registry import Registry, Serving
from serve.settings import Settings
from serve.vault import Missing, Vault


@dataclass(frozen=True)
class Promoted:
    serving: Serving
    against: str
    """The entry that the new one was compared with; empty: none."""
    better: Interval | None


async def promote(
    registry: Registry,
    vault: Vault,
    settings: Settings,
    entry: str,
    *,
    measure: str = "value",
    share: float = 1.0,
    use: Use = "commercial",
    first: bool = False,
) -> Promoted:
    """Promote an entry if it is significantly better than the served one, or than its parent, and
    the graph of these settings can use it.

    Raises:
        UnknownEntry
        PromotionRefused: with the reason; the serving is unchanged.
        Overtaken: if another entry was promoted meanwhile.
        VaultUnavailable
    """
    found = registry.get(entry)
    seen = registry.serving().get(found.slot)
    against = _against(registry, found, seen)
    if against == entry:
        raise PromotionRefused(f"{entry} serves already")
    better = decide(
        found,
        registry.get(against) if against else None,
        measure,
        use=use,
        first=first,
        share=share,
    )
    if found.kind is EntryKind.REWRITER_PROMPT and settings.conte.rewriter is None:
        raise PromotionRefused("conte.rewriter: this graph has no rewriter that could use it")
    if found.kind in PARTS:
        _check_engine(settings, found.kind)
    Bases(registry, settings).check(found)
    for name, key in found.files.items():
        try:
            await vault.stat(key)
        except Missing as error:
            raise PromotionRefused(f"{entry}: {name} is not in the vault any more") from error
    return Promoted(registry.serve(entry, share, seen), against, better)


def _check_engine(settings: Settings, weights: EntryKind) -> None:
    part = PARTS[weights]
    engine = getattr(settings, part).engine
    place = place_of(weights, engine)
    if not place.turned_on and engine != place.engine:
        raise PromotionRefused(f"{part}.engine is {engine}, wanted {place.engine} to render by it")


def roll_back(registry: Registry, settings: Settings, slot: str) -> Serving:
    """Restore the previous serving of a slot.

    Raises:
        UnknownEntry: if nothing was promoted.
        PromotionRefused: if a serving adapter was not trained on the restored weights.
    """
    if slot in ADAPTERS.values():
        before = registry.before(slot)
        base = registry.get(before).name if before else ""
        Bases(registry, settings).check_under(EntryKind(slot), base)
    return registry.roll_back(slot)


def _against(registry: Registry, entry: Entry, seen: Serving | None) -> str:
    """Return the entry that most productions use, or before any promotion, this entry's parent."""
    served = ""
    if seen is not None:
        served = seen.entry if seen.share == 1 or seen.entry != entry.id else seen.other
    if not entry.parent:
        return served
    parent = registry.get(entry.parent)
    if parent.slot != entry.slot:
        return served
    # The same thing, measured together with this one.
    same = served and parent.name == registry.get(served).name
    return entry.parent if same or not served else served
