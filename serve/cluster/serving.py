"""The process that owns what a cluster of several machines serves: deploys, watches, drains, ends.

Ray's head runs beside it (serve/ncp/head.py). This process is a client of it: it may end and start
again while everything is served.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import yaml

from serve.cluster.deploying import start_serve
from serve.cluster.graph_settings import films_settings
from serve.cluster.machine import BootError
from serve.cluster.ownership import NotOwner, Ownership
from serve.cluster.served_config import OWNED, Config, ServedConfig
from serve.cluster.signals import stop_at_signals
from serve.database.errors import DatabaseUnavailable
from serve.ledger.ledger import Ledger
from serve.opened import open_ledger, open_registry, open_vault
from serve.registry.keeper import Keeper
from serve.registry.weights_cache import WeightsCache
from serve.settings import Settings
from serve.telemetry import log
from serve.yaml_text import yaml_value

DRAINED_BY = "sian cluster start"
LOOK_EVERY_S = 0.5
HEAD_WITHIN_S = 60.0
COMPARE_EVERY_S = 5.0
"""Seconds between two looks whether Serve still has the owner's configuration."""

AtEnd = Literal["end", "leave"]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Ending:
    at_end: AtEnd = "end"
    """What becomes of the graph: Serve is shut down, or goes on without an owner."""
    drain_s: float = 3600.0
    """Longest wait for what is at work; what is not done then is taken up at the next start."""


def read_graph(graph: Path) -> tuple[Config, Settings]:
    """Return a graph's Serve config and the settings of its film application.

    Raises:
        BootError: if it cannot be served. No value of it is repeated.
    """
    from ray.serve.schema import ServeDeploySchema

    try:
        config: Any = yaml_value(graph.read_text("utf-8"))
        ServeDeploySchema.model_validate(config)
    except (OSError, yaml.YAMLError) as error:
        raise BootError(f"{graph}: {str(error).splitlines()[0]}") from error
    except ValueError as error:
        raise BootError(f"{graph}: no Serve config ({type(error).__name__})") from error
    if any(OWNED in (one.get("args") or {}) for one in config["applications"]):
        raise BootError(f"{graph}: {OWNED} is set by this command, not in a graph")
    films = films_settings(config)
    if films is None:
        raise BootError(f"{graph}: no application has the arguments of a film graph")
    return config, films


class Serving:
    """One run of the owner. `say`: shows a sentence to the operator."""

    def __init__(self, graph: Path, home: Path, address: str, ending: Ending, say: Say) -> None:
        """
        Raises:
            BootError: if the graph cannot be served.
        """
        self._graph, self._home = graph, home.absolute()
        self._address, self._ending, self._say = address, ending, say
        self._config, films = read_graph(graph)
        self._films = films.model_copy(update={"home": self._home})
        self._stop, self._reload = threading.Event(), threading.Event()

    def run(self) -> None:
        """Own and serve the graph until SIGTERM or SIGINT, then drain. SIGHUP reads it again.

        Raises:
            BootError: if there is no head.
            NotOwner: if another process owns what is served, or has taken this one for dead.
            DatabaseUnavailable: if the ledger cannot be opened.
        """
        self._handle_signals()
        ledger = open_ledger(self._films)
        try:
            ownership = Ownership(ledger.operating)
            try:
                ownership.take(self._stop, self._say)
                if not self._stop.is_set():
                    self._serve(ledger, ownership)
            finally:
                ownership.end()
        finally:
            ledger.close()

    def _serve(self, ledger: Ledger, ownership: Ownership) -> None:
        self._connect()
        if self._stop.is_set():
            return
        self._handle_signals()
        served = ServedConfig(partial(start_serve, self._config), lambda: ownership.sure)
        registry, vault = open_registry(self._films), open_vault(self._films)
        cache = WeightsCache(self._home / "registry", self._films.weights.most_bytes)
        keeper = Keeper(self._config, registry, vault, cache, served.deploy)
        ledger.operating.drain(on=False, by=DRAINED_BY)
        self._say(f"{ownership.name} owns what is served")
        compared = time.monotonic()
        while not self._stop.wait(LOOK_EVERY_S):
            if ownership.lost.is_set():
                raise NotOwner("another process owns what is served by now: this one ends")
            try:
                if self._reload.is_set():
                    self._reload.clear()
                    self._read_again(keeper)
                keeper.look()
                if time.monotonic() - compared >= COMPARE_EVERY_S:
                    compared = time.monotonic()
                    if served.put_back():
                        self._say("somebody else has deployed: what was served is put back")
            except Exception as error:
                # What is served goes on; the next look tries again.
                log("serving.look_failed", level=logging.ERROR, reason=repr(error))
        if self._drained(ledger, ownership):
            self._say("drained")
        else:
            self._say("not drained: what was at work is taken up at the next start")
        if self._ending.at_end == "end" and not ownership.lost.is_set():
            from ray import serve

            self._say("shutting Serve down")
            serve.shutdown()

    def _drained(self, ledger: Ledger, ownership: Ownership) -> bool:
        """Let directors finish what they have; a second signal ends the wait."""
        again = stop_at_signals()
        give_up, told = time.monotonic() + self._ending.drain_s, ""
        seen_s = 2 * self._films.director.lease_s
        while not ownership.lost.is_set():
            try:
                ledger.operating.drain(on=True, by=DRAINED_BY)
                now = ledger.operating.status(seen_s)
            except DatabaseUnavailable as error:
                log("serving.drain_unseen", level=logging.WARNING, reason=str(error))
            else:
                if now.drained:
                    return True
                if not now.directors:
                    return False  # whoever had it at work has died
                at_work = f"{now.productions} productions and {now.videos} videos at work"
                if at_work != told:
                    self._say(f"draining: {at_work}")
                    told = at_work
            if time.monotonic() >= give_up or again.wait(LOOK_EVERY_S):
                break
        return False

    def _read_again(self, keeper: Keeper) -> None:
        try:
            config, films = read_graph(self._graph)
            films = films.model_copy(update={"home": self._home})
            if (films.ledger_url, films.vault_url) != (
                self._films.ledger_url,
                self._films.vault_url,
            ):
                raise BootError("it names another ledger or vault: restart this command instead")
        except BootError as error:
            self._say(f"not reloaded: {error}")
            return
        keeper.use(config)
        self._say(f"{self._graph} is read again")

    def _handle_signals(self) -> None:
        stop_at_signals(self._stop)
        signal.signal(signal.SIGHUP, lambda *_: self._reload.set())

    def _connect(self) -> None:
        import ray

        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.WARNING}
        give_up = time.monotonic() + HEAD_WITHIN_S
        while True:
            try:
                ray.init(address=self._address, namespace="serve", **quiet)
                return
            except Exception as error:
                # Ray has no class of its own for a head that is not there yet.
                if time.monotonic() >= give_up:
                    said = f"Ray at {self._address} cannot be reached: {error}"
                    raise BootError(said) from error
            if self._stop.wait(1):
                return
