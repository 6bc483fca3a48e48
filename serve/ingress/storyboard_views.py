"""Report about an imported storyboard, as JSON. The client reads the same types."""

from typing import Self

from conte.storyboards.adopting import Adopted, Adopting, report_hash
from conte.storyboards.lawful import Obstacle
from conte.storyboards.sheet import NotRead, StoryboardSheet
from serve.ingress.views import ProductionView, View


class StoryboardView(View):
    """A report about a storyboard; if sent with `accept`, also the production made from it."""

    sheet: StoryboardSheet
    """The sheet as it was read, with places and certainty; `unread` lists what was not understood.
    """
    pictures: int
    """Number of panels that can be used as pictures of their cuts."""
    obstacles: tuple[Obstacle, ...] = ()
    """Why no conte can be made, and what to do about it; empty: one can."""
    assumed: tuple[NotRead, ...] = ()
    """Values that the sheet lacks, and what is assumed instead."""
    num_frames: tuple[int, ...] = ()
    """Number of frames of each cut of the conte."""
    fps: int | None = None
    duration_s: float | None = None
    accept: str = ""
    """Token of this report, to send back to make the production; empty: there are obstacles."""
    production: ProductionView | None = None

    @classmethod
    def of(
        cls,
        sheet: StoryboardSheet,
        said: Adopting,
        pictures: int,
        adopted: Adopted | None,
        obstacles: tuple[Obstacle, ...] = (),
    ) -> Self:
        if adopted is None:
            return cls(sheet=sheet, pictures=pictures, obstacles=obstacles)
        return cls(
            sheet=sheet,
            pictures=pictures,
            assumed=adopted.assumed,
            num_frames=tuple(cut.num_frames for cut in adopted.conte.cuts),
            fps=adopted.brief.fps,
            duration_s=round(adopted.brief.duration_s, 3),
            accept=report_hash(sheet, said),
        )
