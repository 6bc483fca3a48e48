"""Window: the part of a clip's picture that a film of another ratio shows."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from conte.easing import eased
from conte.frozen import Frozen, unset

_Share = Annotated[float, Field(ge=0, le=1)]


class Window(Frozen):
    """A rectangle in shares of the picture's width and height."""

    left: _Share
    top: _Share
    width: Annotated[float, Field(gt=0, le=1)]
    height: Annotated[float, Field(gt=0, le=1)]
    to: Annotated[tuple[_Share, _Share] | None, unset(None)] = None
    """Left and top at the cut's end, for a window that follows its subject; None: it stays."""
    along: Annotated[tuple[_Share, _Share], unset((0.0, 1.0))] = (0.0, 1.0)
    """Part of the camera's move that the cut shows: begin and end as shares of the move."""

    @model_validator(mode="after")
    def _lies_inside(self) -> Self:
        for left, top in ((self.left, self.top), self.to or (self.left, self.top)):
            if left + self.width > 1 + 1e-6 or top + self.height > 1 + 1e-6:
                raise ValueError(
                    f"the window ends at {left + self.width:.4f}, {top + self.height:.4f},"
                    " wanted at most 1, 1"
                )
        return self

    def at(self, share: float) -> "Window":
        """Return the window at a share (0..1) of the cut, following the camera's move."""
        if self.to is None:
            return self
        begin, end = self.along
        first, last = eased(begin), eased(end)
        now = eased(begin + (end - begin) * min(1.0, max(0.0, share)))
        gone = (now - first) / (last - first) if last != first else 0.0
        left = self.left + (self.to[0] - self.left) * gone
        top = self.top + (self.to[1] - self.top) * gone
        return Window(left=left, top=top, width=self.width, height=self.height)

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return left, top, width and height in a picture of this size, all even (yuv420p)."""
        across = min(width, max(2, 2 * round(self.width * width / 2)))
        down = min(height, max(2, 2 * round(self.height * height / 2)))
        left = min(2 * round(self.left * width / 2), width - across)
        top = min(2 * round(self.top * height / 2), height - down)
        return left, top, across, down
