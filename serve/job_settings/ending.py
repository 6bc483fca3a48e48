"""Lines on stderr, and the exit codes, of every job's command."""

import sys
from typing import NoReturn

import typer

STOPPED, WRONG = 1, 2
"""Exit codes: the job stopped, and may be run again; its command, settings or data are wrong."""


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def fail(line: str, code: int) -> NoReturn:
    tell(line)
    raise typer.Exit(code)


def wrong(line: str) -> NoReturn:
    fail(line, WRONG)
