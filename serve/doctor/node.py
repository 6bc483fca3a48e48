"""Checks this server as a node of a cluster: its tags, the head, the token, its GPUs."""

from collections.abc import Mapping
from pathlib import Path

import httpx

from serve.doctor.line import Line, ok, wrong
from serve.doctor.machine import reached
from serve.doctor.ray_settings import token_lines
from serve.ncp.errors import NcpError
from serve.ncp.keys import METADATA_URL
from serve.ncp.node import TOKEN_URL, NoNode, itself

PART = "node"
GPUS = Path("/proc/driver/nvidia/gpus")


def node_lines(environment: Mapping[str, str], gpus: Path = GPUS) -> list[Line]:
    url = environment.get("SIAN_NCP_METADATA_URL", METADATA_URL)
    with httpx.Client(timeout=5, trust_env=False) as http:
        try:
            node = itself(http, url)
        except (NcpError, NoNode) as error:
            todo = "is this a server of the platform, made by the autoscaler? docs/ncp.md"
            return [wrong(PART, str(error), todo)]
    lines = [ok(PART, f"server {node.number}, a {node.tags.type} of {node.tags.cluster}")]
    if why := reached(node.tags.head):
        todo = "does the ACG let nodes reach each other on all ports? docs/ncp.md, step 2"
        lines.append(wrong(PART, f"the head {node.tags.head} cannot be reached: {why}", todo))
    else:
        lines.append(ok(PART, f"the head {node.tags.head} can be reached"))
    if not environment.get(TOKEN_URL):
        path = environment.get("RAY_AUTH_TOKEN_PATH", "/run/sian/ray-token")
        if not Path(path).is_file():
            said = f"Ray's token is not in {path}, and {TOKEN_URL} is not set"
            lines.append(wrong(PART, said, "name the token's object in /etc/sian/node.env"))
        else:
            lines += token_lines(path)
    wanted = int(node.tags.resources.get("GPU", 0))
    there = len(list(gpus.iterdir())) if gpus.is_dir() else 0
    if there < wanted:
        said = f"{there} GPUs have a driver; the node announces {wanted} to Ray"
        lines.append(wrong(PART, said, "is the driver in the image? nvidia-smi -L"))
    elif wanted:
        lines.append(ok(PART, f"{there} GPUs with a driver"))
    return lines
