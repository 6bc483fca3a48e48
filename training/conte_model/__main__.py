"""Trains the conte model: from scripts (sft), from preference pairs (dpo), by a reward (grpo).

    python -m training.conte_model --scripts datasets/first --base scratch --method sft \\
        --out models/first
    ray job submit -- python -m training.conte_model --scripts /data/first --base /models/mistral \\
        --method sft --tune lora --workers 8 --gpu --bf16 --storage s3://bucket/runs --out /models/a

Killed at any moment, worker or driver, and run again, it goes on from its last checkpoint; with one
worker on a CPU to the very same weights.
Exit codes: 0 published; 1 stopped before its last step, with what to do (what was learnt is kept);
2 wrong settings, data or base.
"""

import sys
from pathlib import Path
from typing import Annotated, Any, Never

import typer
from pydantic import ValidationError

from serve.cluster.job_cluster import joined
from training.conte_model.base import Base, OtherFamily, checked_base
from training.conte_model.chats import pairs_of, prompt_versions, samples_of, versions_of_pairs
from training.conte_model.identity import run_identity
from training.conte_model.settings import Method, Settings, Tune
from training.scripts.split import SPLITS
from training.whole_folder import MANIFEST, FolderStands

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(help=__doc__)
def main(
    scripts: Annotated[Path, typer.Option(help="folder of scripts; of pairs for dpo")],
    base: Annotated[str, typer.Option(help="folder of a checkpoint, or scratch")],
    out: Annotated[Path, typer.Option(help="folder of the model, which must not be there")],
    method: Annotated[Method, typer.Option()] = "sft",
    tune: Annotated[Tune, typer.Option(help="all weights, or an adapter")] = "full",
    prompts: Annotated[
        Path | None, typer.Option(help="folder of ko.md, en.md that ask instead of ours")
    ] = None,
    name: Annotated[str, typer.Option(help="of the run; by default the folder's")] = "",
    storage: Annotated[
        str, typer.Option(help="of checkpoints: a folder that every node reaches, or s3://...")
    ] = ".sian/training",
    settings: Annotated[
        Path | None, typer.Option(help="JSON or YAML of further settings; options win")
    ] = None,
    licence: Annotated[str, typer.Option(help="of the base, where its card has none")] = "",
    epochs: Annotated[float | None, typer.Option(help="passes over the scripts")] = None,
    steps: Annotated[int | None, typer.Option(help="instead of epochs")] = None,
    batch: Annotated[int | None, typer.Option(help="sequences a worker and step")] = None,
    learning_rate: Annotated[float | None, typer.Option()] = None,
    checkpoint_every: Annotated[int | None, typer.Option(help="steps")] = None,
    packing: Annotated[bool, typer.Option(help="several samples in one sequence")] = False,
    bf16: Annotated[bool, typer.Option()] = False,
    gpu: Annotated[bool, typer.Option(help="one a worker")] = False,
    workers: Annotated[int | None, typer.Option(help="processes, on as many nodes as are")] = None,
    threads: Annotated[int | None, typer.Option(help="CPUs a worker")] = None,
    merge: Annotated[bool, typer.Option(help="publish the base with the adapter in it")] = False,
    seed: Annotated[int | None, typer.Option()] = None,
    failures: Annotated[int, typer.Option(min=0, help="how often workers may die")] = 3,
    tensorboard: Annotated[str, typer.Option(help="folder of the curves")] = "",
) -> None:
    if out.exists() and not (out / MANIFEST).exists():
        _wrong(f"--out: {out} is there already and is no model")
    given: dict[str, Any] = {
        "epochs": epochs, "steps": steps, "batch": batch, "learning_rate": learning_rate,
        "checkpoint_every": checkpoint_every, "workers": workers, "threads": threads, "seed": seed,
        "packing": packing or None, "bf16": bf16 or None, "gpu": gpu or None,
        "licence": licence or None,
    }  # fmt: skip
    if prompts is not None:
        given["prompts"] = str(prompts.resolve())
    chosen = _settings(settings, method, tune, scripts, base, merge, given)
    try:
        known = checked_base(chosen)
        versions = _checked_data(chosen)
    except (OtherFamily, ValueError, OSError) as error:
        _wrong(str(error))
    _tell(f"base: {known.name}, {known.family}, licence {known.licence}")
    _train(chosen, known, versions, out, name or out.name, storage, failures, tensorboard)


def _train(
    settings: Settings, base: Base, prompts: tuple[str, ...], out: Path, name: str, storage: str,
    failures: int, tensorboard: str,
) -> None:  # fmt: skip
    where = storage if "://" in storage else str(Path(storage).resolve())
    with joined(num_cpus=settings.workers * settings.threads + 1):
        from training.conte_model.publishing import BrokenResult, publish
        from training.conte_model.run import OtherRun, Place, RunFailed, run

        try:
            place = Place(where, name, failures, tensorboard)
            known = run_identity(settings, base) | {"prompts": list(prompts)}
            ended = run(settings, known, place, _tell)
        except OtherRun as error:
            _wrong(f"--name: {error}")
        except (RunFailed, OSError) as error:
            _stopped(str(error))
        if ended.stopped:
            _tell(f"stopped: {ended.stopped}")
            raise typer.Exit(1)
        if ended.checkpoint is None:
            _stopped("it ended without a checkpoint")
        try:
            with ended.checkpoint.as_directory() as folder:
                publish(settings, base, Path(folder), ended.learned, prompts, out)
        except FolderStands as error:
            _wrong(f"--out: {error}")
        except (BrokenResult, OSError) as error:
            _stopped(f"not published: {error}")
    _tell(f"{out}: see README.md")


def _settings(
    file: Path | None, method: Method, tune: Tune, scripts: Path, base: str, merge: bool,
    given: dict[str, Any],
) -> Settings:  # fmt: skip
    values: dict[str, Any] = {}
    try:
        if file is not None:
            import yaml

            values = yaml.safe_load(file.read_text("utf-8")) or {}
        values |= {name: value for name, value in given.items() if value is not None}
        values |= {"method": method, "tune": tune, "scripts": str(scripts.resolve())}
        values |= {"base": base if base == "scratch" else str(Path(base).expanduser().resolve())}
        if merge:
            values["lora"] = values.get("lora", {}) | {"merge": True}
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        _wrong(f"{place}: {first['msg']}" if place else first["msg"])
    except (OSError, ValueError, TypeError) as error:
        _wrong(f"--settings: {error}")


def _checked_data(settings: Settings) -> tuple[str, ...]:
    """Every row of what is learnt and validated, before a worker is started for it."""
    folder, prompts = Path(settings.scripts), settings.prompts_folder
    if settings.method == "dpo":
        pairs = [one for split in SPLITS[:2] for one in pairs_of(folder, split, prompts)]
        return versions_of_pairs(pairs, prompts)
    samples = [one for split in SPLITS[:2] for one in samples_of(folder, split, prompts)]
    return prompt_versions(samples, prompts)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _stopped(line: str) -> Never:
    _tell(f"stopped: {line}\nwhat was learnt is kept: run the same again to go on")
    raise typer.Exit(1)


def _wrong(line: str) -> Never:
    _tell(line)
    raise typer.Exit(2)


if __name__ == "__main__":
    app()
