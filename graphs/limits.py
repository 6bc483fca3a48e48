"""Settings of a tier -> limits of its video model, read from the checkpoint's JSON files alone."""

from pathlib import Path

from conte.clip import Limits, Tier
from deployments.engines.diffusion.families import UnknownFamily, family_of
from serve.settings import ClipSettings


def limits_of(clip: ClipSettings, tier: Tier) -> Limits | None:
    """Return the limits, or None if unknown, as where only the renderers have the checkpoint.

    Raises:
        ValueError: naming the setting, if the checkpoint belongs to no supported family.
    """
    folder = Path(clip.diffusers.checkpoint)
    if clip.engine != "diffusers" or not (folder / "model_index.json").is_file():
        return None
    try:
        family = family_of(folder)
    except UnknownFamily as error:
        raise ValueError(f"{tier}.diffusers.checkpoint: {error}") from error
    return Limits(
        label=family.label,
        needs_picture=family.text_pipeline is None,
        # A piece that continues another one repeats one frame of it.
        longest_s=(family.counts.longest - 1) / family.fps,
    )
