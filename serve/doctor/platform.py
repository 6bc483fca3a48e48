"""Checks the platform: keys, rights, servers and their limit, the image, the spec of each node
type.

Only reads. Whether servers may be created can only be shown by creating one.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from serve.doctor.line import Line, look, ok, wrong
from serve.ncp.api import Api
from serve.ncp.errors import NcpError, Refused
from serve.ncp.rendering import PREFIX
from serve.ncp.servers import Place, Servers
from serve.ncp.specs import GPU_MEMORY_GIB, Need, NoSuchSpec, Spec, chosen, specs_of

PART = "ncp"
NO_RIGHT = "210"
"""Error code of the gateway for a valid key without the right to this action."""
ACTIONS = (
    "getServerInstanceList",
    "getServerSpecList",
    "getServerImageList",
    "createServerInstances",
    "stopServerInstances",
    "terminateServerInstances",
)
"""Actions that the head's role or Sub Account must be allowed."""


def is_meant(environment: Mapping[str, str]) -> bool:
    """Return whether this machine is configured to use the platform."""
    return any(name.startswith(PREFIX) and value for name, value in environment.items())


def platform_lines(config: Mapping[str, Any], api: Api) -> list[Line]:
    """Check the platform. `config`: cluster.yaml, rendered."""
    provider: Mapping[str, Any] = config["provider"]
    try:
        place = Place.model_validate(provider["place"])
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        return [wrong(PART, f"cluster.yaml: provider.place.{where}", "see docs/ncp.md")]
    lines: list[Line] = []
    servers = Servers(api, place)
    known = {**GPU_MEMORY_GIB, **provider.get("gpu_memory_gib", {})}
    _asked(lines, "getServerInstanceList", lambda: _servers(config, servers))
    if any(line.state == "wrong" for line in lines) and not _only_rights(lines):
        return lines  # without keys or without an answer nothing else can be asked
    _asked(lines, "getServerImageList", lambda: _image(api, place.image))
    _asked(lines, "getServerSpecList", lambda: _specs(config, api, place.image, known))
    return lines


def _asked(lines: list[Line], action: str, ask: Callable[[], list[Line]]) -> None:
    try:
        lines += ask()
    except Refused as error:
        if error.code == NO_RIGHT:
            said = f"the keys are right, and may not call {action}"
            allow = f"allow in Sub Account's policy of the role or key: {', '.join(ACTIONS)}"
            lines.append(wrong(PART, said, allow))
        else:
            keys = "check SIAN_NCP_ACCESS_KEY and SIAN_NCP_SECRET_KEY, the server's role, the clock"
            lines.append(wrong(PART, str(error), keys))
    except NcpError as error:
        lines.append(wrong(PART, str(error), "is the platform's API reachable from here (NAT)?"))


def _only_rights(lines: list[Line]) -> bool:
    return all("may not call" in line.said for line in lines if line.state == "wrong")


def _servers(config: Mapping[str, Any], servers: Servers) -> list[Line]:
    listed = servers.listed()
    cluster = config.get("cluster_name")
    ours = [one for one in listed if one.tags is not None and one.tags.cluster == cluster]
    heads = [one for one in ours if one.tags is not None and one.tags.kind == "head"]
    lines = [ok(PART, f"the keys are right; {len(listed)} servers in the VPC, {len(ours)} of ours")]
    if len(heads) != 1:
        said = f"{len(heads)} servers have a head's description; wanted 1"
        lines.append(wrong(PART, said, "give the head its description: docs/ncp.md, step 7"))
    most = int(config.get("max_workers", 0))
    still = max(0, most - (len(ours) - len(heads)))
    # The platform shows a limit only by refusing: no action of its API returns it.
    lines.append(
        look(
            PART,
            f"cluster.yaml may ask for {still} servers more ({most} in all)",
            "compare it with the account's limit in the console (My Account, Limits)",
        )
    )
    return lines


def _image(api: Api, image: str) -> list[Line]:
    asked = {"serverImageNoList.1": image}
    rows = api.rows("getServerImageList", "serverImageList", "serverImageNo", asked)
    found = next((row for row in rows if str(row["serverImageNo"]) == image), None)
    if found is None:
        todo = "set SIAN_NCP_IMAGE to the number of your server image: docs/ncp.md, step 5"
        return [wrong(PART, f"there is no server image {image} here", todo)]
    return [ok(PART, f"image {image}: {found.get('serverImageName', 'without a name')}")]


def _specs(
    config: Mapping[str, Any], api: Api, image: str, known: Mapping[str, float]
) -> list[Line]:
    read: dict[str, list[Spec]] = {}
    lines: list[Line] = []
    for name, node_type in config["available_node_types"].items():
        need = Need.model_validate(node_type.get("node_config", {}).get("need", {}))
        if name == config["head_node_type"]:
            continue  # made by hand
        if need.hypervisor not in read:
            read[need.hypervisor] = specs_of(api, image, need.hypervisor, known)
        try:
            lines.append(ok(PART, f"{name}: {chosen(read[need.hypervisor], need)}"))
        except NoSuchSpec as error:
            todo = f"change available_node_types.{name}.node_config.need, or max_workers to 0"
            said = f"{name}: {error}"
            none = int(node_type.get("max_workers", 0)) == 0
            lines.append(ok(PART, f"{said}; not asked for") if none else wrong(PART, said, todo))
    return lines
