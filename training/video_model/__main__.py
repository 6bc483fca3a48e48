"""Trains a video model on captioned clips. Repeat the command until it is done:

    python -m training.video_model --dataset captions/datasets/clips --base models/wan --out runs/a
    ray job submit -- python -m training.video_model --dataset s3://... --base /models/wan --out ...

`--out` and `--base` are folders that every node of the cluster reaches.
"""

from pathlib import Path
from typing import Annotated

import typer

from serve.cluster.job_cluster import joined
from serve.job_settings import Changes, SettingsFile, command_of, settings_or_exit
from serve.job_settings.ending import fail
from training.video_model.errors import TrainingStopped
from training.video_model.settings import SETTINGS

STOPPED, WRONG = 1, 2
EPILOG = (
    "Exit codes: 0 trained; 1 stopped, with the reason, and what was made stands; 2 the command or "
    "its settings are wrong."
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(cls=command_of(SETTINGS), help=__doc__, epilog=EPILOG)
def main(
    dataset: Annotated[str, typer.Option(help="a published dataset: a folder or s3://...")],
    base: Annotated[str, typer.Option(help="folder of a checkpoint of Wan, LTX or CogVideoX")],
    out: Annotated[Path, typer.Option(help="folder of the run; the same one goes on with it")],
    cache: Annotated[
        Path | None, typer.Option(help="latents and embeddings; runs may share it [OUT/cache]")
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="a Ray cluster; inside a job it is known already")
    ] = None,
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    chosen = settings_or_exit(SETTINGS, settings, change)
    try:
        SETTINGS.beside(out, chosen)
        with joined(address):
            # Imported here, because they import PyTorch, for which Ray's start must not wait.
            from training.video_model.cache.building import encode_on_ray
            from training.video_model.job import run_job
            from training.video_model.running import train_on_ray

            run_job(
                dataset, base, out, chosen, _tell, encode=encode_on_ray, fit=train_on_ray,
                cache=cache,
            )  # fmt: skip
    except TrainingStopped as error:
        fail(f"stopped: {error}", STOPPED)
    except (ValueError, OSError) as error:
        fail(str(error), WRONG)


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    app()
