"""Serve's configuration on a cluster: its owner's is deployed, and put back after any other one."""

import logging
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from serve.cluster.deploying import deploy
from serve.cluster.ownership import NotOwner
from serve.telemetry import log

FILM_GRAPH = "graphs.build:"
"""Start of the import path of the applications that get the owner's mark."""
OWNED = "owned"
_ANSWERS_IN_S = 30.0

Config = dict[str, Any]


def marked(config: Mapping[str, Any]) -> Config:
    """Return the config with the owner's mark on each film application; see graphs/owned.py."""
    found: Config = deepcopy(dict(config))
    for application in found["applications"]:
        if str(application["import_path"]).startswith(FILM_GRAPH):
            application["args"] = {**(application.get("args") or {}), OWNED: True}
    return found


class ServedConfig:
    """Serve's configuration on a cluster: puts the owner's there, and back where it was changed."""

    def __init__(self, start: Callable[[], Any], may_change: Callable[[], bool]) -> None:
        """`start`: returns Serve's client, having started Serve if it does not run."""
        self._start, self._may_change = start, may_change
        self._wanted: Config | None = None
        self._client: Any = None

    def deploy(self, wanted: Mapping[str, Any]) -> None:
        """
        Raises:
            NotOwner: if it is not sure that this process owns it.
        """
        if not self._may_change():
            raise NotOwner("the ledger has not confirmed lately that this process owns it")
        config = marked(wanted)
        # Anew: somebody may have shut Serve down.
        self._client = self._start()
        deploy(self._client, config)
        self._wanted = config
        log("serving.deployed")

    def put_back(self) -> bool:
        """Deploy again if somebody else has deployed meanwhile. Returns whether that was so."""
        from ray.serve.schema import ServeDeploySchema

        if self._wanted is None:
            return False
        there = self._deployed()
        schema = ServeDeploySchema.model_validate(self._wanted)
        for one in schema.applications:
            # As Serve itself fills it in.
            if one.logging_config is None and schema.logging_config:
                one.logging_config = schema.logging_config
        wanted = {one.name: one.model_dump(exclude_unset=True) for one in schema.applications}
        found = {name: one.model_dump(exclude_unset=True) for name, one in there.items()}
        if found == wanted:
            return False
        log("serving.put_back", level=logging.WARNING, applications=sorted(found))
        self.deploy(self._wanted)
        return True

    def _deployed(self) -> dict[str, Any]:
        """Return the schema of each application in Serve; none: its controller is gone."""
        import ray
        from ray.exceptions import RayActorError

        try:
            configs = self._client._controller.get_app_configs.remote()
            return ray.get(configs, timeout=_ANSWERS_IN_S)
        except RayActorError:
            return {}
