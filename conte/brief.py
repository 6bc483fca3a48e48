"""Brief: what the client wants. Every field but the product's name has a default."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    Strict,
    StringConstraints,
    field_validator,
    model_validator,
)

from conte.frozen import Frozen, Line, Paragraph, Text, unset, visible, visible_if_any
from conte.phrases import says
from conte.timing import MAX_CUTS, MIN_CUT_S, MIN_CUTS, film_frames, most_cuts
from conte.vocabulary import Language

AspectRatio = Literal["16:9", "9:16", "1:1", "4:5"]
Name = Annotated[Text, StringConstraints(min_length=1, max_length=60), AfterValidator(visible)]
Phrase = Annotated[Text, StringConstraints(min_length=1, max_length=80), AfterValidator(visible)]
# Optional, but a text that is given must be visible.
Words = Annotated[Line, AfterValidator(visible_if_any)]
Description = Annotated[Paragraph, AfterValidator(visible_if_any)]
Phrases = Annotated[tuple[Phrase, ...], Field(max_length=10)]
IdeaText = Annotated[Text, StringConstraints(min_length=1, max_length=300), AfterValidator(visible)]
Need = Literal["must", "may"]
Image = Annotated[
    str,
    StringConstraints(pattern=r"^(images/[0-9a-f]{64}\.png)?$"),
    # Left out of JSON when empty, so that seeds and keys of briefs without a picture do not change.
    Field(exclude_if=lambda image: image == ""),
]
"""Vault key of a picture, as returned by `POST /v1/images`; empty: there is none."""


def _written_whole(value: object) -> object:
    # For a Literal, 24.0 equals 24.
    if isinstance(value, float):
        raise ValueError("a whole number, without a point or an exponent")
    return value


Fps = Annotated[Literal[24, 25, 30], BeforeValidator(_written_whole)]


class NamesAlike(ValueError):
    """Two characters have one name."""

    def __init__(self, name: str, at: int, earlier: int) -> None:
        super().__init__(
            f"names that differ: characters[{at}] is {name!r}, as is characters[{earlier}]"
        )
        self.name = name


class ForbidsItsName(ValueError):
    """`phrase` must not be said, and the product's name has it."""

    def __init__(self, phrase: str) -> None:
        super().__init__(
            f"must_not_say and product.name: {phrase!r} is part of the product's name,"
            " which every film has to say"
        )
        self.phrase = phrase


class Product(Frozen):
    name: Name
    category: Words = ""
    description: Description = ""
    selling_points: Phrases = ()
    image: Image = ""
    """A product photo: cuts that show the product first start from it."""


class Character(Frozen):
    """Somebody who plays in the film."""

    name: Name
    """Name for people; never sent to a video model."""
    description: Description = ""
    """Appearance: age, gender, hair, clothes."""
    image: Image = ""
    """Picture from which cuts that show the character start."""


class Idea(Frozen):
    """The creator's own idea in free words: a scene, a line, an ending, a reference.

    Words between quotation marks are said or read in the film verbatim; see `conte.ideas`.
    """

    text: IdeaText
    need: Need = "may"
    """Strength of the wish; a conte without a `must` idea has an error."""


class Brief(Frozen):
    """The order for a film. Lengths in seconds and frames a second."""

    advertiser: Words = ""
    product: Product
    audience: Words = ""
    tone: Words = ""
    language: Language = "ko"
    duration_s: float = Field(default=30, ge=5, le=120)
    aspect_ratio: AspectRatio = "16:9"
    fps: Fps = 30
    cuts: Annotated[int, Strict(), Field(ge=MIN_CUTS, le=MAX_CUTS)] | None = None
    must_show: Phrases = ()
    must_not_say: Phrases = ()
    characters: Annotated[
        tuple[Character, ...],
        # Left out of JSON when empty, as in briefs from before there were characters.
        Field(max_length=4, exclude_if=lambda characters: characters == ()),
    ] = ()
    """People in the film, the most important first."""
    ideas: Annotated[tuple[Idea, ...], Field(max_length=8), unset(())] = ()
    """Ideas that the film is built on, numbered from 1 in this order."""

    @property
    def num_frames(self) -> int:
        return film_frames(self.duration_s, self.fps)

    @property
    def images(self) -> Mapping[str, str]:
        """Return field -> picture for every picture of the brief, such as `characters[1].image`."""
        named = {"product.image": self.product.image}
        named |= {f"characters[{at}].image": one.image for at, one in enumerate(self.characters)}
        return {field: image for field, image in named.items() if image}

    def with_images(self, images: Mapping[str, str]) -> Self:
        """Return the brief with these pictures, by field, and no others."""
        product = {"image": images.get("product.image", "")}
        characters = tuple(
            one.model_copy(update={"image": images.get(f"characters[{at}].image", "")})
            for at, one in enumerate(self.characters)
        )
        return self.model_copy(
            update={"product": self.product.model_copy(update=product), "characters": characters}
        )

    @field_validator("characters")
    @classmethod
    def _are_told_apart(cls, characters: tuple[Character, ...]) -> tuple[Character, ...]:
        names = [one.name.casefold() for one in characters]
        for at, name in enumerate(names):
            if name in names[:at]:
                raise NamesAlike(characters[at].name, at, names.index(name))
        return characters

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
                raise ForbidsItsName(phrase)
        return self
