"""Cut -> Shot: the input of a renderer, with the tier's size, adapter and handles."""

from conte.clip import Clip, Shot, Tier
from conte.conte import Treatment
from conte.cut import Cut
from deployments.engines.adapter import adapter_for, for_production
from graphs.crew import Plan
from graphs.job import Job
from graphs.spare_frames import spare_frames
from serve.registry.entry import EntryKind


class Shots:
    """The shots of one production's cuts."""

    def __init__(self, job: Job, plan: Plan) -> None:
        self._job, self._plan = job, plan
        self._adapters = {
            tier: for_production(adapters, EntryKind.VIDEO_ADAPTER, job.id)
            for tier, adapters in plan.adapters.items()
        }

    def of(self, cut: Cut, treatment: Treatment, tier: Tier) -> Shot:
        """Return the shot of a cut, without handles."""
        side = self._plan.short_side[tier]
        shot = Shot.of(cut, treatment, self._job.brief, self._job.seed, side)
        if adapter := adapter_for(self._job.brief, self._adapters.get(tier, {})):
            shot = shot.model_copy(update={"adapter": adapter})
        return shot

    def with_handles(self, shot: Shot, tier: Tier, *, follows: bool) -> Shot:
        """Return the shot with handles, as many as the plan wants and the model can render.

        `follows`: the shot starts at the last frame of another one, and so has no head.
        """
        if wanted := self._plan.handles.get(tier, 0):
            longest_s = self._plan.longest_s.get(tier)
            spare = spare_frames(shot.num_frames, shot.fps, wanted, longest_s)
            return shot.with_handles(0 if follows else spare, spare)
        return shot


def following(shot: Shot, before: Cut, clip: Clip) -> Shot:
    """Return the shot, started from the last frame that the cut before shows of `clip`."""
    last = clip.first_frame(before) + before.num_frames - 1
    at = None if last == clip.num_frames - 1 else last
    # A film in another ratio shows a crop of the picture, and the next cut starts from that crop.
    shown = clip.window.at(1.0) if clip.window else None
    return shot.model_copy(
        update={"follows": clip.key, "follows_frame": at, "follows_window": shown}
    )


def made_for(clip: Clip, cut: Cut, shot: Shot) -> Clip:
    """Return the clip with the cut and the content hash that it was made for."""
    made = {
        "cut_id": cut.id, "basis": shot.basis, "start": cut.start, "head": shot.head,
        "tail": shot.tail,
    }  # fmt: skip
    return clip.model_copy(update=made)
