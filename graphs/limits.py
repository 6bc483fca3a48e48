"""A tier's settings -> what its video model cannot make, by its checkpoint's JSON files alone."""

from pathlib import Path

from conte.clip import Limits, Tier
from deployments.engines.diffusion.families import UnknownFamily, family_of
from serve.settings import ClipSettings


def limits_of(clip: ClipSettings, tier: Tier) -> Limits | None:
    """None: nothing is known here, such as where only the renderers' machines have the checkpoint.

    Raises:
        ValueError: naming the setting, if the checkpoint is of no family that can be rendered.
    """
    folder = Path(clip.diffusers.checkpoint)
    if clip.engine != "diffusers" or not (folder / "model_index.json").is_file():
        return None
    try:
        family = family_of(folder)
    except UnknownFamily as error:
        raise ValueError(f"{tier}.diffusers.checkpoint: {error}") from error
    return Limits(label=family.label, needs_picture=family.text_pipeline is None)
