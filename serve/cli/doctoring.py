"""The command `doctor`: checks everything that a cluster needs, and says how to mend it."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from serve.cli.address import PORT, Home
from serve.cli.terminal import FAILED, said, tell


def doctor(
    home: Home = Path(".sian"),
    graph: Annotated[
        Path | None,
        typer.Option(
            envvar="SIAN_GRAPH", exists=True, dir_okay=False, help="The graph to look at."
        ),
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it serves.")] = PORT,
    node: Annotated[bool, typer.Option("--node", help="This server as a cluster's node.")] = False,
    head_env: Annotated[
        Path | None, typer.Option(help="The head's environment; /etc/sian/head.env if it is there.")
    ] = None,
    cluster_file: Annotated[
        Path | None, typer.Option("--cluster", help="cluster.yaml, as it stands or rendered.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for a program.")] = False,
) -> None:
    """Check ledger, vault, platform, Ray, ports, disk, memory, fonts and engines.

    Changes nothing: it deletes the file that it puts into the vault. Exit code 1: something is
    wrong.
    """
    # Imported here: no other command needs the database, the vault and the platform at once.
    from serve.doctor.examination import Examination

    with said():
        lines = Examination(home, graph, port, os.environ, node, head_env, cluster_file).lines()
        faults = sum(line.state == "wrong" for line in lines)
        if as_json:
            sys.stdout.write(json.dumps([asdict(one) for one in lines], ensure_ascii=False) + "\n")
        else:
            for line in lines:
                tell(f"{line.state:<7}{line.part:<10}{line.said}")
                if line.todo:
                    tell(f"{'':<17}-> {line.todo}")
            tell("nothing is wrong" if not faults else f"wrong: {faults}")
    if faults:
        raise typer.Exit(FAILED)
