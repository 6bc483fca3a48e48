"""Ray's own autoscaler v2 over the provider and the fake platform: no raylet, no GCS, a virtual clock.

What stands in for the cluster: a node is there once its server runs, is at work while there is
demand, and idle otherwise; draining ends it.
"""

import itertools
import logging
from collections import defaultdict
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any, cast
from unittest.mock import patch

import httpx
from ray.autoscaler.v2 import autoscaler as ray_autoscaler
from ray.autoscaler.v2 import scheduler
from ray.autoscaler.v2.autoscaler import Autoscaler
from ray.autoscaler.v2.instance_manager import common, reconciler, storage
from ray.autoscaler.v2.instance_manager import node_provider as adapter
from ray.autoscaler.v2.instance_manager.config import AutoscalingConfig, InstanceReconcileConfig
from ray.autoscaler.v2.instance_manager.subscribers import cloud_resource_monitor, ray_stopper
from ray.core.generated import autoscaler_pb2

from serve.ncp.provider import NcpNodeProvider
from serve.ncp.rows import DEAD_NODES
from tests.fake_ncp import KEYS, FakeNcp, FakeServer
from tests.virtual_threads import VirtualExecutor, VirtualThreads

PB: Any = autoscaler_pb2
HEAD = {"sian": 1, "cluster": "sian", "kind": "head", "type": "head"}
ROUND_S = 5.0
LONGEST_STEP_S = 60.0
HEAD_RESOURCES = {"node:__internal_head__": 1.0, "house": 1.0}


class Rounds:
    """The head's monitor, and the world that it looks at."""

    def __init__(
        self,
        threads: VirtualThreads,
        config: Mapping[str, Any],
        settings: Mapping[str, str],
        seed: int,
    ) -> None:
        """`settings`: the head's environment, for the times that it sets."""
        self.threads = threads
        self.ncp = FakeNcp(self.threads.now, seed=seed)
        self.head = self.ncp.add("sian-head", HEAD)
        self.http: httpx.Client = self.ncp.client()
        self._config, self._reader = config, cast(Any, _Reader(dict(config), settings))
        self.demand: dict[str, int] = {}
        """Resource -> nodes' worth of it that is asked for."""
        self.rounds = self.blind = self.doubled = self.most_rows = 0
        self._dead: dict[str, Any] = {}
        self._dead_listed = int(settings[DEAD_NODES])
        self._idle_since: dict[str, float] = {}
        self._serial = itertools.count(1)
        self._changes = -1
        self._step_s = ROUND_S
        self.restart()

    def restart(self) -> None:
        """The head's monitor is killed and starts anew: what it had in memory is gone."""
        self.threads.kill_all()
        self.provider = NcpNodeProvider(
            dict(self._config["provider"]),
            "sian",
            clock=self.threads,
            wall=self.threads.time,
            http=self.http,
            start=False,
        )
        running = self._running = [True]
        self.threads.spawn(lambda: self.provider.reaper.run(lambda: not running[0]))
        with patch.object(ray_autoscaler, "_get_node_provider", lambda *_: self.provider):
            self.autoscaler = Autoscaler("session", self._reader, cast(Any, self))

    @property
    def rows(self) -> int:
        """How many instances Ray remembers."""
        manager = cast(Any, self.autoscaler)._instance_manager
        return len(cast(Any, reconciler.Reconciler)._get_im_instances(manager)[0])

    # What Ray asks of the GCS.

    address = "127.0.0.1:6379"

    def drain_node(self, node_id: str, **_: object) -> tuple[bool, str]:
        server = self.ncp.servers.get(str(int(node_id, 16)))
        if server is not None and server.id not in self._dead:
            self._dead[server.id] = PB.NodeState(
                node_id=_node_id(server),
                instance_id=server.id,
                ray_node_type_name=server.tags["type"],
                status=PB.NodeStatus.DEAD,
            )
        return True, ""

    def drain_nodes(self, node_ids: list[bytes]) -> list[bytes]:
        for node in node_ids:
            self.drain_node(node.hex())
        return node_ids

    def resources(self) -> Any:
        state = PB.ClusterResourceState(cluster_resource_state_version=next(self._serial))
        self._add_node(state, self.head, HEAD_RESOURCES, HEAD_RESOURCES, PB.NodeStatus.RUNNING)
        left = dict(self.demand)
        now = self.threads.now()
        for server in self.ncp.alive():
            if server.id in self._dead or server.status != "RUN" or not server.joins:
                continue
            total = {name: float(n) for name, n in server.tags["resources"].items() if n}
            at_work = [name for name in total if left.get(name, 0) > 0]
            for name in at_work:
                left[name] -= 1
            if at_work:
                self._idle_since.pop(server.id, None)
                self._add_node(state, server, total, {}, PB.NodeStatus.RUNNING)
            else:
                since = self._idle_since.setdefault(server.id, now)
                idle_ms = int((now - since) * 1000)
                self._add_node(state, server, total, total, PB.NodeStatus.IDLE, idle_ms)
        # The GCS lists the latest dead nodes for as long as it lives, whatever became of their servers.
        state.node_states.extend(list(self._dead.values())[-self._dead_listed :])
        for name, count in left.items():
            if count > 0:
                one = state.pending_resource_requests.add(count=count)
                one.request.resources_bundle[name] = 1
        return state

    def _add_node(
        self,
        state: Any,
        server: FakeServer,
        total: Mapping[str, float],
        available: Mapping[str, float],
        status: Any,
        idle_ms: int = 0,
    ) -> None:
        state.node_states.append(
            PB.NodeState(
                node_id=_node_id(server),
                instance_id=server.id,
                ray_node_type_name=server.tags["type"],
                total_resources=total,
                available_resources=available,
                status=status,
                idle_duration_ms=idle_ms,
            )
        )

    # Driving it.

    def round(self) -> None:
        """One round of the monitor, then a pause: longer while nothing happens, up to 60 s."""
        self.rounds += 1
        self.most_rows = max(self.most_rows, self.rows)
        seen = self.autoscaler.update_autoscaling_state() is not None
        self.blind += not seen
        quiet = seen and self._changes == self.ncp.changes
        self._changes = self.ncp.changes
        self._step_s = min(LONGEST_STEP_S, 2 * self._step_s) if quiet else ROUND_S
        self.threads.advance(self.threads.now() + self._step_s)
        self.ncp.alive()
        wanted = sum(self.demand.values())
        if len(self.at_work()) > wanted > 0:
            self.doubled += 1

    def at_work(self) -> list[FakeServer]:
        """Servers that nobody has asked to end."""
        noted = self.provider.reaper.noted
        return [
            one
            for one in self.ncp.alive()
            if one.id not in noted
            and one.id not in self._dead
            and one.status != "NSTOP"
            and one.operation == "NULL"
        ]

    def joined(self) -> int:
        return sum(one.status == "RUN" and one.joins for one in self.at_work())

    def until(self, done: Any, limit_s: float) -> bool:
        end = self.threads.now() + limit_s
        while not done():
            if self.threads.now() >= end:
                return False
            self.round()
        return True


class _Reader:
    """Hands Ray its configuration, with the times that the head's environment sets."""

    def __init__(self, config: dict[str, Any], settings: Mapping[str, str]) -> None:
        self._config = _Config(config, skip_content_hash=True)
        self._config.settings = settings

    def get_cached_autoscaling_config(self) -> AutoscalingConfig:
        return self._config

    def refresh_cached_autoscaling_config(self) -> None:
        pass


class _Config(AutoscalingConfig):
    settings: Mapping[str, str]

    def dump(self) -> str:
        return ""

    def get_node_type_configs(self) -> Any:
        if not hasattr(self, "_node_types"):
            self._node_types = super().get_node_type_configs()
        return self._node_types

    def get_instance_reconcile_config(self) -> InstanceReconcileConfig:
        prefix = "RAY_AUTOSCALER_RECONCILE_"
        return InstanceReconcileConfig(
            request_status_timeout_s=int(self.settings[f"{prefix}REQUEST_STATUS_TIMEOUT_S"]),
            allocate_status_timeout_s=int(self.settings[f"{prefix}ALLOCATE_STATUS_TIMEOUT_S"]),
        )

    def get_pending_idle_timeout_s(self) -> float | None:
        return float(self.settings["RAY_AUTOSCALER_PENDING_NODE_IDLE_TIMEOUT_S"])

    def get_max_concurrent_launches(self) -> int:
        return int(self.settings["AUTOSCALER_MAX_CONCURRENT_LAUNCHES"])


def _node_id(server: FakeServer) -> bytes:
    return int(server.id).to_bytes(28, "big")


class _OfTheTable:
    """`copy` for Ray's table of instances, whose values are bytes and a number: the dict is enough."""

    @staticmethod
    def deepcopy(table: dict[str, Any]) -> dict[str, Any]:
        return dict(table)


class _OfTheScheduler:
    """`copy` for Ray's scheduler: what it changes of a node is copied, what nobody changes is not.

    It copies every node about eight times a round, by reflection: a sixth of all these tests took.
    """

    @classmethod
    def deepcopy(cls, value: Any) -> Any:
        if isinstance(value, list):
            return [cls.deepcopy(one) for one in cast(list[Any], value)]
        return cls._node(value) if isinstance(value, scheduler.SchedulingNode) else copy(value)

    @staticmethod
    def _node(node: scheduler.SchedulingNode) -> scheduler.SchedulingNode:
        new = object.__new__(type(node))
        new.__dict__ |= node.__dict__
        new.sched_requests = defaultdict(list, {k: list(v) for k, v in node.sched_requests.items()})
        new.available_resources_for_sched = {
            source: dict(left) for source, left in node.available_resources_for_sched.items()
        }
        new.total_resources, new.labels = dict(node.total_resources), dict(node.labels)
        return new


def _read_once() -> Callable[[Any], tuple[Any, int]]:
    """`Reconciler._get_im_instances`, which parses every row a dozen times a round: once a change."""
    read = reconciler.Reconciler._get_im_instances  # pyright: ignore[reportPrivateUsage]
    known: dict[Any, tuple[Any, int]] = {}

    def instances(manager: Any) -> tuple[Any, int]:
        version = manager._instance_storage._storage.get_version()
        if manager not in known or known[manager][1] != version:
            known.clear()
            known[manager] = read(manager)
        return known[manager]

    return instances


def _once(made: dict[str, Any]) -> Callable[[type], type]:
    """`dataclass` for Ray's scheduler, which makes the same class anew for each node that it places."""
    return lambda cls: (
        made.get(cls.__qualname__) or made.setdefault(cls.__qualname__, dataclass(cls))
    )


@contextmanager
def rounds(
    config: Mapping[str, Any], settings: Mapping[str, str], seed: int = 0
) -> Generator[Rounds]:
    """Ray's modules on the virtual clock, with virtual threads for its executors."""
    with ExitStack() as stack, _quiet():
        stack.enter_context(
            patch.dict(
                "os.environ",
                {
                    "RAY_CLOUD_INSTANCE_ID": "1001",
                    DEAD_NODES: settings[DEAD_NODES],
                    "SIAN_NCP_ACCESS_KEY": KEYS.access,
                    "SIAN_NCP_SECRET_KEY": KEYS.secret,
                },
            )
        )
        threads = VirtualThreads()

        def executor(max_workers: int, **_: object) -> VirtualExecutor:
            return VirtualExecutor(threads, max_workers)

        def new(*arguments: Any, **named: Any) -> adapter.NodeProviderAdapter:
            batch, most = "AUTOSCALER_MAX_LAUNCH_BATCH", "AUTOSCALER_MAX_CONCURRENT_LAUNCHES"
            named["max_launch_batch_per_type"] = int(settings[batch])
            named["max_concurrent_launches"] = int(settings[most])
            return adapter.NodeProviderAdapter(*arguments, **named)

        stack.enter_context(patch.object(storage, "copy", _OfTheTable))
        stack.enter_context(patch.object(scheduler, "copy", _OfTheScheduler))
        stack.enter_context(patch.object(scheduler, "dataclass", _once({})))
        stack.enter_context(
            patch.object(reconciler.Reconciler, "_get_im_instances", staticmethod(_read_once()))
        )
        for module in (common, reconciler, adapter, scheduler, cloud_resource_monitor):
            stack.enter_context(patch.object(module, "time", threads))
        for module in (adapter, ray_stopper):
            stack.enter_context(patch.object(module, "ThreadPoolExecutor", executor))
        stack.enter_context(patch.object(ray_autoscaler, "NodeProviderAdapter", new))
        stack.enter_context(
            patch.object(ray_autoscaler, "get_cluster_resource_state", lambda gcs: gcs.resources())
        )
        world = Rounds(threads, config, settings, seed)
        yield world
        threads.kill_all()


@contextmanager
def _quiet() -> Generator[None]:
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
