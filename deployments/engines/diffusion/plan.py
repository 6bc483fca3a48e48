"""Shot -> denoising plan: which size, and which pieces of legal lengths cover it."""

from dataclasses import dataclass
from typing import Literal

from conte.clip import Shot
from conte.frozen import digest
from deployments.engines.diffusion.families import Family, FrameCounts
from deployments.engines.diffusion.sizes import native_size
from deployments.engines.protocols import CannotRender

How = Literal["text", "picture", "video"]
"""From words alone, from words and a first picture, or repainted from a video and words."""


@dataclass(frozen=True)
class Piece:
    """One call of a pipeline: `num_frames` at the family's rate, of which the first may be cut."""

    how: How
    num_frames: int
    seed: int
    drop_first: bool
    """Its first frame is the last of what it continues: it is not shown twice."""

    @property
    def kept(self) -> int:
        return self.num_frames - self.drop_first


@dataclass(frozen=True)
class Plan:
    pieces: tuple[Piece, ...]
    width: int
    height: int
    fps: int

    @property
    def num_frames(self) -> int:
        return sum(piece.kept for piece in self.pieces)


def plan(shot: Shot, family: Family, short_side: int = 0, *, has_start: bool = False) -> Plan:
    """The plan of a shot; `has_start` says that there is a picture to begin with.

    Raises:
        CannotRender: if the family needs a picture and has none, or the shot is longer than it can
            make, with what it can.
    """
    first = _first(shot, family, has_start)
    joins = first != "text" and shot.follows is not None
    # Rounded up: the frames must last at least as long as the shot.
    needed = -(-shot.num_frames * family.fps // shot.fps)
    ways = _ways(shot, family, first, needed + joins)
    sizes = _spread(family, needed, ways, joins)
    width, height = native_size(family, shot.width, shot.height, short_side)
    return Plan(
        pieces=tuple(
            Piece(how, size, _seed(shot.seed, index), drop_first=index > 0 or joins)
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
    # A model of words alone goes on from a frame, but cannot be shown a product.
    follows = has_start and shot.follows is not None and family.video_pipeline is not None
    return "video" if follows else "text"


def _ways(shot: Shot, family: Family, first: How, needed: int) -> list[How]:
    """How each piece is made; the fewest pieces that can hold `needed` frames."""
    ways: list[How] = [first]
    held = _counts(family, first).longest
    while held < needed:
        if family.continues is None:
            raise CannotRender(
                f"{family.label} makes at most {family.longest_s:.1f} s in one piece and cannot"
                f" continue one; this shot lasts {shot.num_frames / shot.fps:.1f} s"
            )
        ways.append(family.continues)
        held += _counts(family, family.continues).longest - 1
    return ways


def _spread(family: Family, needed: int, ways: list[How], joins: bool) -> list[int]:
    """About equal lengths, so that the last piece is no stump; each legal, together enough."""
    sizes: list[int] = []
    for index, how in enumerate(ways):
        later = sum(_counts(family, way).longest - 1 for way in ways[index + 1 :])
        # As much as its share, and what the later pieces cannot hold.
        share = max(-(-needed // (len(ways) - index)), needed - later)
        dropped = int(index > 0 or joins)
        sizes.append(_counts(family, how).at_least(share + dropped))
        needed -= sizes[-1] - dropped
    return sizes


def _counts(family: Family, how: How) -> FrameCounts:
    return (family.video_counts or family.counts) if how == "video" else family.counts


def _seed(seed: int, index: int) -> int:
    """A piece's seed: the shot's own for the first, its family's for the others. 31 bits."""
    return seed if index == 0 else int(digest([seed, "piece", index])[:8], 16) & 0x7FFF_FFFF
