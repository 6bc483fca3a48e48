"""Cut: one shot of a conte, as a Korean sheet lists it (화면, 화면 설명, 오디오, 자막, 초수)."""

from typing import Annotated

from pydantic import Field, StringConstraints

from conte.frozen import Frozen, Line, Paragraph, Text
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

EntryId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Caption = Annotated[Text, StringConstraints(max_length=120)]
Legal = Annotated[Text, StringConstraints(max_length=400)]


class DialogueLine(Frozen):
    """대사: who says what. The speaker is a name as the sheet gives it, or a role."""

    speaker: Annotated[Line, StringConstraints(min_length=1)]
    text: Annotated[Line, StringConstraints(min_length=1)]


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
    """One take with the cut before: where a video model renders it, it starts from that cut's last
    frame."""
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
    """고지 자막: what the law wants to be read, in small type below the caption, a notice a line.

    Its words are the law's, never a model's. A cut without any is the cut it was before there were.
    """
    video_prompt: Annotated[Paragraph, StringConstraints(min_length=1)]
    shows: Annotated[tuple[EntryId, ...], Field(max_length=6)] = ()
    """Ids of the sheet entries on screen, the most prominent first."""
