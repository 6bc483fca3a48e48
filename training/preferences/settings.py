"""Settings of preference pairs: which answers make a pair, and how a model writes its own
answers."""

from pydantic import Field

from serve.job_settings import JobSettings
from serve.settings import Part
from training.conte_model.writing import WriterName


class PairSettings(Part):
    margin: float = Field(default=0.01, ge=0, le=1)
    """Least difference of the scores of a pair."""
    most: int | None = Field(default=None, ge=1)
    """Largest number of pairs per brief; null: 4, or 1 for a model's own answers."""
    seed: int = 0
    prompts: str = ""
    """Folder of ko.md and en.md that replace the packaged prompts."""
    writer: WriterName = "transformers"
    """Engine that runs the model."""
    answers: int = Field(default=8, ge=2, le=64)
    """Number of the model's answers to each brief."""
    briefs: int = Field(default=256, ge=1)
    """Number of briefs per split, spread over the split."""
    temperature: float = Field(default=0.8, ge=0.01, le=2)
    top_p: float = Field(default=0.95, ge=0.01, le=1)
    max_tokens: int = Field(default=2048, ge=16)
    """Largest number of tokens of an answer."""


SETTINGS = JobSettings(PairSettings, "SIAN_PREFERENCES_")
