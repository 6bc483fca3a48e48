"""The closed loop on one machine: from product types to a film by models that were trained in it.

    python -m training.loop --home .sian/loop
    python -m training.loop --home .sian/loop-short --settings training/loop/loop-short.yaml

Product types -> scripts by the composer -> a small conte model from scratch, judged, promoted,
served by vLLM -> films -> captions -> latents -> an adapter of a small video model, judged,
promoted, served by diffusers -> a film of a held-out brief (with a combination of product and mood
that was not learnt), and a page.

If it is killed, the same command continues with the interrupted step.

Exit codes: 0 done; 1 a step stopped (run it again), or a goal was missed (the page says which);
2 a wrong recipe, or a home of another one.
"""

from pathlib import Path
from typing import Annotated

import typer

from serve.cluster import BootError
from serve.job_settings import Changes, command_of, settings_or_exit
from serve.job_settings.ending import fail, tell
from training.loop.loop import Loop
from training.loop.page import write_page
from training.loop.recipe import SETTINGS
from training.loop.steps import OtherLoop, StepFailed

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
RECIPE = Path(__file__).with_name("loop.yaml")


@app.command(cls=command_of(SETTINGS), help=__doc__)
def main(
    home: Annotated[Path, typer.Option(help="folder of all that is made")],
    settings: Annotated[
        Path,
        typer.Option("--settings", "--recipe", help="how much is learnt, filmed and judged"),
    ] = RECIPE,
    change: Changes = None,
    port: Annotated[int, typer.Option(help="of the cluster that serves what was learnt")] = 8000,
    jobs_port: Annotated[int, typer.Option(help="where it takes its jobs")] = 8265,
) -> None:
    home = home.absolute()
    chosen = settings_or_exit(SETTINGS, settings, change)
    try:
        conte = settings.with_name(chosen.conte)
        loop = Loop(chosen, conte, home, port, jobs_port, tell)
        SETTINGS.within(home, chosen)
    except (OtherLoop, OSError) as error:
        fail(str(error), 2)
    try:
        loop.run()
        page = write_page(home, loop)
    except (StepFailed, BootError, OSError, ValueError) as error:
        fail(f"stopped: {error}\nwhat was made is kept: run the same again to go on", 1)
    tell(f"{home / 'film'}\n{page}")
    if missed := loop.missed:
        fail(f"missed: {'; '.join(missed)}", 1)


if __name__ == "__main__":
    app()
