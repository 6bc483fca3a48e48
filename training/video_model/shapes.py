"""Clip -> its training shape: width, height and frames that the family can make."""

import re
from dataclasses import dataclass

from deployments.engines.diffusion.families import Family
from deployments.engines.diffusion.sizes import native_size
from training.video_model.errors import UnfitClip
from training.video_model.settings import DataSettings

_ASPECT = re.compile(r"(\d+)x(\d+)-")


@dataclass(frozen=True, order=True)
class Shape:
    """Shape of a sample, and so its bucket of batches."""

    width: int
    height: int
    num_frames: int

    @property
    def name(self) -> str:
        return f"{self.width}x{self.height}-{self.num_frames}f"


def legal_lengths(family: Family, settings: DataSettings) -> tuple[int, ...]:
    """Return the permitted lengths that the family can make, shortest first.

    Raises:
        ValueError: if there is none.
    """
    made = sorted({n for n in settings.lengths if n > 1 and family.counts.at_least(n) == n})
    if not made:
        counts = family.counts
        raise ValueError(
            f"data.lengths: {family.label} makes {counts.step}k+{counts.rest} frames up to"
            f" {counts.longest}, and none of {list(settings.lengths)} is one"
        )
    return tuple(made)


def shape_of(
    family: Family,
    settings: DataSettings,
    *,
    bucket: str,
    width: int,
    height: int,
    duration_s: float,
    extra_frames: int = 0,
) -> Shape:
    """Return the training shape of a published clip; `bucket` is the name of its bucket there.

    Clips of one aspect bucket (`16x9-81f-720p`) get the same size, so that they fit into a batch.
    `extra_frames` are placed before those of the clip.

    Raises:
        UnfitClip: if the clip is too short or too small.
    """
    found = _ASPECT.match(bucket)
    across, down = (int(found[1]), int(found[2])) if found else (width, height)
    wide, high = native_size(family, across, down, settings.short_side)
    if max(wide / width, high / height) > settings.most_upscaled:
        raise UnfitClip(f"{width}x{height} is too small for {wide}x{high}")
    lengths = legal_lengths(family, settings)
    # Times in the records are rounded; the tolerance keeps a frame from being lost to that.
    there = int(duration_s * family.fps + 0.01) + extra_frames
    fitting = [length for length in lengths if length <= there]
    if not fitting:
        raise UnfitClip(
            f"{duration_s:.1f} s are {there} frames at {family.fps} a second, wanted {lengths[0]}"
        )
    return Shape(wide, high, fitting[-1])
