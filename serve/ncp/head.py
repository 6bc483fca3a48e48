"""Starts Ray's head on this server: cluster.yaml and metadata -> `ray start --head`.

Run by operations/units/sian-head.service, with the environment beside it.
"""

import os
import secrets
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml

from serve.ncp.errors import NcpError, Unreachable
from serve.ncp.keys import METADATA_URL
from serve.ncp.rendering import NotRendered, loaded


class NoHead(Exception):
    """The head cannot be started; the message says what is missing."""


def ray_start_head(
    config: Mapping[str, Any], path: Path, python: str = sys.executable
) -> list[str]:
    """Return the command that starts the head in the foreground, for systemd.

    Raises:
        NoHead: if cluster.yaml lacks what a head needs.
    """
    try:
        address = str(config["provider"]["head_address"])
        resources = dict(config["available_node_types"][config["head_node_type"]]["resources"])
    except (KeyError, TypeError) as error:
        raise NoHead(f"{path}: {error} is missing") from error
    host, _, port = address.rpartition(":")
    cpus = resources.pop("CPU", 0)
    named = ",".join(f'"{name}":{amount:g}' for name, amount in sorted(resources.items()))
    return [
        *(python, "-m", "ray.scripts.scripts", "start", "--head", "--block"),
        *(f"--autoscaling-config={path}", f"--node-ip-address={host}", f"--port={port}"),
        *(f"--num-cpus={cpus:g}", "--num-gpus=0", f"--resources={{{named}}}"),
        # Only the head itself uses jobs and the dashboard; the port is fixed for the ACG.
        *("--dashboard-host=127.0.0.1", "--dashboard-port=8265"),
    ]


def own_number(http: httpx.Client, url: str = METADATA_URL) -> str:
    """Return the number of this server, from the platform's metadata.

    Raises:
        Unreachable: if there is no metadata.
    """
    try:
        return http.get(f"{url}/serverInstanceNo").raise_for_status().text.strip()
    except httpx.HTTPError as error:
        raise Unreachable(f"no metadata on {url}: {error}") from error


def make_token(path: Path) -> None:
    """Create the cluster's secret if the file is missing; every node needs the same one.

    Raises:
        NoHead: if others than the owner can read it.
    """
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise NoHead(f"{path} can be read by others: chmod 600 {path}")


def main() -> None:
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "/etc/sian/cluster.yaml")
    given = dict(os.environ)
    try:
        config = loaded(path.read_text("utf-8"))
        command = ray_start_head(config, path)
        make_token(Path(given["RAY_AUTH_TOKEN_PATH"]))
        Path(given["RAY_gcs_storage_path"]).mkdir(parents=True, exist_ok=True)
        if not given.get("RAY_CLOUD_INSTANCE_ID"):
            with httpx.Client(timeout=10, trust_env=False) as http:
                url = given.get("SIAN_NCP_METADATA_URL", METADATA_URL)
                given["RAY_CLOUD_INSTANCE_ID"] = own_number(http, url)
    except KeyError as error:
        sys.exit(f"{error} is not set: is operations/units/sian-head.env the unit's environment?")
    except (OSError, yaml.YAMLError, NotRendered, NcpError, NoHead) as error:
        sys.exit(str(error))
    os.execve(command[0], command, given)  # noqa: S606


if __name__ == "__main__":
    main()
