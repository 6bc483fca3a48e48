"""Trains a small conte model from scratch on the composer's scripts, and compares it with the
untrained model.

    python -m training.loop.conte --settings training/loop/conte.yaml --home .sian/loop/conte

`--home` then contains `scripts/`, `model/` (for vLLM), `evaluation.json` (scores of both models for
every held-out brief) and `report.html`. Each step is a separate job; if it is killed, the same
command continues there.

Exit codes: 0 done; 1 a step stopped (run it again); 2 a wrong recipe, or a home of another one.
"""

import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Never

import typer
import yaml

from serve.job_settings import Changes, command_of, effective, settings_or_exit
from serve.job_settings.ending import STOPPED, fail, tell, wrong
from serve.pages.fonts import fonts_beside
from serve.whole import write_whole
from training.loop.recipe import CONTE_SETTINGS, Recipe, WrongRecipe
from training.loop.report import report_html
from training.whole_folder import MANIFEST

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
SCRIPTS, MODEL, EVALUATION, REPORT = "scripts", "model", "evaluation.json", "report.html"
RECIPE = Path(__file__).with_name("conte.yaml")
_BEGUN = "recipe.json"


@app.command(cls=command_of(CONTE_SETTINGS), help=__doc__)
def main(
    home: Annotated[Path, typer.Option(help="folder of all that is made")],
    settings: Annotated[
        Path, typer.Option("--settings", "--recipe", help="what is ordered, learnt, judged")
    ] = RECIPE,
    change: Changes = None,
    storage: Annotated[str, typer.Option(help="of checkpoints; by default under --home")] = "",
) -> None:
    chosen = settings_or_exit(CONTE_SETTINGS, settings, change)
    try:
        _begin(chosen, home)
    except (WrongRecipe, OSError) as error:
        wrong(str(error))
    scripts, model, evaluation = home / SCRIPTS, home / MODEL, home / EVALUATION
    if not (scripts / MANIFEST).is_file():
        _do("scripts", "training.scripts", _ordering(chosen, home))
    if not (model / MANIFEST).is_file():
        train = home / "train.yaml"
        train.write_text(yaml.safe_dump(chosen.train), "utf-8")
        _do("training", "training.conte_model", [
            "--scripts", str(scripts), "--base", "scratch", "--settings", str(train),
            "--set", f"storage={storage or home / 'runs'}", "--name", "conte", "--out", str(model),
        ])  # fmt: skip
    if not evaluation.is_file():
        judging = home / "evaluate.yaml"
        asked = chosen.evaluate.model_dump(exclude={"valid", "passes"})
        judging.write_text(yaml.safe_dump(asked), "utf-8")
        _do("evaluation", "training.conte_model.evaluate", [
            "--model", str(model), "--scripts", str(scripts), "--against", "scratch",
            "--out", str(evaluation), "--settings", str(judging),
        ])  # fmt: skip
    try:
        write_whole(home / REPORT, report_html(scripts, model, evaluation))
        fonts_beside(home / REPORT)
    except (OSError, ValueError) as error:
        _stopped(str(error))
    tell(f"{home / REPORT}")


def _ordering(recipe: Recipe, home: Path) -> list[str]:
    records = (home / "scripts.db").resolve()
    ordered = home / "order.yaml"
    ordered.write_text(effective(recipe.scripts), "utf-8")
    return [
        "--name", "loop", "--out", str(home / SCRIPTS), "--records", f"sqlite:///{records}",
        "--settings", str(ordered),
    ]  # fmt: skip


def _begin(recipe: Recipe, home: Path) -> None:
    """Store the recipe in the home, or check that it is the same.

    Raises:
        WrongRecipe: if the home was begun with another recipe.
    """
    home.mkdir(parents=True, exist_ok=True)
    begun, text = home / _BEGUN, recipe.model_dump_json(indent=1)
    if begun.is_file() and begun.read_text("utf-8") != text:
        raise WrongRecipe(f"--home: {home} was begun with another recipe; take another folder")
    write_whole(begun, text)


def _do(what: str, module: str, options: list[str]) -> None:
    began = time.monotonic()
    tell(f"{what}: python -m {module} {' '.join(options)}")
    ended = subprocess.run([sys.executable, "-m", module, *options], check=False)
    if ended.returncode == 2:
        wrong(f"{what}: wrong settings, see above")
    if ended.returncode:
        _stopped(f"{what} ended with {ended.returncode}")
    tell(f"{what}: done in {time.monotonic() - began:.0f} s")


def _stopped(line: str) -> Never:
    fail(f"stopped: {line}\nwhat was made is kept: run the same again to go on", STOPPED)


if __name__ == "__main__":
    app()
