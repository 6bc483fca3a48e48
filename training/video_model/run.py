"""Inputs and folder of a run. Values only, because it is sent to every rank."""

from dataclasses import dataclass
from pathlib import Path

from training.video_model.settings import VideoTraining


@dataclass(frozen=True)
class Run:
    base: str
    """Folder of the checkpoint from which training starts."""
    out: Path
    cache: Path
    settings: VideoTraining

    @property
    def index_path(self) -> Path:
        return self.out / "samples.parquet"

    @property
    def checkpoints(self) -> Path:
        return self.out / "checkpoints"

    @property
    def clips(self) -> Path:
        return self.out / "clips"
