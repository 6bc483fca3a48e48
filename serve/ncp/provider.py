"""Node provider of Ray's autoscaler v2 on the platform.

Loaded by Ray's monitor on the head, from cluster.yaml. Creates servers at once, leaves terminations
to the reaper's thread, and raises instead of returning a list that cannot be trusted.
"""

import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ray.autoscaler.node_provider import NodeProvider
from ray.autoscaler.tags import (
    NODE_KIND_HEAD,
    NODE_KIND_WORKER,
    TAG_RAY_LAUNCH_REQUEST,
    TAG_RAY_NODE_KIND,
    TAG_RAY_USER_NODE_TYPE,
)

from serve.ncp import figures
from serve.ncp.api import BASE, TIMEOUT, Api
from serve.ncp.backoff import FIRST_S, QUOTA_FIRST_S, Backoff
from serve.ncp.clock import Clock, RealClock
from serve.ncp.errors import NcpError, NothingDone, QuotaExceeded, Unsure
from serve.ncp.keys import key_source
from serve.ncp.reaper import Reaper
from serve.ncp.roll import Roll
from serve.ncp.rows import bound_rows
from serve.ncp.servers import Place, Server, Servers, new_name
from serve.ncp.specs import GPU_MEMORY_GIB, Need, chosen, specs_of
from serve.ncp.tags import Tags
from serve.telemetry import log, log_to_stderr

OWN_ID = "RAY_CLOUD_INSTANCE_ID"
GIVE_UP_S = 600.0
"""Longest wait of a launch for its turn, in seconds.

Ray repeats the launch after 900 s: a longer wait would create two servers.
"""
_REMEMBERED_S = 3 * 3600.0
"""Seconds for which a launch request is remembered: Ray repeats it three times, every 900 s."""


class HeadStays(RuntimeError):
    """The head is never terminated from here."""


class ProviderConfig(BaseModel):
    """The section `provider` of cluster.yaml, without the fields that Ray itself reads."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    base: str = BASE
    region: str = "KR"
    head_address: str = Field(pattern=r"^[\w.-]+:\d+$")
    gpu_memory_gib: dict[str, float] = Field(default_factory=dict)
    place: Place


class NcpNodeProvider(NodeProvider):
    """Provides the nodes of one cluster. Ray calls it from several threads."""

    def __init__(
        self,
        provider_config: dict[str, Any],
        cluster_name: str,
        *,
        clock: Clock | None = None,
        wall: Callable[[], float] = time.time,
        http: httpx.Client | None = None,
        start: bool = True,
    ) -> None:
        """Start the reaper's thread, unless `start` is False.

        Raises:
            ValueError: naming the wrong setting, or the missing id of the head.
        """
        super().__init__(provider_config, cluster_name)
        head = os.environ.get(OWN_ID, "")
        if not head:
            raise ValueError(f"{OWN_ID} is not set: wanted the number of the head's own server")
        try:
            config = ProviderConfig.model_validate(provider_config)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(f"cluster.yaml: provider.{where}: {first['msg']}") from error
        bound_rows()
        if start:
            log_to_stderr()
        http = http or httpx.Client(timeout=TIMEOUT)
        self._config, self._clock = config, clock or RealClock()
        self._api = Api(http, key_source(http), config.base, config.region, wall)
        self._servers = Servers(self._api, config.place)
        self._roll, self._backoff = Roll(cluster_name, head), Backoff()
        self.reaper = Reaper(self._servers, self._roll, self._clock)
        self.figures = figures.Figures(self._clock.now, lambda: self.reaper.terminated)
        self._lock = threading.Lock()
        self._nodes: dict[str, Server] = {}
        self._memory_tags: dict[str, dict[str, str]] = {}
        self._specs: dict[Need, str] = {}
        self._owed: dict[str, list[str]] = {}
        """Node type -> names of requested servers that may or may not have been created."""
        self._requests: dict[tuple[str, str], float] = {}
        """Launch request and node type -> time of Ray's first request."""
        self._waiting: Counter[str] = Counter()
        self._came: Counter[str] = Counter()
        """Node type -> number of owed servers that appeared while launches waited, and replace
        those.
        """
        if start:
            reaping = threading.Thread(target=self.reaper.run, args=(lambda: False,), daemon=True)
            reaping.start()
            if port := os.environ.get(figures.PORT, ""):
                figures.serve(self.figures, port, config.head_address.rpartition(":")[0])

    # Queries about existing nodes.

    def non_terminated_nodes(self, tag_filters: dict[str, str]) -> list[str]:
        """Return the ids of the cluster's servers that run and match the tags.

        Raises:
            NcpError: if the list cannot be read or trusted. Ray then skips its round.
        """
        listed = self._servers.listed()
        with self._lock:
            ours = self._roll.believed(listed, self.reaper.noted, self._clock.now())
            nodes = [one for one in ours if self._roll.is_head(one) or not one.leaves]
            self._nodes = {node.id: node for node in nodes}
            self._memory_tags = {
                node: tags for node, tags in self._memory_tags.items() if node in self._nodes
            }
            self._settle_owed({one.name for one in ours})
        self.figures.listed([node for node in nodes if not self._roll.is_head(node)])
        wanted = tag_filters.items()
        return [node.id for node in nodes if wanted <= self._tags(node).items()]

    def is_running(self, node_id: str) -> bool:
        node = self._node(node_id)
        return node is not None and node.runs

    def is_terminated(self, node_id: str) -> bool:
        return self._node(node_id) is None

    def node_tags(self, node_id: str) -> dict[str, str]:
        node = self._node(node_id)
        return {} if node is None else self._tags(node)

    def set_node_tags(self, node_id: str, tags: dict[str, str]) -> None:
        """Set tags in memory only: a description cannot be changed, and Ray sets the tags again."""
        with self._lock:
            self._memory_tags.setdefault(node_id, {}).update(tags)

    def internal_ip(self, node_id: str) -> str:
        """Return the head's address.

        Raises:
            NotImplementedError: for any other node: nothing here connects to nodes.
        """
        node = self._node(node_id)
        if node is None or not self._roll.is_head(node):
            raise NotImplementedError("nodes join by themselves; nothing connects to them")
        return self._config.head_address.rpartition(":")[0]

    external_ip = internal_ip

    # Changes that Ray requests.

    def create_node_with_resources_and_labels(
        self,
        node_config: dict[str, Any],
        tags: dict[str, str],
        count: int,
        resources: dict[str, float],
        labels: dict[str, str],
    ) -> dict[str, Any] | None:
        """Create servers, each when its type's turn has come.

        Raises:
            NcpError: as the platform refused. Ray records the failure, and asks again if it still
                wants the node.
            ValueError: if no server of the region meets the type's need.
        """
        for _ in range(count):
            self._create_one(node_config, tags, resources)
        return None

    def create_node(
        self, node_config: dict[str, Any], tags: dict[str, str], count: int
    ) -> dict[str, Any] | None:
        return self.create_node_with_resources_and_labels(node_config, tags, count, {}, {})

    def terminate_node(self, node_id: str) -> dict[str, Any] | None:
        return self.terminate_nodes([node_id])

    def terminate_nodes(self, node_ids: list[str]) -> dict[str, Any] | None:
        """Hand servers over to the reaper.

        Raises:
            HeadStays: if only the head is named. Among others it is skipped.
        """
        workers = [node for node in node_ids if not self._is_head(node)]
        for node in workers:
            self.reaper.note(node)
        if heads := set(node_ids) - set(workers):
            log("ncp.head_stays", level=logging.ERROR, servers=sorted(heads))
            if not workers:
                raise HeadStays(
                    "the head is not terminated from here: delete its server in the console"
                )
        return None

    def _create_one(
        self, node_config: Mapping[str, Any], tags: Mapping[str, str], resources: dict[str, float]
    ) -> None:
        node_type = tags[TAG_RAY_USER_NODE_TYPE]
        self._refuse_repeated(tags.get(TAG_RAY_LAUNCH_REQUEST, ""), node_type)
        if not self._turn(node_type):
            return
        name, asked_before = self._name(node_type)
        try:
            need = Need.model_validate(node_config.get("need", {}))
            given = Tags(
                cluster=self.cluster_name,
                kind="worker",
                type=node_type,
                head=self._config.head_address,
                resources=resources,
                ray={tag: value for tag, value in tags.items() if tag != TAG_RAY_USER_NODE_TYPE},
            )
            spec = self._spec(need)
            server = self._servers.create_once(name, spec, given, asked_before=asked_before)
        except Exception as error:
            # A server that may have been created keeps its name, so that the next attempt finds it.
            if isinstance(error, Unsure) or (asked_before and isinstance(error, NcpError)):
                with self._lock:
                    self._owed.setdefault(node_type, []).append(name)
            first_s = QUOTA_FIRST_S if isinstance(error, QuotaExceeded) else FIRST_S
            self._backoff.failed(node_type, self._clock.now(), first_s)
            self.figures.failed(node_type, error)
            why = str(error)
            log("ncp.create_failed", level=logging.WARNING, type=node_type, name=name, reason=why)
            raise
        self._backoff.succeeded(node_type, self._clock.now())
        self.figures.created(node_type)
        log("ncp.created", type=node_type, server=server.id, name=server.name, spec=spec)

    def _refuse_repeated(self, request: str, node_type: str) -> None:
        """Refuse a launch that Ray repeats after 900 s: its server was created.

        The node had joined before a list showed the server; Ray then counts the node without the
        request, which stays open.

        Raises:
            NothingDone: Ray forgets the request, and asks anew if it still wants a node.
        """
        now = self._clock.now()
        with self._lock:
            first = self._requests.setdefault((request, node_type), now)
            self._requests = {
                one: at for one, at in self._requests.items() if now - at < _REMEMBERED_S
            }
        if request and now - first >= GIVE_UP_S:
            raise NothingDone(f"{node_type}: the server of launch {request} was made before")

    def _turn(self, node_type: str) -> bool:
        """Wait until a type may be tried. Returns False if an owed server has appeared instead.

        Raises:
            NcpError: after the longest wait.
        """
        give_up = self._clock.now() + GIVE_UP_S
        self._count(self._waiting, node_type, 1)
        try:
            while (wait_s := self._backoff.turn(node_type, self._clock.now())) > 0:
                if self._clock.now() + wait_s > give_up:
                    raise NcpError(f"{node_type}: servers have been refused for too long")
                self._clock.sleep(wait_s)
                if self._takes_what_came(node_type):
                    return False
        finally:
            self._count(self._waiting, node_type, -1)
        return True

    def _takes_what_came(self, node_type: str) -> bool:
        with self._lock:
            if not self._came[node_type]:
                return False
            self._came[node_type] -= 1
            return True

    def _count(self, counter: Counter[str], node_type: str, by: int) -> None:
        with self._lock:
            counter[node_type] += by

    def _settle_owed(self, names: set[str]) -> None:
        """Remove owed servers that a list shows. Called with the lock held."""
        for node_type, owed in self._owed.items():
            came = [name for name in owed if name in names]
            self._owed[node_type] = [name for name in owed if name not in names]
            # Ray assigns such a server to a launch that still waits: that launch needs no other
            # one.
            most = self._waiting[node_type] - self._came[node_type]
            self._came[node_type] += max(0, min(len(came), most))

    def _name(self, node_type: str) -> tuple[str, bool]:
        """Return the name for the next server, and whether an earlier call has already requested
        it.
        """
        with self._lock:
            owed = self._owed.get(node_type)
            if owed:
                return owed.pop(0), True
        return new_name(self.cluster_name, node_type), False

    def _spec(self, need: Need) -> str:
        """Return the code of the spec for a need; looked up once.

        Raises:
            NoSuchSpec: if no spec of the region meets the need.
        """
        if need not in self._specs:
            known = {**GPU_MEMORY_GIB, **self._config.gpu_memory_gib}
            specs = specs_of(self._api, self._config.place.image, need.hypervisor, known)
            self._specs[need] = chosen(specs, need).code
        return self._specs[need]

    def _node(self, node_id: str) -> Server | None:
        with self._lock:
            return self._nodes.get(node_id)

    def _is_head(self, node_id: str) -> bool:
        node = self._node(node_id)
        return node_id == os.environ.get(OWN_ID) or (node is not None and self._roll.is_head(node))

    def _tags(self, server: Server) -> dict[str, str]:
        if self._roll.is_head(server):
            node_type = server.tags.type if server.tags else NODE_KIND_HEAD
            found = {TAG_RAY_NODE_KIND: NODE_KIND_HEAD, TAG_RAY_USER_NODE_TYPE: node_type}
        else:
            assert server.tags is not None, "the roll has servers with tags, and the head"
            ours = {TAG_RAY_NODE_KIND: NODE_KIND_WORKER, TAG_RAY_USER_NODE_TYPE: server.tags.type}
            found = {**server.tags.ray, **ours}
        return {**found, **self._memory_tags.get(server.id, {})}
