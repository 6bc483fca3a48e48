"""Examples from a dataset of scripts: a few of each split, spread over its product types."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from conte.brief import Brief
from conte.frozen import digest
from conte.vocabulary import Language
from training.prompts.task import Example
from training.scripts.dataset import brief_of, read_samples
from training.scripts.split import Split
from training.whole_folder import MANIFEST


def briefs_of(
    folder: Path, split: Split, language: Language, num: int, seed: int = 0
) -> list[Example[Brief]]:
    """Return at most `num` briefs, one of each group before a second of any.

    Raises:
        ValueError: if the dataset is incomplete, or the split has no brief in this language.
    """
    combined = _held_out(folder) == "combinations"
    found: list[Example[Brief]] = []
    for row in read_samples(folder, split):
        brief = brief_of(row)
        if brief.language == language:
            kind = str(row["product_type"])
            group = f"{kind} {row['mood']}" if combined else kind
            found.append(Example(str(row["id"]), group, brief))
    if not found:
        raise ValueError(f"{folder}: {split} has no brief in {language}")
    return list(spread(found, seed))[:num]


def spread(examples: Sequence[Example[Any]], seed: int) -> Iterator[Example[Any]]:
    """Yield the examples in a pseudo-random but fixed order, alternating between the groups."""
    groups: dict[str, list[Example[Any]]] = defaultdict(list)
    for one in sorted(examples, key=lambda one: digest([seed, one.id])):
        groups[one.group].append(one)
    for turn in range(max(map(len, groups.values()))):
        for group in groups.values():
            yield from group[turn : turn + 1]


def _held_out(folder: Path) -> Any:
    about = json.loads((folder / MANIFEST).read_text("utf-8"))
    return about.get("rules", {}).get("shares", {}).get("held_out", "types")
