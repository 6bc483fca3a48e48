"""The command line: briefs in, films out. Talks to the server through the client alone.

Exit codes: 0 done; 1 the production failed or was cancelled; 2 the brief or the command is wrong;
3 no server answers, or none could be started; 4 the server refused; 130 stopped by Ctrl-C.
"""

import re
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from conte.production import State
from serve import cluster
from serve.brief_file import BriefFileError, read_brief
from serve.client import Client, NotReachable, Problem
from serve.conte_sheet import sheet, sheet_text
from serve.ingress.views import ProductionView
from serve.keys import key_digest, new_key
from serve.progress import Teller, teller

FAILED, WRONG, NO_SERVER, REFUSED, INTERRUPTED = 1, 2, 3, 4, 130

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

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Url = Annotated[
    str | None,
    typer.Option(envvar="SIAN_URL", help="The server; without it, the one on this machine."),
]
Key = Annotated[
    str | None, typer.Option("--key", envvar="SIAN_API_KEY", help="Your API key, if it wants one.")
]
Home = Annotated[
    Path, typer.Option(envvar="SIAN_HOME", help="Where ledger, vault and logs of `sian up` lie.")
]
Graph = Annotated[
    Path | None,
    typer.Option(envvar="SIAN_GRAPH", help="The graph to serve: a Serve config YAML."),
]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Where to serve, on 127.0.0.1.")]
ProductionId = Annotated[
    str, typer.Argument(help="Its id, as `sian film` and `sian list` show it.")
]

HOME = Path(".sian")
PORT = 8000


@app.command()
def up(home: Home = HOME, graph: Graph = None, port: Port = PORT) -> None:
    """Start a server on this machine, and leave it running."""
    with _said():
        before = cluster.find(home)
        running = before or _boot(home, graph, port)
        _tell(f"{'already ' if before else ''}serving on {running.url}")
        _tell(f"the API is described on {running.url}/docs")
        _tell("stop it with: sian down")


@app.command()
def down(home: Home = HOME) -> None:
    """Stop the server that `sian up` started."""
    _tell("stopped" if cluster.down(home) else "nothing was running")


@app.command()
def film(
    brief_file: Annotated[
        Path, typer.Argument(metavar="BRIEF", help="A YAML or JSON file; see examples/tire.yaml.")
    ],
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**31 - 1, help="The same seed gives the same conte.")
    ] = None,
    into: Annotated[Path, typer.Option("--out", help="The folder that films go into.")] = Path(
        "films"
    ),
    url: Url = None,
    key: Key = None,
    home: Home = HOME,
    graph: Graph = None,
    port: Port = PORT,
) -> None:
    """Film a brief and save the film, the contact sheet and the conte.

    Without --url a server is started for the occasion, unless one is running already.
    Ctrl-C cancels the production; a second one leaves at once.
    """
    with _said():
        brief = read_brief(brief_file)
        began = time.monotonic()
        with _server(url, home, graph, port) as address, Client(address, key) as client:
            production = client.create(brief, seed)
            with teller(out, brief) as told:
                told.say(f"production {production.id}, seed {production.seed}")
                production = _watched(client, production, told)
            _explain(production)
            if production.state is State.DONE:
                saved = _save(client, production, into)
                _tell(f"done in {time.monotonic() - began:.1f} s")
                for name, path in saved.items():
                    _tell(f"{name:<15}{path}")
    if production.state is not State.DONE:
        raise typer.Exit(FAILED)


@app.command()
def conte(
    production: ProductionId,
    version: Annotated[
        int | None, typer.Option(min=1, help="콘티 1, 2, 3; the newest if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for a program.")] = False,
    url: Url = None,
    key: Key = None,
    home: Home = HOME,
) -> None:
    """Show the conte of a production as a sheet."""
    with _said(), Client(_address(url, home), key) as client:
        found = client.get(production)
        view = client.conte(production, version or found.version or 1)
        if as_json:
            sys.stdout.write(view.model_dump_json(indent=2) + "\n")
        elif out.is_terminal:
            out.print(sheet(found.brief, view))
        else:
            sys.stdout.write(sheet_text(found.brief, view))


@app.command("list")
def listed(
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many, newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for a program.")] = False,
    url: Url = None,
    key: Key = None,
    home: Home = HOME,
) -> None:
    """List productions, newest first."""
    with _said(), Client(_address(url, home), key) as client:
        page = client.list(limit=limit, state=state)
        if as_json:
            sys.stdout.write(page.model_dump_json(indent=2) + "\n")
            return
        table = Table("id", "state", "product", "length", "cuts", "made", box=None, pad_edge=False)
        for view in page.productions:
            ready = f"{view.progress.cuts_ready}/{view.progress.cuts or '?'}"
            made = view.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
            cells = (view.id, view.state.value, view.brief.product.name,
                     f"{view.brief.duration_s:g} s", ready, made)  # fmt: skip
            table.add_row(*map(Text, cells))
        out.print(table if page.productions else "no productions")


@app.command()
def show(
    production: ProductionId,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for a program.")] = False,
    url: Url = None,
    key: Key = None,
    home: Home = HOME,
) -> None:
    """Show where a production stands."""
    with _said(), Client(_address(url, home), key) as client:
        view = client.get(production)
        if as_json:
            sys.stdout.write(view.model_dump_json(indent=2) + "\n")
            return
        brief, film = view.brief, view.film
        _tell(f"{view.id}  {view.state}")
        _tell(f"  {brief.product.name}, {brief.duration_s:g} s, seed {view.seed}")
        for cut in view.cuts:
            made_by = f", {cut.clip.engine.label}" if cut.clip else ""
            reason = f": {cut.failure.reason}" if cut.failure else ""
            _tell(f"  cut {cut.cut}  {cut.state}{made_by}{reason}")
        if film:
            _tell(f"  film   {film.tier}, {film.num_frames} frames, {film.width}x{film.height}")
        _explain(view)


@app.command()
def cancel(production: ProductionId, url: Url = None, key: Key = None, home: Home = HOME) -> None:
    """Cancel a production that is under way."""
    with _said(), Client(_address(url, home), key) as client:
        view = client.cancel(production)
        _tell("cancelled" if view.state is State.CANCELLED else "being cancelled")


@app.command()
def download(
    production: ProductionId,
    into: Annotated[Path, typer.Option("--out", help="The folder that films go into.")] = Path(
        "films"
    ),
    clips: Annotated[bool, typer.Option("--clips", help="Each cut's clip as well.")] = False,
    url: Url = None,
    key: Key = None,
    home: Home = HOME,
) -> None:
    """Save the film, the contact sheet and the conte of a production."""
    with _said(), Client(_address(url, home), key) as client:
        found = client.get(production)
        if not found.version:
            _fail(f"the production is {found.state}; it has no conte yet", REFUSED)
        for name, path in _save(client, found, into, clips=clips).items():
            _tell(f"{name:<15}{path}")


@keys.command("new")
def key_new(
    tenant: Annotated[str, typer.Option(help="Whose key it is.")],
) -> None:
    """Make an API key. It is shown once; the settings get only its SHA-256."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", tenant):
        _fail("--tenant: wanted letters, digits, - . and _, to 63 of them", WRONG)
    key = new_key()
    _tell(f"key for {tenant}, shown this once:\n  {key}")
    _tell("for the graph's YAML, under args:\n  ingress:\n    api_keys:")
    _tell(f"      {key_digest(key)}: {tenant}")


def _watched(client: Client, production: ProductionView, told: Teller) -> ProductionView:
    """The production when it has ended. Ctrl-C cancels it and goes on watching until it stops."""
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
                # It had just ended: there is nothing to cancel, and its story says how it ended.


def _save(
    client: Client, production: ProductionView, into: Path, *, clips: bool = False
) -> dict[str, Path]:
    number = production.version
    folder = into / _folder_name(production)
    view = client.conte(production.id, number)
    saved: dict[str, Path] = {}

    def fetch(name: str, what: str, file: str) -> None:
        saved[name] = client.download(production.id, number, what, folder / file)

    def write(name: str, text: str, file: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
        saved[name] = folder / file

    if production.film:
        fetch("film", "film", "film.mp4")
        fetch("contact sheet", "sheet.png", "sheet.png")
        fetch("poster", "poster.png", "poster.png")
    write("conte", sheet_text(production.brief, view), "conte.txt")
    write("conte as JSON", view.model_dump_json(indent=2) + "\n", "conte.json")
    if clips:
        for cut in production.cuts:
            if cut.clip:
                fetch(f"cut {cut.cut}", f"cuts/{cut.cut}/clip", f"cut-{cut.cut}.mp4")
    return saved


def _folder_name(production: ProductionView) -> str:
    name = re.sub(r"[^\w]+", "-", production.brief.product.name).strip("-") or "film"
    return f"{name[:40]}-{production.id[-6:]}"


def _explain(production: ProductionView) -> None:
    if production.state is State.FAILED and production.failure:
        failure = production.failure
        where = f"cut {failure.cut}" if failure.cut else f"the {failure.stage}"
        times = f" after {failure.attempts} attempts" if failure.attempts > 1 else ""
        err.print(Text(f"{where} failed{times}: {failure.reason}"), soft_wrap=True)
    elif production.state is State.CANCELLED:
        err.print("cancelled")


@contextmanager
def _server(url: str | None, home: Path, graph: Path | None, port: int) -> Generator[str]:
    """The address to film at: the one given, one that answers, or one started for the occasion."""
    local = f"http://{cluster.HOST}:{port}"
    if url is not None or _answers(local):
        yield url or local
    else:
        with ExitStack() as stack:
            with _waiting() as on_wait:
                running = cluster.running(_graph(graph), home, port, on_wait)
                address = stack.enter_context(running)
            yield address


def _answers(url: str) -> bool:
    with Client(url) as client:
        return client.ready


def _boot(home: Path, graph: Path | None, port: int) -> cluster.Running:
    with _waiting() as on_wait:
        return cluster.up(_graph(graph), home, port, on_wait)


@contextmanager
def _waiting() -> Generator[Callable[[str], None]]:
    """Somewhere to say what is being waited for: a spinner, or one line on a pipe."""
    first = "starting the cluster"
    if not out.is_terminal:
        _tell(first)
        yield lambda _: None
        return
    with out.status(first) as status:
        yield status.update


def _address(url: str | None, home: Path) -> str:
    if url is not None:
        return url
    running = cluster.find(home)
    return running.url if running else f"http://{cluster.HOST}:{PORT}"


def _graph(graph: Path | None) -> Path:
    """The graph given, or the one that comes with the install; found, not imported."""
    if graph is not None:
        if not graph.is_file():
            _fail(f"{graph}: no such file; --graph wants a Serve config YAML", WRONG)
        return graph
    found = find_spec("graphs")
    for folder in (found.submodule_search_locations or ()) if found else ():
        if (Path(folder) / "local.yaml").is_file():
            return Path(folder) / "local.yaml"
    _fail("graphs/local.yaml is not installed; name a graph with --graph", WRONG)
    raise AssertionError


@contextmanager
def _said() -> Generator[None]:
    """Whatever goes wrong, in a sentence, with the exit code that says the same."""
    try:
        yield
    except BriefFileError as error:
        _fail(str(error), WRONG)
    except cluster.BootError as error:
        _fail(str(error), NO_SERVER)
    except NotReachable as error:
        _fail(f"{error}; start a server with: sian up", NO_SERVER)
    except Problem as problem:
        lines = [f"{found.field}: {found.wanted}" for found in problem.errors] or [str(problem)]
        if problem.retry_after_s is not None:
            lines.append(f"try again in {problem.retry_after_s:g} s")
        _fail("\n".join(lines), REFUSED)
    except OSError as error:
        _fail(f"{error.filename or 'this machine'}: {error.strerror or error}", FAILED)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def _tell(text: str) -> None:
    out.print(Text(text), soft_wrap=True)


def _fail(text: str, code: int) -> Any:
    err.print(Text(text), soft_wrap=True)
    raise typer.Exit(code)


def main() -> None:
    app()
