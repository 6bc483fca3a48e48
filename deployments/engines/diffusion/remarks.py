"""Remarks for people on how a clip was made."""

from conte.clip import Shot
from deployments.engines.diffusion.families import Family
from deployments.engines.diffusion.plan import RenderPlan
from deployments.engines.diffusion.prompting import VideoPrompt


def remarks_of(
    shot: Shot, family: Family, planned: RenderPlan, words: VideoPrompt, has_start: bool
) -> tuple[str, ...]:
    """Return one sentence for each deviation from the request; empty if there is none."""
    said: list[str] = []
    first = planned.pieces[0].how
    if has_start and first == "text":
        said.append(f"{family.label} starts from words alone: the picture given was not used")
    if first == "held":
        said.append("goes on from the last frame of the cut before, which is held")
    if len(planned.pieces) > 1:
        held = ", which is held" if planned.pieces[1].how == "held" else ""
        said.append(f"made in {len(planned.pieces)} pieces, each from the last frame before{held}")
    if family.fixed_size is not None:
        width, height = family.fixed_size
        if abs(width / height - shot.width / shot.height) > 0.1:
            said.append(f"made at {width}x{height}, the only size of {family.label}, and cropped")
    if words.left_out:
        said.append(f"left out of the prompt, too long for {family.label}: "
                    + ", ".join(words.left_out))  # fmt: skip
    return tuple(said)
