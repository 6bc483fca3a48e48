"""Cut: one shot of a conte, as a Korean sheet lists it (화면, 화면 설명, 오디오, 자막, 초수)."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from conte.frozen import Frozen, Line, Paragraph, Text, VisibleLine, digest, seed_of, unset
from conte.sound import MAX_SOUNDS, Sound
from conte.staging import Staging
from conte.timing import MAX_CUTS
from conte.vocabulary import (
    Angle,
    CameraMove,
    ScreenDirection,
    Setting,
    ShotSize,
    TimeOfDay,
    Transition,
)

CutId = Annotated[str, StringConstraints(pattern=r"^c_[0-9a-z]{4,32}$")]
MaybeCutId = Annotated[str, StringConstraints(pattern=r"^(c_[0-9a-z]{4,32})?$")]
EntryId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Caption = Annotated[Text, StringConstraints(max_length=120)]
Legal = Annotated[Text, StringConstraints(max_length=400)]


class DialogueLine(Frozen):
    """대사: who says what. The speaker is a name as the sheet gives it, or a role."""

    speaker: VisibleLine
    text: VisibleLine


class Cut(Frozen):
    """One shot. `num_frames` is exact; the caption is laid over, never drawn by a model."""

    number: int = Field(ge=1, le=MAX_CUTS)
    num_frames: int = Field(ge=1)
    size: ShotSize
    angle: Angle
    move: CameraMove
    direction: ScreenDirection = ScreenDirection.NEUTRAL
    transition: Transition = Transition.CUT
    continues: bool = False
    """True: one continuous take with the cut before. A video model starts from that cut's last
    frame.
    """
    setting: Setting
    place: Line
    time_of_day: TimeOfDay
    action: Paragraph
    narration: Line = ""
    dialogue: Annotated[tuple[DialogueLine, ...], Field(max_length=4)] = ()
    sound_effect: Line = ""
    music: Line = ""
    caption: Caption = ""
    legal: Annotated[Legal, Field(exclude_if=lambda legal: legal == "")] = ""
    """고지 자막: notices required by law, in small type below the caption, one per line.

    The wording is the law's, never a model's. Left out of JSON when empty, as in cuts from before
    this field existed.
    """
    video_prompt: Annotated[Paragraph, StringConstraints(min_length=1)]
    shows: Annotated[tuple[EntryId, ...], Field(max_length=6)] = ()
    """Ids of the sheet entries on screen, the most prominent first."""
    staging: Annotated[Staging | None, unset(None)] = None
    """The picture as data; None: the animatic reads the cut's words instead."""
    id: Annotated[MaybeCutId, unset("")] = ""
    """Permanent id, independent of the cut's number. Empty only while its writer has it."""
    seed: Annotated[int | None, unset(None)] = None
    """Seed of the cut's next render; set together with the id."""
    start: Annotated[int, unset(0)] = 0
    """First frame on the cut's own timeline; 0 as written.

    A cut whose beginning was dragged by five frames has 5, and its clip need not be rendered again.
    """
    split_from: Annotated[MaybeCutId, unset("")] = ""
    """Id of the cut from which it was split, whose timeline and clips it shares; empty: none."""
    take: Annotated[str, StringConstraints(pattern=r"^(t_[0-9a-f]{12})?$"), unset("")] = ""
    """Id of the take that a person has picked; empty: the newest render."""
    sounds: Annotated[tuple[Sound, ...], Field(max_length=MAX_SOUNDS), unset(())] = ()
    """Recordings that begin in the cut. They shape no picture, and nothing is rendered for them."""
    locked: Annotated[tuple[str, ...], Field(max_length=32), unset(())] = ()
    """Names of fields that no proposal may change."""

    @property
    def entries(self) -> tuple[str, ...]:
        """Ids of the sheet entries that the cut names: on screen, and in its staging."""
        staged = self.staging.entries() if self.staging is not None else ()
        return tuple(dict.fromkeys((*self.shows, *staged)))

    def with_entries(self, names: Mapping[str, str]) -> Self:
        """Return the cut with sheet entries renamed: old id -> new id."""
        staging = self.staging.renamed(names) if self.staging is not None else None
        shows = tuple(names.get(entry, entry) for entry in self.shows)
        return self.model_copy(update={"shows": shows, "staging": staging})

    def born(self, seed: int) -> Self:
        """Return the cut with an id and a seed, derived from the production's seed and the cut's
        number.

        Deterministic, so that a second director, and a conte stored before cuts had ids, get the
        same.
        """
        if self.id and self.seed is not None:
            return self
        own = cut_seed(seed, self.number)
        known = self.id or f"c_{digest([seed, self.number, 'cut'])[:12]}"
        return self.model_copy(
            update={"id": known, "seed": own if self.seed is None else self.seed}
        )


def cut_seed(seed: int, number: int) -> int:
    """Return the first seed of a cut: 31 bits, derived from the conte's seed, the same on any
    machine.
    """
    return seed_of([seed, number])
