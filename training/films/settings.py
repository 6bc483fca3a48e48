"""Settings of judging films: the models for features, and the device."""

from serve.job_settings import JobSettings
from serve.settings import Part


class FilmJudging(Part):
    dino: str = ""
    """Folder of a DINO or DINOv2 model; empty: classical features."""
    clip: str = ""
    """Folder of a CLIP model; empty: classical features."""
    device: str = "cpu"
    """Device of the models: cpu, cuda or cuda:1."""


SETTINGS = JobSettings(FilmJudging, "SIAN_FILM_JUDGING_")
