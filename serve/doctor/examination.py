"""All checks of a home and its graph, with their inputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import yaml

from serve.cluster import find
from serve.doctor import platform, settings_read
from serve.doctor.checking import Check, checked
from serve.doctor.crew import engine_lines, font_lines
from serve.doctor.hiding import hiding, secrets_in, secrets_of
from serve.doctor.ledger import ledger_lines
from serve.doctor.line import Line, wrong
from serve.doctor.machine import port_lines, room_lines
from serve.doctor.node import node_lines
from serve.doctor.ray_settings import environment_in, ray_lines
from serve.doctor.sharing import sharing_lines
from serve.doctor.vault import vault_lines
from serve.ncp.api import BASE, Api
from serve.ncp.keys import key_source
from serve.ncp.rendering import NotRendered, loaded, rendered

HEAD_ENVIRONMENT = Path("/etc/sian/head.env")
CLUSTER_FILES = (Path("/etc/sian/cluster.yaml"), Path("cluster.yaml"))
_TIMEOUT = httpx.Timeout(15, connect=5)


@dataclass(frozen=True)
class Examination:
    home: Path
    graph: Path | None
    """File of the graph; None: the running cluster's, else the defaults."""
    port: int
    environment: Mapping[str, str]
    node: bool = False
    """True: check this server as a node of a cluster; False: as the serving machine."""
    head_environment: Path | None = None
    cluster_file: Path | None = None

    def lines(self) -> list[Line]:
        """Run all checks. No line contains a secret."""
        running = find(self.home)
        graph = self.graph or (Path(running.graph) if running else None)
        settings, first = settings_read.read(graph, self.home.absolute())
        checks: dict[str, Check] = {
            "room": partial(room_lines, self.home),
            "fonts": font_lines,
        }
        if settings is not None:
            checks |= {
                "ledger": partial(ledger_lines, settings.ledger_url),
                "vault": partial(vault_lines, settings),
                "engines": partial(engine_lines, settings),
                "sharing": partial(sharing_lines, settings, self.environment),
            }
        if self.node:
            checks["node"] = partial(node_lines, self.environment)
        else:
            checks["ports"] = partial(port_lines, self.home, {"the front door": self.port})
            checks["ray"] = self._ray
            if platform.is_meant(self.environment):
                checks["ncp"] = self._platform
        hide = hiding([*secrets_in(settings), *secrets_of(self.environment)])
        return list(map(hide, [first, *checked(checks)]))

    def _ray(self) -> list[Line]:
        file = self.head_environment
        if file is None and not HEAD_ENVIRONMENT.exists():
            return ray_lines()
        return ray_lines(environment_in(file or HEAD_ENVIRONMENT))

    def _platform(self) -> list[Line]:
        there = (one for one in CLUSTER_FILES if one.exists())
        path = self.cluster_file or next(there, None)
        if path is None:
            said = "SIAN_NCP_* is set, and there is no cluster.yaml"
            return [wrong(platform.PART, said, "name it with --cluster")]
        try:
            config: Any = loaded(rendered(path.read_text("utf-8"), self.environment))
        except (NotRendered, OSError, yaml.YAMLError) as error:
            return [wrong(platform.PART, f"{path}: {error}", "see docs/ncp.md, step 8")]
        provider = config["provider"]
        with httpx.Client(timeout=_TIMEOUT) as http:
            keys = key_source(http, self.environment)
            base, region = provider.get("base", BASE), str(provider.get("region", "KR"))
            return platform.platform_lines(config, Api(http, keys, base, region))
