"""The process that holds a cluster: boots it, deploys what is promoted, and ends with it."""

import argparse
import logging
import os
import shutil
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

from serve.cluster import processes
from serve.cluster.deploying import deploy, start_serve
from serve.cluster.environment import ray_environment
from serve.cluster.graph_settings import FILMS_LEDGER, films_settings, object_store
from serve.cluster.isolation import any_agent_port, own_folder, spare_processes, tell_jobs
from serve.cluster.lifeline import Lifeline, dead_parts
from serve.cluster.machine import HOST, BootError
from serve.cluster.signals import stop_at_signals
from serve.cluster.watch import Watch
from serve.settings import Settings
from serve.telemetry import log, log_to_stderr
from serve.whole import write_whole
from serve.yaml_text import yaml_value

MESSAGE_BYTES = 64 << 20
"""Largest call or response between replicas, in bytes: a request with pictures has up to 8 MiB."""
BOOT_ATTEMPTS = 3
"""Attempts to start Ray. On a busy machine it aborts its start after 30 s, which no setting
changes.
"""


def hold(graph: Path, home: Path, port: int, jobs_port: int = 0, attempt: int = 1) -> None:
    """Run the cluster in this process until SIGTERM or SIGINT."""
    os.environ |= ray_environment(home)
    os.environ.setdefault("RAY_SERVE_LOG_TO_STDERR", "0")
    # The code is asynchronous and its work has separate threads: with separate event loops for the
    # router and the user's code every call would only be passed on twice.
    os.environ.setdefault("RAY_SERVE_RUN_USER_CODE_IN_SEPARATE_THREAD", "0")
    os.environ.setdefault("RAY_SERVE_RUN_ROUTER_IN_SEPARATE_LOOP", "0")
    # Calls between replicas carry keys, not frames: gRPC takes a third less CPU for these.
    os.environ.setdefault("RAY_SERVE_USE_GRPC_BY_DEFAULT", "1")
    # The default, 4 MiB, is less than a request with pictures, and than several parts of a
    # response.
    os.environ.setdefault("RAY_SERVE_REPLICA_GRPC_MAX_MESSAGE_LENGTH", str(MESSAGE_BYTES))
    connections = "serve.ingress.connections:middlewares"
    os.environ.setdefault("RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH", connections)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Ray's own hook for language models would replace Sian's, which binds to loopback.
    os.environ.setdefault("RAYLLM_ENABLE_WORKER_PROCESS_SETUP_HOOK", "0")
    # On a busy machine a proxy needs more than Serve's 5 and 10 s to start and to answer; Serve
    # would kill it, and with it every connection, needlessly.
    os.environ.setdefault("RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S", "60")
    os.environ.setdefault("RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S", "30")
    # Every 0.1 s its controller would look at everything: 4 % of a core, for as long as it serves.
    os.environ.setdefault("RAY_SERVE_CONTROL_LOOP_INTERVAL_S", "0.25")
    # Every 0.1 s every replica would hand its counts on to Ray, which exports them every 10 s.
    os.environ.setdefault("RAY_SERVE_METRICS_EXPORT_INTERVAL_MS", "5000")
    # One idle worker a core would wait for a driver's tasks; replicas never run in these, because
    # they have the hook below.
    os.environ.setdefault("RAY_prestart_worker_first_driver", "0")
    config: dict[str, Any] = yaml_value(graph.read_text())
    config.setdefault("http_options", {})["port"] = port
    films = films_settings(config)
    if films is not None:
        _check_ledger(films)
    import ray
    from ray.serve.schema import ServeDeploySchema

    ServeDeploySchema.model_validate(config)
    if films is not None:
        os.environ[FILMS_LEDGER] = films.ledger_url
    any_agent_port()
    spare_processes(jobs=bool(jobs_port))
    with own_folder() as folder:
        (home / "ray-folder").write_text(str(folder))
        try:
            ray.init(
                address="local",  # otherwise Ray joins or seeks the previous namespace
                namespace="serve",
                include_dashboard=bool(jobs_port),
                dashboard_host=HOST,
                dashboard_port=jobs_port or None,
                log_to_driver=False,
                logging_level=logging.WARNING,
                object_store_memory=object_store(config),
                _node_ip_address=HOST,
                _temp_dir=str(folder),
                runtime_env={"worker_process_setup_hook": "serve.loopback.bind_to_loopback"},
            )
            # After Ray has installed its own handlers, which would end this process at once.
            stop = stop_at_signals()
            client = start_serve(config)
        except Exception as error:
            processes.end(home)
            shutil.rmtree(folder, ignore_errors=True)
            if attempt >= BOOT_ATTEMPTS:
                write_whole(home / "boot-error.txt", f"Ray could not start: {error}")
                raise
            log("cluster.boot_failed", level=logging.WARNING, attempt=attempt, reason=str(error))
            # Keeps the pid, but discards Ray's state of the failed attempt.
            again = [*_arguments(graph, home, port, jobs_port), "--attempt", str(attempt + 1)]
            os.execv(sys.executable, [sys.executable, "-m", "serve.cluster.holder", *again])  # noqa: S606
        lifeline = Lifeline(home, folder, dead_parts)
        tell_jobs(folder, ray.get_runtime_context().gcs_address)
        _serve_until_told(client, config, home, films, stop)
        lifeline.cut()
        ray.shutdown()
        processes.end(home)  # such as a model's engine that outlives its replica


def _check_ledger(films: Settings) -> None:
    """Open the ledger once and migrate its tables, before any replica depends on it.

    Raises:
        BootError: if it cannot be reached, or a newer release has migrated it.
    """
    from serve.database.errors import DatabaseUnavailable
    from serve.opened import open_ledger

    try:
        open_ledger(films).close()
    except DatabaseUnavailable as error:
        raise BootError(str(error)) from error


def _serve_until_told(
    client: Any,
    config: dict[str, Any],
    home: Path,
    films: Settings | None,
    stop: threading.Event,
) -> None:
    from ray import serve

    from serve.opened import open_registry, open_vault
    from serve.registry.keeper import Keeper
    from serve.registry.weights_cache import WeightsCache

    watch = Watch(home)
    if films is None:  # another graph: nothing is promoted in it
        deploy(client, config)
        look = watch.look
    else:
        registry, vault = open_registry(films), open_vault(films)
        cache = WeightsCache(films.home.absolute() / "registry", films.weights.most_bytes)
        keeper = Keeper(config, registry, vault, cache, partial(deploy, client))

        def look() -> None:
            keeper.look()
            watch.look()

    look()
    while not stop.wait(0.5):
        try:
            look()
        except Exception as error:
            # The current servings continue; the next look tries again.
            log("cluster.look_failed", level=logging.ERROR, reason=repr(error))
    serve.shutdown()


def _arguments(graph: Path, home: Path, port: int, jobs_port: int) -> list[str]:
    return [str(graph), "--home", str(home), "--port", str(port), "--jobs-port", str(jobs_port)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--jobs-port", type=int, default=0)
    parser.add_argument("--attempt", type=int, default=1)
    given = parser.parse_args()
    log_to_stderr()  # stderr is `home`/logs/cluster.log; this line adds the reason
    try:
        hold(given.graph, given.home, given.port, given.jobs_port, given.attempt)
    except BootError as refused:
        write_whole(given.home / "boot-error.txt", str(refused))
        sys.exit(str(refused))
