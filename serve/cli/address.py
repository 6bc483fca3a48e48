"""Options that several commands have, and the address of the server that they talk to."""

from pathlib import Path
from typing import Annotated

import typer

from serve import cluster

PORT = 8000

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
ProductionId = Annotated[
    str, typer.Argument(help="Its id, as `sian film` and `sian list` show it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a program.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Run it without asking.")]
Into = Annotated[Path, typer.Option("--out", help="The folder that films go into.")]


def address_of(url: str | None, home: Path) -> str:
    """Return the given address, else that of this home's cluster, else the default one."""
    if url is not None:
        return url
    running = cluster.find(home)
    return running.url if running else f"http://{cluster.HOST}:{PORT}"
