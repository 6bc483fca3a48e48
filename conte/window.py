"""Window: the part of a clip's picture that a film of another ratio shows."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from conte.frozen import Frozen

_Share = Annotated[float, Field(ge=0, le=1)]


class Window(Frozen):
    """A rectangle in shares of the picture's width and height."""

    left: _Share
    top: _Share
    width: Annotated[float, Field(gt=0, le=1)]
    height: Annotated[float, Field(gt=0, le=1)]

    @model_validator(mode="after")
    def _lies_inside(self) -> Self:
        if self.left + self.width > 1 + 1e-6 or self.top + self.height > 1 + 1e-6:
            raise ValueError(
                f"the window ends at {self.left + self.width:.4f}, {self.top + self.height:.4f},"
                " wanted at most 1, 1"
            )
        return self

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, width and height in a picture of that size, all even (yuv420p)."""
        across = min(width, max(2, 2 * round(self.width * width / 2)))
        down = min(height, max(2, 2 * round(self.height * height / 2)))
        left = min(2 * round(self.left * width / 2), width - across)
        top = min(2 * round(self.top * height / 2), height - down)
        return left, top, across, down
