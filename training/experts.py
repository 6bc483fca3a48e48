"""Joins the separately trained adapters of Wan 2.2 A14B's two experts into one for serving."""

import json
import shutil
from pathlib import Path
from typing import Any

from conte.frozen import digest
from serve.registry.entry import ItemScores
from training.whole_folder import MANIFEST, check_whole, whole_folder

EXPERTS = ("high_noise", "low_noise")


def together(high: Path, low: Path, within: Path) -> Path:
    """Write a folder within `within` with the files of both adapters, named as the first; return
    it.

    Raises:
        ValueError: if the two are not the adapters of both experts of one base.
    """
    made: list[dict[str, Any]] = []
    for folder, expert in zip((high, low), EXPERTS, strict=True):
        check_whole(folder)
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        found = told.get("settings", {}).get("expert") if told.get("kind") == "lora" else "no LoRA"
        if found != expert:
            raise ValueError(f"{folder}: it is of {found}, wanted the LoRA of {expert}")
        made.append({name: value for name, value in told.items() if name != "files"})
    if made[0]["base"] != made[1]["base"]:
        raise ValueError(f"{low}: learnt on {made[1]['base']}, {high} on {made[0]['base']}")
    with whole_folder(within / high.name, {**made[0], EXPERTS[1]: made[1]}) as making:
        for path in (*high.glob("*.safetensors"), *low.glob("*.safetensors")):
            shutil.copyfile(path, making / path.name)
    return within / high.name


def measured_together(high: ItemScores, low: ItemScores) -> ItemScores:
    """Return the scores of both experts, with each clip once per expert."""
    both = tuple(zip(EXPERTS, (high, low), strict=True))
    return ItemScores(
        fixed_set=digest([one.fixed_set for _, one in both]),
        ids=tuple(f"{name} {id_}" for name, one in both for id_ in one.ids),
        groups=high.groups + low.groups,
        scores={
            name: values + low.scores[name]
            for name, values in high.scores.items()
            if name in low.scores
        },
    )
