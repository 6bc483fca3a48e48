"""Recipe: what is ordered, learnt and judged in one loop, as a file says it."""

from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import Field, ValidationError

from conte.frozen import Frozen
from training.conte_model.writing import SERVED_TOKENS
from training.video_model.settings import VideoTraining

Option = str | int | float
_R = TypeVar("_R", bound=Frozen)


class Judging(Frozen):
    num: int = Field(default=64, ge=2)
    """Held-out briefs."""
    writer: Literal["transformers", "vllm"] = "vllm"
    temperature: float = Field(default=0.0, ge=0, le=2)
    max_tokens: int = Field(default=SERVED_TOKENS, ge=16)
    """An answer that is longer is cut off: the untrained model's often are."""
    valid: float = Field(default=1.0, ge=0, le=1)
    """Share of the trained model's contes that have to be valid by the schema, exact to the frame,
    name their product, and be no other product's."""
    passes: float = Field(default=0.9, ge=0, le=1)
    """Share of them that has to pass every check."""


class Recipe(Frozen):
    scripts: dict[str, Option]
    """Options of `python -m training.scripts`, by their names."""
    train: dict[str, Any]
    """Settings of `training.conte_model` (see `Settings`)."""
    evaluate: Judging = Judging()

    @property
    def script_options(self) -> list[str]:
        return [
            word
            for name, value in self.scripts.items()
            for word in (f"--{name.replace('_', '-')}", str(value))
        ]


class LoopRecipe(Frozen):
    """Recipe of the whole loop."""

    conte: str
    """File of its first half's recipe, beside this one."""
    films: int = Field(ge=2)
    """Films of briefs whose scripts were learnt; the video model learns from them."""
    video: VideoTraining


class WrongRecipe(ValueError):
    """The file is no recipe; says which field."""


def recipe_in(path: Path) -> Recipe:
    """
    Raises:
        WrongRecipe: naming the field that is wrong.
    """
    return _read(path, Recipe)


def loop_recipe_in(path: Path) -> LoopRecipe:
    """
    Raises:
        WrongRecipe: naming the field that is wrong.
    """
    return _read(path, LoopRecipe)


def _read(path: Path, kind: type[_R]) -> _R:
    try:
        return kind.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise WrongRecipe(f"{path}: {place}: {first['msg']}") from None
    except (OSError, yaml.YAMLError) as error:
        raise WrongRecipe(f"{path}: {error}") from None
