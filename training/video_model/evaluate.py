"""Compares a trained video model with its base on held-out clips.

    python -m training.video_model.evaluate --run runs/a --model runs/a/adapter-00001000 \\
        --base models/wan --out evaluation.json

Each clip's loss is measured with the same noise and times for both models, so that the two can be
compared clip by clip. The loss shows how well a model knows such films, not how good its clips
look; for that, see `training.films`.

Exit codes: 0 judged; 2 something is wrong.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from conte.frozen import digest
from serve.job_settings.ending import wrong
from serve.registry.entry import ItemScores
from serve.registry.interval import difference
from serve.revision import revision_of
from serve.whole import write_whole
from training.measured import AGAINST, MEASURED
from training.video_model.batch_reading import BatchReader
from training.video_model.cache import CachedSample, TensorFolder
from training.video_model.cache.index import read_index
from training.video_model.errors import TrainingStopped
from training.video_model.families.loading import load_family, load_transformer
from training.video_model.loss import fixed_losses
from training.video_model.precision import computing, is_half
from training.video_model.run import Run
from training.video_model.settings import VideoTraining
from training.whole_folder import MANIFEST, check_whole

REVISION = 1
"""Revision of the measurement of a loss at fixed noise; to be raised when it changes."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def fixed_losses_of(
    run: Run, transformer: Any, samples: Sequence[CachedSample], empty_text: str, device: str
) -> list[float]:
    """Return the loss of each sample, in order."""
    family = load_family(run.base, run.settings, device, encodes=False)
    reader = BatchReader(TensorFolder(run.cache), empty_text)
    transformer.eval()
    half = computing(device, half=is_half(run.settings, device))
    with torch.no_grad(), half:
        return [
            float(fixed_losses(family, transformer, reader.read([one]), [one.latents], device)[0])
            for one in samples
        ]


def evaluated(run: Run, model: Path, device: str) -> tuple[ItemScores, ItemScores]:
    """Return the scores of the trained model and of its base. `value` is the negative loss, so that
    higher is better.

    Raises:
        ValueError: if no clip was held out, or a folder is incomplete.
        TrainingStopped: if the index is broken.
    """
    index = read_index(run.index_path)
    if index is None or not index.kept():
        raise ValueError(f"{run.index_path}: no clips were kept for judging (data.valid)")
    kept = index.kept()
    dtype = torch.bfloat16 if is_half(run.settings, device) else torch.float32
    base = load_transformer(run.base, run.settings, device, dtype)
    before = fixed_losses_of(run, base, kept, index.empty_text, device)
    if run.settings.method == "lora":
        # Loaded as in the served pipeline, with the rank and alpha from its file.
        base.load_lora_adapter(str(model), weight_name=_weights(model), prefix="transformer")
        trained = base
    else:
        trained = load_transformer(str(model), run.settings, device, dtype)
    after = fixed_losses_of(run, trained, kept, index.empty_text, device)
    told = [
        REVISION, revision_of(Path(run.base)), run.settings.expert,
        str(dtype), device.partition(":")[0],
        [[one.clip, one.latents, one.text] for one in kept],
    ]  # fmt: skip

    def measured(losses: list[float]) -> ItemScores:
        return ItemScores(
            fixed_set=digest(told),
            ids=tuple(one.clip for one in kept),
            groups=tuple(one.clip.rpartition("#")[0] for one in kept),
            scores={"value": tuple(-loss for loss in losses)},
        )

    return measured(after), measured(before)


def _weights(model: Path) -> str:
    (found,) = (path.name for path in model.glob("*.safetensors"))
    return found


@app.command(help=__doc__)
def main(
    run: Annotated[Path, typer.Option(help="folder of the run, with its cached samples")],
    model: Annotated[Path, typer.Option(help="the adapter or checkpoint that it made")],
    base: Annotated[Path, typer.Option(help="folder of the checkpoint it began with")],
    out: Annotated[Path, typer.Option(help="JSON file of the losses of each clip")],
    cache: Annotated[Path | None, typer.Option(help="latents and embeddings [RUN/cache]")] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda or cuda:1")] = "cpu",
) -> None:
    try:
        check_whole(model)
        settings = json.loads((model / MANIFEST).read_text("utf-8"))["settings"]
        chosen = VideoTraining.model_validate(settings)
        where = Run(str(base.absolute()), run.absolute(), (cache or run / "cache"), chosen)
        trained, before = evaluated(where, model, device)
    except (ValueError, OSError, KeyError, TrainingStopped) as error:
        wrong(str(error))
    told = {
        name: one.model_dump(mode="json") for name, one in ((MEASURED, trained), (AGAINST, before))
    }
    write_whole(out, json.dumps(told, indent=1))
    mine, theirs = trained.scores["value"], before.scores["value"]
    less = difference(mine, theirs, trained.groups)
    print(
        f"loss on {len(mine)} clips that were not learnt: {-sum(mine) / len(mine):.4f}, before"
        f" {-sum(theirs) / len(theirs):.4f}, less by {less}"
    )


if __name__ == "__main__":
    app()
