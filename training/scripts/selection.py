"""Written scripts -> the samples of each split, and why each of the others was left out."""

from collections.abc import Iterable
from dataclasses import dataclass

from conte.frozen import Frozen
from training.scoring.text import told_in_manuscript
from training.scripts.balance import Cell, outweighing
from training.scripts.duplicates import duplicates
from training.scripts.order import Order
from training.scripts.split import SPLITS, Shares, Split, check_no_leak, split_of
from training.scripts.written import WrittenScript


class Rules(Frozen):
    shares: Shares = Shares()
    duplicate: float = 0.5
    """Share of common 5-grams (Jaccard index) from which two scripts count as one."""
    most: float = 2.0
    """Factor over the median by which an industry, structure or number of cuts may be more
    frequent.
    """


class ScriptSample(Frozen):
    split: Split
    order: Order
    written: WrittenScript


@dataclass(frozen=True)
class Selection:
    samples: tuple[ScriptSample, ...]
    """Samples by split, the test split first, each split ordered by id."""
    left_out: dict[str, tuple[str, str]]
    """Order id -> reason, as one word and as a sentence."""

    def of(self, split: Split) -> tuple[ScriptSample, ...]:
        return tuple(sample for sample in self.samples if sample.split == split)


def select(finished: Iterable[tuple[Order, WrittenScript]], rules: Rules) -> Selection:
    """Select and split the scripts.

    Raises:
        EmptySplit: if too few product types, or combinations, are left for three splits.
    """
    left_out: dict[str, tuple[str, str]] = {}
    kept: list[tuple[Order, WrittenScript]] = []
    for order, written in finished:
        if written.dropped is None:
            kept.append((order, written))
        else:
            left_out[order.id] = (written.dropped, "; ".join(written.reasons))
    keys = {order.id: rules.shares.key(order.kind, order.mood) for order, _ in kept}
    splits = split_of(keys.values(), rules.shares)
    # Test first: of two that are alike, the one that would be learnt goes.
    rank = {split: at for at, split in enumerate(reversed(SPLITS))}
    kept.sort(key=lambda pair: (rank[splits[keys[pair[0].id]]], pair[0].id))
    texts = ((order.id, told(written)) for order, written in kept)
    alike = duplicates(texts, rules.duplicate)
    for name, found in alike.items():
        left_out[name] = ("duplicate", f"{found.similarity:.2f} like {found.of}")
    kept = [pair for pair in kept if pair[0].id not in alike]
    heavy = outweighing([_cell(order) for order, _ in kept], rules.most)
    left_out |= {name: ("balance", reason) for name, reason in heavy.items()}
    samples = tuple(
        ScriptSample(split=splits[keys[order.id]], order=order, written=written)
        for order, written in kept
        if order.id not in heavy
    )
    selection = Selection(samples, left_out)
    check_no_leak(
        {
            split: [_in_one_split(s.order, rules.shares) for s in selection.of(split)]
            for split in SPLITS
        }
    )
    return selection


def _in_one_split(order: Order, shares: Shares) -> dict[str, str]:
    if shares.held_out == "combinations":
        return {"combination": shares.key(order.kind, order.mood)}
    return {"product type": order.kind, "product": order.brief.product.name}


def told(written: WrittenScript) -> str:
    """Return a script's spoken and visible texts, without the English prompt for the video
    model."""
    return "\n".join(told_in_manuscript(written.manuscript))


def _cell(order: Order) -> Cell:
    return Cell(
        id=order.id, industry=order.industry, structure=order.structure, cuts=str(order.cuts)
    )
