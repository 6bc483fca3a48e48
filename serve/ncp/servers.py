"""The cluster's servers: list, create once by name, stop, terminate. Decides nothing."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from serve.ncp.api import Api, Row, numbered
from serve.ncp.errors import NcpError, Unsure
from serve.ncp.tags import Tags, tags_of

NAME_LENGTH = (3, 30)


class Place(BaseModel):
    """Ids in one's own account: where servers are created, and from what."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    vpc: str = Field(min_length=1)
    subnet: str = Field(min_length=1)
    acgs: tuple[str, ...] = Field(min_length=1)
    login_key: str = Field(min_length=1)
    image: str = Field(min_length=1)
    """Number of a server image with Sian in /opt/sian."""
    init_script: str = Field(min_length=1)
    """Number of the init script registered from operations/node-init.sh."""


@dataclass(frozen=True)
class Server:
    id: str
    name: str
    status: str
    """The platform's status code: INIT, CREAT, RUN, NSTOP ..."""
    operation: str
    """Code of the operation in progress; NULL: none."""
    tags: Tags | None

    @property
    def idle(self) -> bool:
        return self.operation in ("", "NULL")

    @property
    def runs(self) -> bool:
        return self.status == "RUN" and self.idle

    @property
    def stopped(self) -> bool:
        return self.status == "NSTOP"

    @property
    def leaves(self) -> bool:
        """True from the first step of a stop on: the server will not run again."""
        return self.stopped or self.operation in ("SHTDN", "TERMT") or self.status == "TERMT"

    @staticmethod
    def of(row: Row) -> "Server":
        return Server(
            id=str(row["serverInstanceNo"]),
            name=str(row.get("serverName") or ""),
            status=_code(row.get("serverInstanceStatus")),
            operation=_code(row.get("serverInstanceOperation")),
            tags=tags_of(row.get("serverDescription")),
        )


def _code(value: object) -> str:
    return str(value.get("code") or "") if isinstance(value, Mapping) else ""


class Servers:
    """Servers of a VPC. Every method may be called from any thread."""

    def __init__(self, api: Api, place: Place) -> None:
        self._api, self._place = api, place

    def listed(self) -> list[Server]:
        """Return all servers of the VPC, of this cluster or not.

        Raises:
            NcpError: if the list cannot be read.
            ListNotWhole: if it has fewer rows than it announces.
        """
        asked = {"vpcNo": self._place.vpc}
        rows = self._api.rows(
            "getServerInstanceList", "serverInstanceList", "serverInstanceNo", asked
        )
        return [Server.of(row) for row in rows]

    def named(self, name: str) -> Server | None:
        """Return the server with this name, or None.

        Raises:
            NcpError: if the list cannot be read.
        """
        asked = {"vpcNo": self._place.vpc, "serverName": name}
        rows = self._api.rows(
            "getServerInstanceList", "serverInstanceList", "serverInstanceNo", asked
        )
        # The platform's filter may match a part of a name.
        found = [server for server in map(Server.of, rows) if server.name == name]
        return found[0] if found else None

    def create_once(
        self, name: str, spec: str, tags: Tags, *, asked_before: bool = False
    ) -> Server:
        """Create a server of this name, unless there is one. Never creates two, whatever the
        response.

        `asked_before`: an earlier call for the name ended with `Unsure`.

        Raises:
            NothingDone: if certainly none was created.
            Unsure: if one may have been created; call again with the same name.
        """
        if asked_before and (found := self.named(name)) is not None:
            return found
        try:
            return self._create(name, spec, tags)
        except NcpError as error:
            # A name is unique, so a refusal may mean that the call before has created the server.
            if not (asked_before or isinstance(error, Unsure)):
                raise
            try:
                found = self.named(name)
            except NcpError as blind:
                raise Unsure(f"{error}; nor could {name} be looked up: {blind}") from error
            if found is not None:
                return found
            raise

    def _create(self, name: str, spec: str, tags: Tags) -> Server:
        place = self._place
        asked = {
            "vpcNo": place.vpc,
            "subnetNo": place.subnet,
            "serverImageNo": place.image,
            "serverSpecCode": spec,
            "serverName": name,
            "serverDescription": tags.text(),
            "loginKeyName": place.login_key,
            "initScriptNo": place.init_script,
            "serverCreateCount": "1",
            "networkInterfaceList.1.networkInterfaceOrder": "0",
            **numbered("networkInterfaceList.1.accessControlGroupNoList", place.acgs),
        }
        if tags.resources.get("GPU"):
            asked["isPreInstallGpuDriver"] = "true"
        answer = self._api.change("createServerInstances", asked)
        rows: object = answer.get("serverInstanceList")
        if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], dict):
            raise Unsure(f"createServerInstances: wanted one server, got {rows!r}"[:200])
        return Server.of(rows[0])

    def stop(self, server: Server) -> None:
        """Stop a running server.

        Raises:
            NcpError: if the stop was refused, or may have had no effect.
        """
        self._api.change("stopServerInstances", numbered("serverInstanceNoList", [server.id]))

    def terminate(self, server: Server) -> None:
        """Terminate a stopped server: the platform accepts no other.

        Raises:
            NcpError: if it was refused, or may have had no effect.
        """
        self._api.change("terminateServerInstances", numbered("serverInstanceNoList", [server.id]))


def new_name(cluster: str, node_type: str) -> str:
    """Return a unique name: 3 to 30 lower-case letters, digits and hyphens."""
    end = secrets.token_hex(4)
    room = NAME_LENGTH[1] - len(end) - 1
    start = re.sub(r"[^a-z0-9]+", "-", f"{cluster}-{node_type}".lower())[:room].strip("-")
    return f"{start or 'sian'}-{end}"
