"""`sian cluster`: commands for operators of several machines, on cluster.yaml."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from serve.cli.terminal import WRONG, fail, said, tell
from serve.ncp.rendering import NotRendered, rendered
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
