"""The job: a dataset and a base model -> cached samples -> a trained adapter and its report."""

from collections.abc import Callable
from pathlib import Path

from serve.dataset import Dataset, NotWhole
from training.video_model.cache.building import Encode, EncodingWork, build_index
from training.video_model.errors import TrainingStopped
from training.video_model.families.loading import base_of
from training.video_model.rendering import captions_to_encode
from training.video_model.report import write_report
from training.video_model.run import Run
from training.video_model.samples import samples_of
from training.video_model.settings import VideoTraining
from training.video_model.shapes import legal_lengths

Say = Callable[[str], None]


def run_job(
    dataset_url: str,
    base: str,
    out: Path,
    settings: VideoTraining,
    say: Say,
    *,
    encode: Encode,
    fit: Callable[[Run, Say], Path],
    cache: Path | None = None,
) -> Path:
    """Train, and return the folder of the result. The same call again resumes a killed run.

    Raises:
        ValueError: if a setting does not suit the base, or the dataset cannot be opened.
        TrainingStopped: with the reason; what was made so far is kept.
    """
    # Absolute paths, because ranks work in other folders.
    base = str(Path(base).expanduser().absolute())
    if "://" not in dataset_url:
        dataset_url = str(Path(dataset_url).absolute())
    _, row = base_of(base, settings)
    legal_lengths(row, settings.data)
    try:
        dataset = Dataset.open(dataset_url)
        samples, left_out = samples_of(dataset.rows(), row, settings.data)
    except NotWhole as error:
        raise ValueError(f"dataset: {error}") from error
    valid = sum(sample.valid for sample in samples)
    say(
        f"{row.label}: {len(samples) - valid} samples to learn from, {valid} kept for judging,"
        f" {sum(left_out.values())} clips left out"
    )
    run = Run(base, out.absolute(), (cache or out / "cache").absolute(), settings)
    try:
        out.mkdir(parents=True, exist_ok=True)
        work = EncodingWork(base, settings, dataset_url, dataset.manifest.version, run.cache)
        captions = captions_to_encode(settings, row.negative_prompt)
        build_index(work, samples, captions, left_out, run.index_path, encode, say)
        folder = fit(run, say)
        report = write_report(run, folder)
    except OSError as error:
        raise TrainingStopped(f"{out}: {error.strerror or error}; what was made is kept") from error
    say(f"trained: {folder}\nreport: {report}")
    return folder
