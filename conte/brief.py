"""Brief: what the client wants. Every default works; only the product's name must be given."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from conte.frozen import Frozen, Line, Paragraph, Text, visible
from conte.phrases import says
from conte.timing import MAX_CUTS, MIN_CUT_S, MIN_CUTS, film_frames, most_cuts
from conte.vocabulary import Language

AspectRatio = Literal["16:9", "9:16", "1:1", "4:5"]
Name = Annotated[Text, StringConstraints(min_length=1, max_length=60), AfterValidator(visible)]
Phrase = Annotated[Text, StringConstraints(min_length=1, max_length=80), AfterValidator(visible)]
Phrases = Annotated[tuple[Phrase, ...], Field(max_length=10)]


class Product(Frozen):
    name: Name
    category: Line = ""
    description: Paragraph = ""
    selling_points: Phrases = ()
    image: Annotated[
        str,
        StringConstraints(pattern=r"^(images/[0-9a-f]{64}\.png)?$"),
        # A brief without one is the same brief, seed for seed and key for key, as it always was.
        Field(exclude_if=lambda image: image == ""),
    ] = ""
    """A product photo, as `POST /v1/images` named it: cuts that show the product start from it."""


class Brief(Frozen):
    """The order for a film. Lengths in seconds and frames a second."""

    advertiser: Line = ""
    product: Product
    audience: Line = ""
    tone: Line = ""
    language: Language = "ko"
    duration_s: float = Field(default=30, ge=5, le=120)
    aspect_ratio: AspectRatio = "16:9"
    fps: Literal[24, 25, 30] = 30
    cuts: Annotated[int, Field(ge=MIN_CUTS, le=MAX_CUTS)] | None = None
    must_show: Phrases = ()
    must_not_say: Phrases = ()

    @property
    def num_frames(self) -> int:
        return film_frames(self.duration_s, self.fps)

    @model_validator(mode="after")
    def _can_be_filmed(self) -> Self:
        most = most_cuts(self.duration_s, self.fps)
        if self.cuts is not None and self.cuts > most:
            raise ValueError(
                f"cuts and duration_s: {self.cuts} cuts of at least {MIN_CUT_S} s do not fit into"
                f" {self.duration_s:g} s; at most {most} do"
            )
        for phrase in self.must_not_say:
            if says(self.product.name, phrase):
                raise ValueError(
                    f"must_not_say and product.name: {phrase!r} is part of the product's name,"
                    " which every film has to say"
                )
        return self
