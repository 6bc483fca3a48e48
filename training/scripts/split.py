"""Train, valid or test: by product type, so that no type is both learnt and asked about.

Or by combination of product type and mood: both are learnt, but never together. It is what a small
model that knows only its house's products can be asked.

By the hash of the type's id: a type stays where it is when the table grows, and what was once test
never becomes train. But for so few types that none falls to test or valid by its hash: then the
lowest do, and may be train in a larger table.
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
        """Return the key that decides a script's split: its product type, or that and its mood."""
        return kind if self.held_out == "types" else f"{kind} {mood}"


class EmptySplit(ValueError):
    """A split would be empty."""


def split_of(keys: Iterable[str], shares: Shares) -> dict[str, Split]:
    """Key (see `Shares.key`) -> its split.

    Raises:
        EmptySplit: if there are fewer than three keys: one for each.
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
    """`of`: split -> what of each sample may stand in one split only, by what it is.

    Raises:
        ValueError: naming a type, a product or a combination that stands in two splits.
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
