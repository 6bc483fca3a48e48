"""Settings of judging films: which models' features, and where they are computed."""

from serve.job_settings import JobSettings
from serve.settings import Part


class FilmJudging(Part):
    dino: str = ""
    """Folder of a DINO or DINOv2; empty: classical measures."""
    clip: str = ""
    """Folder of a CLIP; empty: classical measures."""
    device: str = "cpu"
    """cpu, cuda or cuda:1."""


SETTINGS = JobSettings(FilmJudging, "SIAN_FILM_JUDGING_")
