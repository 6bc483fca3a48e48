"""Train a video model on captioned clips. Any number of times, until it is done:

    python -m training.video_model --dataset captions/datasets/clips --base models/wan --out runs/a
    ray job submit -- python -m training.video_model --dataset s3://... --base /models/wan --out ...

`--out` and `--base` are folders that every node of the cluster sees.
"""

import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
import yaml
from pydantic import ValidationError

from serve.cluster.job_cluster import joined
from training.video_model.errors import TrainingStopped
from training.video_model.settings import VideoTraining

STOPPED, WRONG = 1, 2
EPILOG = (
    "Exit codes: 0 trained; 1 stopped, with the reason, and what was made stands; 2 the command or "
    "its settings are wrong."
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(help=__doc__, epilog=EPILOG)
def main(
    dataset: Annotated[str, typer.Option(help="a published dataset: a folder or s3://...")],
    base: Annotated[str, typer.Option(help="folder of a checkpoint of Wan, LTX or CogVideoX")],
    out: Annotated[Path, typer.Option(help="folder of the run; the same one goes on with it")],
    settings: Annotated[
        Path | None, typer.Option(help="YAML; see training/video_model/settings.py")
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", help="one setting over the file's, as data.condition=reference"),
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(help="latents and embeddings; runs may share it [OUT/cache]")
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="a Ray cluster; inside a job it is known already")
    ] = None,
) -> None:
    chosen = _settings(settings, change or [])
    try:
        with joined(address):
            # They bring PyTorch with them, which Ray must not wait for.
            from training.video_model.cache.building import encode_on_ray
            from training.video_model.job import run_job
            from training.video_model.running import train_on_ray

            run_job(
                dataset, base, out, chosen, _tell, encode=encode_on_ray, fit=train_on_ray,
                cache=cache,
            )  # fmt: skip
    except TrainingStopped as error:
        _fail(f"stopped: {error}", STOPPED)
    except ValueError as error:
        _fail(str(error), WRONG)


def _settings(path: Path | None, changes: list[str]) -> VideoTraining:
    try:
        given: Any = yaml.safe_load(path.read_text("utf-8")) or {} if path else {}
        if not isinstance(given, dict):
            raise ValueError(f"--settings: {path} is no mapping of settings")
        for change in changes:
            name, equals, value = change.partition("=")
            if not equals:
                raise ValueError(f"--set: {change} names no value, wanted name=value")
            part = given
            *outer, last = name.split(".")
            for each in outer:
                part = part.setdefault(each, {})
            part[last] = yaml.safe_load(value)
        return VideoTraining.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "settings"
        _fail(f"{place}: {first['msg']}", WRONG)
    except (OSError, ValueError, yaml.YAMLError) as error:
        _fail(str(error), WRONG)


def _tell(line: str) -> None:
    print(line, flush=True)


def _fail(line: str, code: int) -> NoReturn:
    print(line, file=sys.stderr, flush=True)
    raise typer.Exit(code)


if __name__ == "__main__":
    app()
