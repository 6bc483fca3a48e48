"""Terminal output: sentences, a spinner, exit codes. Knows no command."""

import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import NoReturn

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Column
from rich.text import Text

from conte.production import State
from serve.cli.brief_file import BriefFileError
from serve.client import NotReachable, Problem
from serve.cluster import BootError
from serve.connection import AnswerLost
from serve.ingress.fields import FieldError
from serve.ingress.views import ProductionView

FAILED, WRONG, NO_SERVER, REFUSED, INTERRUPTED = 1, 2, 3, 4, 130

ID_LENGTH = len("prd_") + 26
"""Characters of a production's id."""

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@contextmanager
def said() -> Generator[None]:
    """Print errors as a sentence and exit with the matching code."""
    # SIGTERM cleans up like Ctrl-C: a cluster started for this command is stopped.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except BriefFileError as error:
        fail(str(error), WRONG)
    except BootError as error:
        fail(str(error), NO_SERVER)
    except AnswerLost as error:
        fail(str(error), NO_SERVER)
    except NotReachable as error:
        fail(f"{error}; start a server with: sian up", NO_SERVER)
    except Problem as problem:
        lines = [_line(found, problem.detail) for found in problem.errors] or [str(problem)]
        if problem.retry_after_s is not None:
            lines.append(f"try again in {problem.retry_after_s:g} s")
        fail("\n".join(lines), REFUSED)
    except OSError as error:
        fail(f"{error.filename or 'this machine'}: {error.strerror or error}", FAILED)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _line(found: FieldError, detail: str) -> str:
    """Return what is wrong with a field; a refusal's sentence already names the place."""
    return detail if found.wanted == detail else f"{found.field}: {found.wanted}"


def id_column(heading: str) -> Column:
    """Return a column of ids that is never cut short: a pipe is taken for 80 characters wide."""
    return Column(heading, no_wrap=True, min_width=ID_LENGTH)


def tell(text: str) -> None:
    out.print(Text(text), soft_wrap=True)


def tell_json(view: BaseModel) -> None:
    """Print the server's response unchanged, for `--json`."""
    sys.stdout.write(view.model_dump_json(indent=2) + "\n")


def fail(text: str, code: int) -> NoReturn:
    err.print(Text(text), soft_wrap=True)
    raise typer.Exit(code)


@contextmanager
def waiting() -> Generator[Callable[[str], None]]:
    """Yield a function that shows the current wait in a spinner; on a pipe, print one line."""
    first = "starting the cluster"
    if not out.is_terminal:
        tell(first)
        yield lambda _: None
        return
    with out.status(first) as status:
        yield status.update


def explain(production: ProductionView) -> None:
    if production.state is State.FAILED and production.failure:
        failure = production.failure
        where = f"cut {failure.cut}" if failure.cut else f"the {failure.stage}"
        times = f" after {failure.attempts} attempts" if failure.attempts > 1 else ""
        err.print(Text(f"{where} failed{times}: {failure.reason}"), soft_wrap=True)
    elif production.state is State.CANCELLED:
        err.print("cancelled")
