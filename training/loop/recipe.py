"""Recipe: the settings of a loop: what is ordered, learnt and judged."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from conte.frozen import Frozen
from serve.job_settings import JobSettings, WrongSettings
from training.conte_model.writing import SERVED_TOKENS
from training.scripts.settings import ScriptSettings
from training.video_model.settings import VideoTraining


class Judging(Frozen):
    num: int = Field(default=64, ge=2)
    """Number of held-out briefs."""
    writer: Literal["transformers", "vllm"] = "vllm"
    temperature: float = Field(default=0.0, ge=0, le=2)
    max_tokens: int = Field(default=SERVED_TOKENS, ge=16)
    """Largest number of tokens of an answer; longer ones, often the untrained model's, are cut
    off."""
    valid: float = Field(default=1.0, ge=0, le=1)
    """Least share of the trained model's contes that are valid by the schema, exact to the frame,
    name their product, and are unlike every other product's."""
    passes: float = Field(default=0.9, ge=0, le=1)
    """Least share of the trained model's contes that pass every check."""


class Recipe(Frozen):
    scripts: ScriptSettings
    train: dict[str, Any]
    """Settings of `training.conte_model`."""
    evaluate: Judging = Judging()


class LoopRecipe(Frozen):
    """Recipe of the whole loop."""

    conte: str
    """File of the conte model's recipe, beside this recipe."""
    films: int = Field(ge=2)
    """Number of films from which the video model learns; their briefs are those of learnt
    scripts."""
    video: VideoTraining


SETTINGS = JobSettings(LoopRecipe, "SIAN_LOOP_")
CONTE_SETTINGS = JobSettings(Recipe, "SIAN_CONTE_LOOP_")


class WrongRecipe(ValueError):
    """The folder was begun with another recipe."""


def recipe_in(path: Path) -> Recipe:
    """Read the conte model's recipe.

    Raises:
        WrongSettings: naming the wrong setting.
    """
    try:
        return CONTE_SETTINGS.read(path, None)
    except WrongSettings as error:
        raise WrongSettings(f"{path}: {error}") from None
