"""Settings of preference pairs: which answers make one, and how a model is asked for its own."""

from pydantic import Field

from serve.job_settings import JobSettings
from serve.settings import Part
from training.conte_model.writing import WriterName


class PairSettings(Part):
    margin: float = Field(default=0.01, ge=0, le=1)
    """Least difference of the scores."""
    most: int | None = Field(default=None, ge=1)
    """Pairs of a brief; null: 4, of a model's own answers 1."""
    seed: int = 0
    prompts: str = ""
    """Folder of ko.md and en.md that ask instead of the packaged ones."""
    writer: WriterName = "transformers"
    """What runs the model."""
    answers: int = Field(default=8, ge=2, le=64)
    """Answers of the model to each brief."""
    briefs: int = Field(default=256, ge=1)
    """Briefs of a split, from all over it."""
    temperature: float = Field(default=0.8, ge=0.01, le=2)
    top_p: float = Field(default=0.95, ge=0.01, le=1)
    max_tokens: int = Field(default=2048, ge=16)
    """Tokens of an answer."""


SETTINGS = JobSettings(PairSettings, "SIAN_PREFERENCES_")
