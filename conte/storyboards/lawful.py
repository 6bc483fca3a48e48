"""Lengths of a sheet's cuts -> whole frames that sum to the film, by a rule that a person chose."""

from collections.abc import Sequence
from typing import Literal

from conte.frozen import Frozen
from conte.storyboards.sheet import SheetCut
from conte.timing import MIN_CUT_S, film_frames, min_cut_frames, share_frames

Settle = Literal["cuts", "total"]
"""Rule for the film's length. `cuts`: each cut is rounded to whole frames, and the film lasts their
sum. `total`: the film's length is kept, and the cuts share it in proportion; a cut without a length
counts as the mean of the others."""
RULES = (
    "settle=cuts makes the film as long as its cuts, each to its nearest frame; settle=total shares"
    " the film's length among the cuts in proportion"
)
HUNDREDTH_S = 0.005
"""Rounding error, in seconds, of a length in hundredths of a second."""
SHORTEST_S, LONGEST_S = 5.0, 120.0


class Obstacle(Frozen):
    """Reason why a sheet makes no conte, and what is wanted instead."""

    field: str
    wanted: str
    got: str | None = None

    @property
    def told(self) -> str:
        return (
            f"{self.field}: got {self.got}, wanted {self.wanted}"
            if self.got
            else (f"{self.field}: wanted {self.wanted}")
        )


def settled_frames(
    cuts: Sequence[SheetCut],
    fps: int,
    total_s: float | None,
    settle: Settle | None,
    obstacles: list[Obstacle],
) -> tuple[int, ...]:
    """Return the frames of each cut; reasons against it are appended to `obstacles`."""
    exact = [cut.length.value.in_frames(fps) if cut.length else None for cut in cuts]
    frames = (
        _shared(exact, fps, total_s, obstacles)
        if settle == "total"
        else _own(exact, fps, total_s, settle, obstacles)
    )
    if obstacles or not frames:
        return frames
    least = min_cut_frames(fps)
    for number, one in enumerate(frames, 1):
        if one < least:
            obstacles.append(
                Obstacle(
                    field=f"cut {number} length",
                    wanted=f"at least {MIN_CUT_S:g} s ({least} frames); join it to another cut",
                    got=f"{one / fps:.3g} s",
                )
            )
    if not SHORTEST_S <= sum(frames) / fps <= LONGEST_S:
        obstacles.append(
            Obstacle(
                field="length",
                wanted=f"a film of {SHORTEST_S:g} to {LONGEST_S:g} s; choose other cuts, or give"
                " duration_s with settle=total",
                got=f"{sum(frames) / fps:g} s",
            )
        )
    return frames


def _shared(
    exact: Sequence[float | None], fps: int, total_s: float | None, obstacles: list[Obstacle]
) -> tuple[int, ...]:
    if total_s is None:
        wanted = "duration_s: the sheet does not give the film's length, which settle=total shares"
        obstacles.append(Obstacle(field="duration_s", wanted=wanted))
        return ()
    known = [one for one in exact if one]
    mean = sum(known) / len(known) if known else 1.0
    weights = [one or mean for one in exact]
    try:
        return share_frames(film_frames(total_s, fps), weights, min_cut_frames(fps))
    except ValueError as error:
        obstacles.append(Obstacle(field="duration_s", wanted=str(error), got=f"{total_s:g} s"))
        return ()


def _own(
    exact: Sequence[float | None],
    fps: int,
    total_s: float | None,
    settle: Settle | None,
    obstacles: list[Obstacle],
) -> tuple[int, ...]:
    frames: list[int] = []
    for number, one in enumerate(exact, 1):
        if not one:
            wanted = "a length; write it into the sheet, or choose settle=total"
            obstacles.append(Obstacle(field=f"cut {number} length", wanted=wanted, got="none"))
            continue
        whole = round(one)
        if settle is None and abs(one - whole) > HUNDREDTH_S * fps + 1e-6:
            obstacles.append(
                Obstacle(
                    field=f"cut {number} length",
                    wanted=f"whole frames of {fps} a second; {RULES}",
                    got=f"{one / fps:g} s, {one:g} frames",
                )
            )
        frames.append(max(1, whole))
    if obstacles or settle == "cuts" or total_s is None:
        return tuple(frames)
    if abs(sum(frames) - total_s * fps) > HUNDREDTH_S * fps + 1e-6:
        obstacles.append(
            Obstacle(
                field="length",
                wanted=f"cuts that last as long as the film, {total_s:g} s; {RULES}",
                got=f"{sum(frames) / fps:g} s in {len(frames)} cuts",
            )
        )
    return tuple(frames)
