"""The registry's servings -> the Serve config of the cluster.

A prompt goes to the writer as `user_config`: a replica fetches it when needed, without a restart.
Weights need new processes: they change the graph's arguments, and Serve replaces the replicas one
by one while requests wait. A promoted adapter is for everyone; adapters of a brief's advertiser or
category come first.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from serve.registry.entry import ADAPTERS, PROMPTS, EntryKind
from serve.registry.place import PARTS, place_of
from serve.registry.registry import Serving
from serve.registry.weights_cache import Files

WRITER = "ConteWriter"
SERVINGS = "servings"
WEIGHTS = frozenset(kind.value for kind in EntryKind if kind not in PROMPTS)


def with_servings(
    application: Mapping[str, Any],
    servings: Iterable[Serving],
    folders: Mapping[str, Path],
    files: Mapping[str, Files],
) -> dict[str, Any]:
    """Return the application of a Serve config with the promoted entries in it.

    `folders`: entry -> folder of its weights, on every machine. `files`: entry -> its files in the
    vault, from which a machine fills that folder.
    """
    found = deepcopy(dict(application))
    if files:
        told = {entry: dict(keys) for entry, keys in sorted(files.items())}
        found.setdefault("args", {}).setdefault("weights", {})["files"] = told
    prompts: list[Serving] = []
    for one in sorted(servings, key=lambda one: one.slot):
        if one.slot not in WEIGHTS:
            prompts.append(one)
        elif one.entry:
            _weigh(found.setdefault("args", {}), one, folders)
    deployments: list[dict[str, Any]] = found.setdefault("deployments", [])
    writer: dict[str, Any] = next((one for one in deployments if one["name"] == WRITER), {})
    if not writer:
        writer["name"] = WRITER
        deployments.append(writer)
    told = [one.model_dump(mode="json") for one in prompts]
    writer["user_config"] = {**(writer.get("user_config") or {}), SERVINGS: told}
    return found


def _weigh(args: dict[str, Any], serving: Serving, folders: Mapping[str, Path]) -> None:
    kind = EntryKind(serving.slot)
    weights = ADAPTERS.get(kind, kind)
    place = place_of(weights, args.get(PARTS[weights], {}).get("engine", ""))
    part = args.setdefault(place.part, {})
    if kind is weights:
        if place.turned_on:
            part["engine"] = place.engine
        part.setdefault(place.engine, {})["checkpoint"] = str(folders[serving.entry])
        return
    for name in place.adapters[1:]:
        part = part.setdefault(name, {})
    # The last default adapter has priority; productions outside its share get the one before.
    for entry, share in ((serving.other, 1), (serving.entry, serving.share)):
        if entry:
            adapter = {"path": str(folders[entry]), "everyone": True, "share": share}
            part["adapters"] = {**part.get("adapters", {}), entry: adapter}
