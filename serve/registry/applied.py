"""What the registry says serves -> the Serve config of the cluster that serves it.

A prompt goes to the writer as `user_config`: a replica fetches what it does not have yet, and
nobody is restarted. Weights want other processes: they change the graph's arguments, and Serve
replaces the replicas one after the other, while requests wait for the next. An adapter is one for
everyone, behind those that a brief's advertiser or category has.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from serve.registry.entry import ADAPTERS, PROMPTS, Kind
from serve.registry.registry import Serving

WRITER = "ConteWriter"
SERVINGS = "servings"
WEIGHTS = frozenset(kind.value for kind in Kind if kind not in PROMPTS)


def with_servings(
    application: Mapping[str, Any], servings: Iterable[Serving], folders: Mapping[str, Path]
) -> dict[str, Any]:
    """An application of a Serve config, as a mapping, with what serves.

    `folders`: where the files of each entry with weights lie.
    """
    found = deepcopy(dict(application))
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
    if serving.slot in (Kind.CONTE_MODEL, Kind.CONTE_ADAPTER):
        part = args.setdefault("conte", {})
    else:
        part = args.setdefault("final", {}).setdefault("diffusers", {})
    if serving.slot == Kind.CONTE_MODEL:
        part["engine"] = "vllm"
        part = part.setdefault("vllm", {})
    if serving.slot not in ADAPTERS:
        part["checkpoint"] = str(folders[serving.entry])
        return
    # Of those for everyone the last comes first, and what is not its share goes on.
    for entry, share in ((serving.other, 1), (serving.entry, serving.share)):
        if entry:
            adapter = {"path": str(folders[entry]), "everyone": True, "share": share}
            part["adapters"] = {**part.get("adapters", {}), entry: adapter}
