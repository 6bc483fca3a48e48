"""`sian cluster`: commands for operators of several machines, on cluster.yaml."""

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from serve.cli.existing_ledger import settings_with_ledger
from serve.cli.registry import HOME, Graph, Home
from serve.cli.terminal import REFUSED, WRONG, fail, said, tell
from serve.cluster.ownership import NotOwner
from serve.cluster.serving import AtEnd, Ending, Serving
from serve.database.errors import DatabaseUnavailable
from serve.ledger.operating import Status
from serve.ncp.rendering import NotRendered, rendered
from serve.opened import open_ledger
from serve.telemetry import log_to_stderr
from serve.whole import write_whole

app = typer.Typer(help="A cluster of several machines: its cluster.yaml.", no_args_is_help=True)


@app.callback()
def cluster() -> None:
    """Commands for operators of several machines."""


@app.command()
def render(
    template: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="cluster.yaml.")
    ] = Path("cluster.yaml"),
    into: Annotated[
        Path | None, typer.Option("--out", help="Where to write it; the terminal if left out.")
    ] = None,
) -> None:
    """Fill the ids of your account into cluster.yaml, from SIAN_NCP_VPC and so on.

    Keys are never filled in: Ray writes the whole file into its log.
    """
    with said():
        try:
            text = rendered(template.read_text("utf-8"), os.environ)
        except NotRendered as error:
            fail(f"{template}: {error}", WRONG)
        if into is None:
            sys.stdout.write(text)
            return
        write_whole(into, text)
        tell(f"written to {into}")


@app.command()
def start(
    home: Home = HOME,
    graph: Annotated[
        Path, typer.Option(envvar="SIAN_GRAPH", help="The graph to serve: a Serve config YAML.")
    ] = Path("/etc/sian/graph.yaml"),
    address: Annotated[str, typer.Option(help="Ray's head; auto: the one of this server.")] = (
        "auto"
    ),
    at_end: Annotated[
        AtEnd,
        typer.Option(
            envvar="SIAN_AT_END",
            help="Once drained: end what is served, or leave it (orders are taken and wait).",
        ),
    ] = "end",
    drain_s: Annotated[
        float, typer.Option("--drain", min=0, help="Most seconds to wait for what is at work.")
    ] = 3600,
) -> None:
    """Own what the cluster serves, on its head, until SIGTERM; then drain and end.

    Deploys the graph with what is promoted, and puts it back where somebody else deploys.
    SIGHUP reads the graph again.
    """
    with said():
        log_to_stderr()
        try:
            Serving(graph, home, address, Ending(at_end, drain_s), tell).run()
        except (DatabaseUnavailable, NotOwner) as error:
            fail(str(error), REFUSED)


@app.command()
def drain(
    home: Home = HOME,
    graph: Graph = None,
    off: Annotated[bool, typer.Option("--off", help="Let directors claim again.")] = False,
    wait_s: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds to wait until nothing is at work.")
    ] = 0,
) -> None:
    """Let directors finish what they have and claim nothing more. /readyz says draining."""
    with said():
        settings = settings_with_ledger(home, graph)
        try:
            ledger = open_ledger(settings)
            ledger.operating.drain(on=not off)
            deadline = time.monotonic() + wait_s
            while not (now := ledger.operating.status(2 * settings.director.lease_s)).drained:
                if off or time.monotonic() >= deadline:
                    break
                time.sleep(min(1.0, wait_s))
        except DatabaseUnavailable as error:
            fail(str(error), REFUSED)
        tell(_said_of(now))
        if wait_s and not off and not now.drained:
            fail(f"not drained after {wait_s:g} s", REFUSED)


@app.command()
def status(home: Home = HOME, graph: Graph = None) -> None:
    """Show whether directors claim, and what they have at work."""
    with said():
        settings = settings_with_ledger(home, graph)
        try:
            now = open_ledger(settings).operating.status(2 * settings.director.lease_s)
        except DatabaseUnavailable as error:
            fail(str(error), REFUSED)
        tell(_said_of(now))


def _said_of(status: Status) -> str:
    state = "serving"
    if status.draining_since is not None:
        state = "drained" if status.drained else "draining"
    return (
        f"{state}: {status.directors} directors, {status.productions} productions and"
        f" {status.videos} videos at work, {status.waiting} productions waiting"
    )
