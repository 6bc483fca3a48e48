"""Assigns scripts to train, valid or test by product type, so that no type is in two splits.

Alternatively by combination of product type and mood: both are learnt, but never together. That
suits a small model that knows only one company's products.

The hash of the type's id decides, so that a type keeps its split when the table grows, and test
data never becomes train data. If there are so few types that none has a hash for test or valid,
those with the lowest hashes are used; these may become train in a larger table.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from conte.frozen import Frozen, digest

Split = Literal["train", "valid", "test"]
SPLITS: tuple[Split, ...] = ("train", "valid", "test")
HeldOut = Literal["types", "combinations"]


class Shares(Frozen):
    valid: float = 0.05
    test: float = 0.05
    seed: int = 0
    held_out: HeldOut = "types"

    def key(self, kind: str, mood: str) -> str:
        """Return the key that decides a script's split: its product type, or product type and
        mood."""
        return kind if self.held_out == "types" else f"{kind} {mood}"


class EmptySplit(ValueError):
    """A split would be empty."""


def split_of(keys: Iterable[str], shares: Shares) -> dict[str, Split]:
    """Return the split of each key (see `Shares.key`).

    Raises:
        EmptySplit: if there are fewer than three keys.
    """
    what = "product types" if shares.held_out == "types" else "combinations of type and mood"
    drawn = sorted((_draw(key, shares), key) for key in set(keys))
    if len(drawn) < len(SPLITS):
        raise EmptySplit(f"{len(drawn)} {what}, wanted one at least for each of {SPLITS}")
    found: dict[str, Split] = {}
    for at, (draw, key) in enumerate(drawn):
        # Where so few keys are that none falls below the mark, the lowest two do all the same.
        if draw < shares.test or at == 0:
            found[key] = "test"
        elif draw < shares.test + shares.valid or "valid" not in found.values():
            found[key] = "valid"
        else:
            found[key] = "train"
    if missing := [split for split in SPLITS if split not in found.values()]:
        raise EmptySplit(f"no {what} are left for {', '.join(missing)}")
    return found


def check_no_leak(of: Mapping[Split, Iterable[Mapping[str, str]]]) -> None:
    """Check that no value is in two splits. `of`: split -> values of its samples, by kind of value.

    Raises:
        ValueError: naming a type, a product or a combination that is in two splits.
    """
    seen: dict[tuple[str, str], Split] = {}
    for split, samples in of.items():
        for sample in samples:
            for what in sample.items():
                other = seen.setdefault(what, split)
                if other != split:
                    raise ValueError(f"{what[0]} {what[1]!r} is both in {other} and in {split}")


def _draw(key: str, shares: Shares) -> float:
    """Return a number in [0, 1) derived from the hash of the key."""
    return int(digest(["split", shares.seed, key])[:12], 16) / 16**12
