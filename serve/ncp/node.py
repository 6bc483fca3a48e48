"""Joins this server to its cluster: metadata -> number and tags -> `ray start`. Needs no SSH.

Run by the unit that node-init.sh writes. Ray's token is read from a file of the server image or, by
`SIAN_NODE_TOKEN_URL`, from a bucket with the keys of the server's role.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from serve.ncp.errors import NcpError, Unreachable
from serve.ncp.keys import METADATA_URL, KeySource, RoleKeys
from serve.ncp.tags import Tags, tags_of

TOKEN_URL = "SIAN_NODE_TOKEN_URL"  # noqa: S105
"""`s3://bucket/key` of Ray's token. Empty: the image has the file RAY_AUTH_TOKEN_PATH."""
HEAD_AWAY_S = 600
"""Seconds for which a node keeps its replicas while the head is away: a server's reboot takes
minutes. By default Ray ends the node after 60."""
_ENDPOINT = "https://kr.object.ncloudstorage.com"
_REGION = "kr-standard"


class NoNode(Exception):
    """This server is no node of a cluster; the message says what is missing."""


@dataclass(frozen=True)
class Itself:
    """A server's own number and tags."""

    number: str
    tags: Tags


def itself(http: httpx.Client, url: str = METADATA_URL) -> Itself:
    """Read this server's number and tags from the platform's metadata.

    Raises:
        NoNode: if the server's description is not a node's.
        Unreachable: if there is no metadata.
    """
    try:
        number = http.get(f"{url}/serverInstanceNo").raise_for_status().text.strip()
        said = http.get(f"{url}/serverDescription").raise_for_status().text
    except httpx.HTTPError as error:
        raise Unreachable(f"no metadata on {url}: {error}") from error
    tags = tags_of(said)
    if tags is None or not tags.head:
        raise NoNode(f"server {number}: its description is not that of a node: {said[:200]!r}")
    return Itself(number, tags)


def ray_start(node: Itself, python: str = sys.executable) -> list[str]:
    """Return the command that joins the cluster in the foreground, for systemd."""
    resources = dict(node.tags.resources)
    cpus, gpus = resources.pop("CPU", 0), resources.pop("GPU", 0)
    command = [python, "-m", "ray.scripts.scripts", "start", "--block"]
    command += [f"--address={node.tags.head}", f"--num-cpus={cpus:g}", f"--num-gpus={gpus:g}"]
    # By its number a server is found again among Ray's nodes.
    command += [f"--node-name={node.number}"]
    if resources:
        named = ",".join(f'"{name}":{amount:g}' for name, amount in sorted(resources.items()))
        command += [f"--resources={{{named}}}"]
    return command


def environment(node: Itself, given: Mapping[str, str], token: Path) -> dict[str, str]:
    """Return the variables for Ray: the node's identity, for the autoscaler, and the token."""
    return {
        "RAY_gcs_rpc_server_reconnect_timeout_s": str(HEAD_AWAY_S),
        **given,
        "RAY_CLOUD_INSTANCE_ID": node.number,
        "RAY_NODE_TYPE_NAME": node.tags.type,
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        "RAY_USAGE_STATS_ENABLED": "0",
    }


def fetch_token(url: str, into: Path, keys: KeySource, given: Mapping[str, str]) -> None:
    """Copy Ray's token from a bucket into a file that only its owner can read.

    Raises:
        NcpError: if there are no keys.
        NoNode: if the address is wrong, or the object cannot be read.
    """
    import obstore
    from obstore.exceptions import BaseError
    from obstore.store import S3Store

    bucket, _, key = url.removeprefix("s3://").partition("/")
    if not url.startswith("s3://") or not key:
        raise NoNode(f"{TOKEN_URL}: got {url!r}, wanted s3://bucket/key")
    own = keys()
    store = S3Store(
        bucket,
        endpoint=given.get("SIAN_VAULT__ENDPOINT", _ENDPOINT),
        region=given.get("SIAN_VAULT__REGION", _REGION),
        access_key_id=own.access,
        secret_access_key=own.secret,
    )
    try:
        token = obstore.get(store, key).bytes().to_bytes()
    except BaseError as error:
        raise NoNode(f"{TOKEN_URL}: {url} cannot be read: {error}") from error
    with open(os.open(into, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(token)


def main() -> None:
    given = dict(os.environ)
    url = given.get("SIAN_NCP_METADATA_URL", METADATA_URL)
    token = Path(given.get("RAY_AUTH_TOKEN_PATH", "/run/sian/ray-token"))
    with httpx.Client(timeout=10, trust_env=False) as http:
        try:
            node = itself(http, url)
            if bucket := given.get(TOKEN_URL, ""):
                fetch_token(bucket, token, RoleKeys(http, url), given)
            if not token.is_file():
                raise NoNode(f"Ray's token is not in {token}, and {TOKEN_URL} is not set")
        except (NcpError, NoNode) as error:
            sys.exit(str(error))
    command = ray_start(node)
    os.execve(command[0], command, environment(node, given, token))  # noqa: S606


if __name__ == "__main__":
    main()
