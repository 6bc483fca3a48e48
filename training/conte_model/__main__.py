"""Trains the conte model: from scripts (sft), from preference pairs (dpo), by a reward (grpo).

    python -m training.conte_model --scripts datasets/first --base scratch --out models/first
    sian job -- python -m training.conte_model --scripts /data/first --base /models/mistral \\
        --out /models/a --settings lora.yaml --set workers=8

If it is killed, worker or driver, the same command continues from the last checkpoint. With one
worker on a CPU the result is bit for bit the same.
"""

from pathlib import Path
from typing import Annotated, Never

import typer

from serve.cluster.job_cluster import joined
from serve.job_settings import Changes, SettingsFile, command_of, settings_or_exit
from serve.job_settings.ending import STOPPED, fail, tell, wrong
from training.conte_model.base import Base, OtherFamily, checked_base
from training.conte_model.chats import pairs_of, prompt_versions, samples_of, versions_of_pairs
from training.conte_model.identity import run_identity
from training.conte_model.settings import SCRATCH, SETTINGS, ConteTraining, Settings
from training.scripts.split import SPLITS
from training.whole_folder import MANIFEST, FolderStands

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(cls=command_of(SETTINGS), help=__doc__)
def main(
    scripts: Annotated[Path, typer.Option(help="folder of scripts; of pairs for dpo")],
    base: Annotated[str, typer.Option(help="folder of a checkpoint, or scratch")],
    out: Annotated[Path, typer.Option(help="folder of the model, which must not be there")],
    name: Annotated[str, typer.Option(help="of the run; by default the folder's")] = "",
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    if out.exists() and not (out / MANIFEST).exists():
        wrong(f"--out: {out} is there already and is no model")
    place = base if base == SCRATCH else str(Path(base).expanduser().resolve())
    chosen = settings_or_exit(
        SETTINGS, settings, change, scripts=str(scripts.resolve()), base=place
    )
    if chosen.prompts:
        chosen = chosen.model_copy(update={"prompts": str(Path(chosen.prompts).resolve())})
    learnt = chosen.learnt
    try:
        known = checked_base(learnt)
        versions = _checked_data(learnt)
        SETTINGS.beside(out, chosen)
    except (OtherFamily, ValueError, OSError) as error:
        wrong(str(error))
    tell(f"base: {known.name}, {known.family}, licence {known.licence}")
    _train(chosen, known, versions, out, name or out.name)


def _train(
    chosen: ConteTraining, base: Base, prompts: tuple[str, ...], out: Path, name: str
) -> None:
    settings, storage = chosen.learnt, chosen.storage
    where = storage if "://" in storage else str(Path(storage).resolve())
    with joined(num_cpus=settings.workers * settings.threads + 1):
        from training.conte_model.publishing import BrokenResult, publish
        from training.conte_model.run import OtherRun, Place, RunFailed, run

        try:
            place = Place(where, name, chosen.failures, chosen.tensorboard)
            known = run_identity(settings, base) | {"prompts": list(prompts)}
            ended = run(settings, known, place, tell)
        except OtherRun as error:
            wrong(f"--name: {error}")
        except (RunFailed, OSError) as error:
            _stopped(str(error))
        if ended.stopped:
            tell(f"stopped: {ended.stopped}")
            raise typer.Exit(1)
        if ended.checkpoint is None:
            _stopped("it ended without a checkpoint")
        try:
            with ended.checkpoint.as_directory() as folder:
                publish(settings, base, Path(folder), ended.learned, prompts, out)
        except FolderStands as error:
            wrong(f"--out: {error}")
        except (BrokenResult, OSError) as error:
            _stopped(f"not published: {error}")
    tell(f"{out}: see README.md")


def _checked_data(settings: Settings) -> tuple[str, ...]:
    """Check all rows of both splits before a worker is started; return the versions of the
    prompts."""
    folder, prompts = Path(settings.scripts), settings.prompts_folder
    if settings.method == "dpo":
        pairs = [one for split in SPLITS[:2] for one in pairs_of(folder, split, prompts)]
        return versions_of_pairs(pairs, prompts)
    samples = [one for split in SPLITS[:2] for one in samples_of(folder, split, prompts)]
    return prompt_versions(samples, prompts)


def _stopped(line: str) -> Never:
    fail(f"stopped: {line}\nwhat was learnt is kept: run the same again to go on", STOPPED)


if __name__ == "__main__":
    app()
