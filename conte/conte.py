"""Conte (콘티): a look, a cast and product sheet, and 4 to 8 cuts whose frames sum exactly."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from conte.brief import Brief, Image
from conte.cut import Cut, EntryId
from conte.frozen import Frozen, Line, Paragraph, VisibleLine, unset
from conte.timing import MAX_CUTS, MIN_CUTS, min_cut_frames
from conte.vocabulary import ProductForm

IdeaNumber = Annotated[int, Field(ge=1, le=8)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]


class Look(Frozen):
    """The style bible, which keeps cuts alike. `prompt` (English) goes into every cut's prompt."""

    style: Line
    lighting: Line
    lens: Line
    palette: Annotated[tuple[Colour, ...], Field(min_length=3, max_length=6)]
    """sRGB colours, most used first; the last one is the accent."""
    prompt: Paragraph


class CastMember(Frozen):
    """A character, described once and drawn alike in every cut."""

    kind: Literal["cast"] = "cast"
    id: EntryId
    name: VisibleLine
    description: Paragraph
    prompt: Paragraph
    """English: age, gender, hair, clothes; repeated in every cut's prompt."""
    image: Image = ""
    """Picture of the character from the brief; empty: none."""


class ProductEntry(Frozen):
    """The product as every cut shows it."""

    kind: Literal["product"] = "product"
    id: EntryId
    name: VisibleLine
    form: ProductForm
    description: Paragraph
    prompt: Paragraph


SheetEntry = Annotated[CastMember | ProductEntry, Field(discriminator="kind")]


class Treatment(Frozen):
    """Everything of a conte that stands before its first cut: it is written, and sent, first."""

    title: VisibleLine
    structure: Line
    """Advertising structure, such as "problem_solution"."""
    concept: Paragraph
    slogan: Line
    look: Look
    sheet: Annotated[tuple[SheetEntry, ...], Field(min_length=1, max_length=8)]
    built_on: Annotated[tuple[IdeaNumber, ...], Field(max_length=8), unset(())] = ()
    """Numbers, from 1, of the brief's ideas that the conte contains."""

    def with_pictures(self, brief: Brief) -> Self:
        """Return the treatment with the brief's pictures of its characters, matched by name."""
        pictures = {one.name: one.image for one in brief.characters}
        sheet = tuple(
            entry.model_copy(update={"image": pictures.get(entry.name, "")})
            if entry.kind == "cast"
            else entry
            for entry in self.sheet
        )
        return self.model_copy(update={"sheet": sheet})


class Conte(Treatment):
    """A whole storyboard. `cuts` comes last, so that a stream can hand each cut on as it closes."""

    cuts: Annotated[tuple[Cut, ...], Field(min_length=MIN_CUTS, max_length=MAX_CUTS)]

    @property
    def treatment(self) -> Treatment:
        # Not validated: the conte may have been stored under other rules.
        return Treatment.model_construct(
            **{name: getattr(self, name) for name in Treatment.model_fields}
        )

    @property
    def num_frames(self) -> int:
        return sum(cut.num_frames for cut in self.cuts)

    @classmethod
    def of(cls, treatment: Treatment, cuts: tuple[Cut, ...]) -> Self:
        return cls.model_validate(
            {**treatment.model_dump(), "cuts": [c.model_dump() for c in cuts]}
        )

    def born(self, seed: int) -> Self:
        """Return the conte with an id and a seed for each cut, as `Cut.born` gives them."""
        return self.model_copy(update={"cuts": tuple(cut.born(seed) for cut in self.cuts)})

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        numbers = [cut.number for cut in self.cuts]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"cuts are numbered {numbers}, wanted 1..{len(numbers)} in order")
        ids = [entry.id for entry in self.sheet]
        if len(set(ids)) != len(ids):
            raise ValueError(f"sheet: ids must differ, got {ids}")
        born = [cut.id for cut in self.cuts if cut.id]
        if len(set(born)) != len(born):
            raise ValueError(f"cuts: ids must differ, got {born}")
        for cut in self.cuts:
            if unknown := [entry for entry in cut.shows if entry not in ids]:
                raise ValueError(f"cut {cut.number} shows {unknown}, which the sheet does not have")
            if unknown := [entry for entry in cut.entries if entry not in ids]:
                raise ValueError(
                    f"cut {cut.number}'s staging names {unknown}, which neither the sheet nor the"
                    " vocabulary has"
                )
        return self

    def check_fits(self, brief: Brief) -> Self:
        """Return the conte if it fits this brief.

        Raises:
            ValueError: if the frames do not sum to the brief's, a cut is shorter than 0.8 s, or the
                number of cuts differs from the brief's.
        """
        if self.num_frames != brief.num_frames:
            raise ValueError(
                f"cuts last {self.num_frames} frames, the brief asks for {brief.num_frames}"
            )
        shortest = min_cut_frames(brief.fps)
        for cut in self.cuts:
            if cut.num_frames < shortest:
                raise ValueError(
                    f"cut {cut.number} lasts {cut.num_frames} frames, wanted at least {shortest}"
                )
        if brief.cuts is not None and len(self.cuts) != brief.cuts:
            raise ValueError(f"{len(self.cuts)} cuts, the brief asks for {brief.cuts}")
        return self
