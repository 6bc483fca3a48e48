"""Shot -> denoising plan: the size, and pieces of legal lengths that cover the shot."""

from dataclasses import dataclass
from typing import Literal

from conte.clip import Shot
from conte.frozen import seed_of
from deployments.engines.diffusion.families import Family
from deployments.engines.diffusion.sizes import native_size
from deployments.engines.protocols import CannotRender

How = Literal["text", "picture", "held"]
"""Start of a piece: "text" alone; text and a start "picture"; or text with a first frame that is
"held" (see `holding.py`).
"""


@dataclass(frozen=True)
class RenderPiece:
    """One call of a pipeline: `num_frames` at the family's rate, whose first may be dropped."""

    how: How
    num_frames: int
    seed: int
    drop_first: bool
    """True: the first frame repeats the last one of the clip or piece before."""

    @property
    def kept(self) -> int:
        return self.num_frames - self.drop_first


@dataclass(frozen=True)
class RenderPlan:
    pieces: tuple[RenderPiece, ...]
    width: int
    height: int
    fps: int

    @property
    def num_frames(self) -> int:
        return sum(piece.kept for piece in self.pieces)


def plan(shot: Shot, family: Family, short_side: int = 0, *, has_start: bool = False) -> RenderPlan:
    """Return the plan of a shot. `has_start`: there is a picture to start from.

    Raises:
        CannotRender: if the family needs a picture and the shot has none.
    """
    first = _first(shot, family, has_start)
    joins = first != "text" and shot.follows is not None
    # Rounded up: the frames must last at least as long as the shot.
    needed = -(-shot.num_frames * family.fps // shot.fps)
    sizes = _sizes(family, needed, joins)
    ways: list[How] = [first, *(family.continues for _ in sizes[1:])]
    width, height = native_size(family, shot.width, shot.height, short_side)
    return RenderPlan(
        pieces=tuple(
            RenderPiece(how, size, _seed(shot.seed, index), drop_first=index > 0 or joins)
            for index, (how, size) in enumerate(zip(ways, sizes, strict=True))
        ),
        width=width,
        height=height,
        fps=family.fps,
    )


def _first(shot: Shot, family: Family, has_start: bool) -> How:
    if has_start and family.picture_pipeline:
        return "picture"
    if family.text_pipeline is None:
        raise CannotRender(
            f"{family.label} starts from a picture, and this shot has none: give it a reference,"
            " or let it follow another cut"
        )
    # A text-only model can continue from a frame, but cannot be shown a product.
    return "held" if has_start and shot.follows is not None else "text"


def _sizes(family: Family, needed: int, joins: bool) -> list[int]:
    """Return the lengths of the fewest pieces that show `needed` frames, about equal in length."""
    most = family.counts.longest
    # Every piece shows one frame less than it has, except a first piece that does not join another
    # clip.
    left = max(1, -(-(needed + joins - 1) // (most - 1)))
    sizes: list[int] = []
    while left:
        dropped = int(bool(sizes) or joins)
        sizes.append(family.counts.at_least(-(-needed // left) + dropped))
        needed -= sizes[-1] - dropped
        left -= 1
    return sizes


def _seed(seed: int, index: int) -> int:
    """Return a piece's seed, 31 bits: the shot's for the first, derived seeds for the others."""
    return seed if index == 0 else seed_of([seed, "piece", index])
