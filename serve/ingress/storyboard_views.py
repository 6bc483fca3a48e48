"""What was read of a storyboard, as JSON. The client reads the same types."""

from typing import Self

from conte.storyboards.adopting import Adopted, Adopting, report_hash
from conte.storyboards.lawful import Obstacle
from conte.storyboards.sheet import NotRead, StoryboardSheet
from serve.ingress.views import ProductionView, View


class StoryboardView(View):
    """A report; with `accept` of a report that was seen, the production that was made of it."""

    sheet: StoryboardSheet
    """What was read, where and how sure; `unread` is what was not."""
    pictures: int
    """Panels that can be kept as pictures of their cuts."""
    obstacles: tuple[Obstacle, ...] = ()
    """Why it makes no conte, and a way on. Empty: it makes one."""
    assumed: tuple[NotRead, ...] = ()
    """What the sheet does not say, and what stands instead."""
    num_frames: tuple[int, ...] = ()
    """Frames of each cut of the conte."""
    fps: int | None = None
    duration_s: float | None = None
    accept: str = ""
    """Send it back to make the production: it names this report. Empty: there are obstacles."""
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
