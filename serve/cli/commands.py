"""The command line: briefs in, films out. Talks to the server through the client alone.

Exit codes: 0 done; 1 the production failed or was cancelled; 2 the brief or the command is wrong;
3 no server answers, or none could be started; 4 the server refused; 130 stopped by Ctrl-C.
"""

import re
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from conte.production import State
from serve import cluster
from serve.cli import (
    backups,
    bringing_back,
    doctoring,
    formats,
    ideas,
    importing,
    migrating,
    nodes,
    registry,
    reviewing,
    revising,
    sounds,
    takes,
)
from serve.cli.address import PORT, AsJson, Home, Into, Key, ProductionId, Url, address_of
from serve.cli.brief_file import pictures_of, read_brief
from serve.cli.conte_sheet import sheet, sheet_text
from serve.cli.export import export
from serve.cli.job import JobError, submit
from serve.cli.progress import Teller, teller
from serve.cli.saving import save
from serve.cli.terminal import (
    FAILED,
    NO_SERVER,
    REFUSED,
    WRONG,
    explain,
    fail,
    id_column,
    out,
    said,
    tell,
    tell_json,
    waiting,
)
from serve.cli.verifying import verify
from serve.client import Client, Problem
from serve.cluster.signals import stopped_by_signals
from serve.ingress.views import ProductionView
from serve.keys import key_digest, new_key
from serve.release import RELEASE

EPILOG = (
    "Exit codes: 0 done; 1 the production failed or was cancelled; 2 the brief or the command is "
    "wrong; 3 no server; 4 the server refused; 130 stopped by Ctrl-C."
)

app = typer.Typer(
    help="Sian (시안): from a product brief to a storyboard (conte, 콘티) and a film.\n\n"
    "Start with:  sian film examples/tire.yaml",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
keys = typer.Typer(help="API keys for a server that several tenants share.", no_args_is_help=True)
app.add_typer(keys, name="key")
for command in (registry.models, registry.promote, registry.rollback):
    app.command()(command)
app.command("import")(importing.import_storyboard)
app.add_typer(formats.app, name="formats")
app.add_typer(takes.app, name="takes")
app.add_typer(sounds.app, name="sounds")
app.add_typer(nodes.app, name="cluster")
for command in (
    backups.backup,
    backups.restore,
    migrating.migrate,
    doctoring.doctor,
    ideas.ideas,
    revising.revise,
    revising.quote,
    revising.changes,
    revising.versions,
    bringing_back.reimport,
    reviewing.share,
    reviewing.approve,
    reviewing.prove,
    export,
    verify,
):
    app.command()(command)


def _tell_version(wanted: bool) -> None:
    if wanted:
        tell(f"sian {RELEASE}")
        raise typer.Exit


@app.callback()
def sian(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Show the number of this release.",
            callback=_tell_version,
            is_eager=True,
        ),
    ] = False,
) -> None:
    pass


Graph = Annotated[
    Path | None,
    typer.Option(envvar="SIAN_GRAPH", help="The graph to serve: a Serve config YAML."),
]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Where to serve, on 127.0.0.1.")]
JobsPort = Annotated[
    int, typer.Option(min=0, max=65535, help="Where to take Ray jobs, on 127.0.0.1; 0: nowhere.")
]

HOME = Path(".sian")


@app.command()
def up(
    home: Home = HOME,
    graph: Graph = None,
    port: Port = PORT,
    jobs_port: JobsPort = 0,
    keep: Annotated[
        bool, typer.Option("--keep", help="Stay, and start it again whenever it has died.")
    ] = False,
) -> None:
    """Start a server on this machine, and leave it running."""
    with said():
        if keep:
            with stopped_by_signals() as stop:
                cluster.keep(_graph(graph), home, port, tell, stop, jobs_port)
            return
        with waiting() as on_wait:
            started = cluster.start(_graph(graph), home, port, on_wait, jobs_port)
        running = started.running
        if started.found:
            tell(started.found)
        if started.booted:
            tell(f"serving on {running.url}")
        else:
            tell(f"already serving {running.graph} on {running.url}")
        tell(f"the API is described on {running.url}/docs")
        if running.jobs_url:
            tell(f"jobs are taken on {running.jobs_url}: sian job -- python -m ...")
        tell("stop it with: sian down")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def job(
    context: typer.Context,
    home: Home = HOME,
    graph: Graph = None,
    port: Port = PORT,
    jobs_port: JobsPort = 8265,
) -> None:
    """Submit a command to the cluster as a Ray job, from this folder, and follow its output.

    Everything after -- is the command: sian job -- python -m crawl.caption --manifest ...
    Without a cluster here, one is started for the command. Ctrl-C stops the job.
    """
    with said():
        if not context.args:
            fail("wanted a command after --, such as: sian job -- python -m crawl.caption", WRONG)
        with ExitStack() as stack:
            with waiting() as on_wait:
                booted = cluster.running(_graph(graph), home, port, on_wait, jobs_port)
                running = stack.enter_context(booted)
            if not running.jobs_url:
                again = "sian down, then: sian up --jobs-port 8265"
                fail(f"the cluster here takes no jobs; {again}", NO_SERVER)
            try:
                code = submit(running, home.absolute(), context.args, tell)
            except JobError as error:
                fail(str(error), NO_SERVER)
        raise typer.Exit(code)


@app.command()
def down(home: Home = HOME) -> None:
    """Stop the server that `sian up` started."""
    tell("stopped" if cluster.down(home) else "nothing was running")


@app.command()
def film(
    brief_file: Annotated[
        Path, typer.Argument(metavar="BRIEF", help="A YAML or JSON file; see examples/tire.yaml.")
    ],
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**31 - 1, help="The same seed gives the same conte.")
    ] = None,
    into: Into = Path("films"),
    url: Url = None,
    key: Key = None,
    home: Home = HOME,
    graph: Graph = None,
    port: Port = PORT,
) -> None:
    """Film a brief and save the film, the contact sheet and the conte.

    Without --url a server is started for the command, unless one is running already.
    Ctrl-C cancels the production; a second one leaves at once.
    """
    with said():
        brief, pictures = read_brief(brief_file), pictures_of(brief_file)
        began = time.monotonic()
        with _server(url, home, graph, port) as address, Client(address, key) as client:
            uploaded = {field: client.upload_image(path) for field, path in pictures.items()}
            brief = brief.with_images({**brief.images, **uploaded})
            production = client.create(brief, seed)
            with teller(out, brief) as told:
                told.say(f"production {production.id}, seed {production.seed}")
                production = _watched(client, production, told)
            explain(production)
            if production.state is State.DONE:
                saved = save(client, production, into)
                tell(f"done in {time.monotonic() - began:.1f} s")
                for name, path in saved.items():
                    tell(f"{name:<15}{path}")
    if production.state is not State.DONE:
        raise typer.Exit(FAILED)


@app.command()
def conte(
    production: ProductionId,
    version: Annotated[
        int | None, typer.Option(min=1, help="콘티 1, 2, 3; the newest if left out.")
    ] = None,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    home: Home = HOME,
) -> None:
    """Show the conte of a production as a sheet."""
    with said(), Client(address_of(url, home), key) as client:
        found = client.get(production)
        view = client.conte(production, version or found.version or 1)
        if as_json:
            tell_json(view)
        elif found.brief is None:
            explain(found)
            raise typer.Exit(REFUSED)
        elif out.is_terminal:
            out.print(sheet(found.brief, view))
        else:
            sys.stdout.write(sheet_text(found.brief, view))


@app.command("list")
def listed(
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many, newest first.")] = 20,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    home: Home = HOME,
) -> None:
    """List productions, newest first."""
    with said(), Client(address_of(url, home), key) as client:
        page = client.list(limit=limit, state=state)
        if as_json:
            tell_json(page)
            return
        table = Table(
            id_column("id"), "state", "product", "length", "cuts", "made", box=None, pad_edge=False
        )
        for view in page.productions:
            ready = f"{view.progress.cuts_ready}/{view.progress.cuts or '?'}"
            made = view.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
            brief = view.brief
            product, length = (
                (brief.product.name, f"{brief.duration_s:g} s") if brief else ("unreadable", "?")
            )
            cells = (view.id, view.state.value, product, length, ready, made)
            table.add_row(*map(Text, cells))
        out.print(table if page.productions else "no productions")


@app.command()
def show(
    production: ProductionId,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    home: Home = HOME,
) -> None:
    """Show the state of a production."""
    with said(), Client(address_of(url, home), key) as client:
        view = client.get(production)
        if as_json:
            tell_json(view)
            return
        brief, film = view.brief, view.film
        tell(f"{view.id}  {view.state}")
        if brief is not None:
            tell(f"  {brief.product.name}, {brief.duration_s:g} s, seed {view.seed}")
        for cut in view.cuts:
            made_by = f", {cut.clip.engine.label}" if cut.clip else ""
            reason = f": {cut.failure.reason}" if cut.failure else ""
            tell(f"  cut {cut.cut}  {cut.state}{made_by}{reason}")
        if film:
            tell(f"  film   {film.tier}, {film.num_frames} frames, {film.width}x{film.height}")
        explain(view)


@app.command()
def cancel(production: ProductionId, url: Url = None, key: Key = None, home: Home = HOME) -> None:
    """Cancel a production in progress."""
    with said(), Client(address_of(url, home), key) as client:
        view = client.cancel(production)
        tell("cancelled" if view.state is State.CANCELLED else "being cancelled")


@app.command()
def download(
    production: ProductionId,
    into: Into = Path("films"),
    clips: Annotated[bool, typer.Option("--clips", help="Each cut's clip as well.")] = False,
    url: Url = None,
    key: Key = None,
    home: Home = HOME,
) -> None:
    """Save the film, the contact sheet and the conte of a production."""
    with said(), Client(address_of(url, home), key) as client:
        found = client.get(production)
        if not found.version:
            fail(f"the production is {found.state}; it has no conte yet", REFUSED)
        for name, path in save(client, found, into, clips=clips).items():
            tell(f"{name:<15}{path}")


@keys.command("new")
def key_new(
    tenant: Annotated[str, typer.Option(help="Whose key it is.")],
) -> None:
    """Make an API key. It is shown once; the settings get only its SHA-256."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", tenant):
        fail("--tenant: wanted letters, digits, - . and _, to 63 of them", WRONG)
    key = new_key()
    tell(f"key for {tenant}, shown this once:\n  {key}")
    tell("for the graph's YAML, under args:\n  ingress:\n    api_keys:")
    tell(f"      {key_digest(key)}: {tenant}")


def _watched(client: Client, production: ProductionView, told: Teller) -> ProductionView:
    """Follow the production until it ends. Ctrl-C cancels it and waits until it has stopped."""
    after, asked = 0, False
    while True:
        try:
            for event in client.events(production.id, after):
                after = event.id
                told.tell(event)
            return client.get(production.id)
        except KeyboardInterrupt:
            if asked:
                told.say("left; the production is being cancelled")
                raise
            asked = True
            told.say("Ctrl-C: cancelling the production; press it again to leave at once")
            try:
                client.cancel(production.id)
            except Problem as problem:
                if problem.status != 409:
                    raise
                # The production had just ended: there is nothing to cancel, and its events say how
                # it ended.


@contextmanager
def _server(url: str | None, home: Path, graph: Path | None, port: int) -> Generator[str]:
    """Yield a server's address: the given one, a running one, or one started for this command."""
    local = f"http://{cluster.HOST}:{port}"
    if url is not None or _answers(local):
        yield url or local
    else:
        with ExitStack() as stack:
            with waiting() as on_wait:
                running = cluster.running(_graph(graph), home, port, on_wait)
                address = stack.enter_context(running).url
            yield address


def _answers(url: str) -> bool:
    with Client(url) as client:
        return client.ready


def _graph(graph: Path | None) -> Path:
    """Return the given graph, or the installed one, located without importing it."""
    if graph is not None:
        if not graph.is_file():
            fail(f"{graph}: no such file; --graph wants a Serve config YAML", WRONG)
        return graph
    found = find_spec("graphs")
    folders = (found.submodule_search_locations or ()) if found else ()
    graphs = [Path(folder) / "local.yaml" for folder in folders]
    if not graphs:
        fail("graphs/local.yaml is not installed; name a graph with --graph", WRONG)
    return graphs[0]
