"""A conte as guests see it: what is seen, said and read, and nothing of how it is made.

Prompts, seeds, locks, takes and the names of models are for makers. Fields are named one by one, so
that a new field is hidden until somebody decides otherwise.
"""

from collections.abc import Sequence
from typing import Any, Self

from conte.checks.finding import Finding
from conte.conte import Conte
from conte.cut import DialogueLine
from conte.vocabulary import (
    Angle,
    CameraMove,
    ProductForm,
    ScreenDirection,
    Setting,
    ShotSize,
    TimeOfDay,
    Transition,
)
from serve.ingress.views import View

_FOR_MAKERS = ("video_prompt", "sheet")
"""Fields whose findings quote prompts."""


class SharedCutView(View):
    id: str
    number: int
    num_frames: int
    size: ShotSize
    angle: Angle
    move: CameraMove
    direction: ScreenDirection
    transition: Transition
    continues: bool
    setting: Setting
    place: str
    time_of_day: TimeOfDay
    action: str
    narration: str
    dialogue: tuple[DialogueLine, ...]
    sound_effect: str
    music: str
    caption: str
    legal: str
    shows: tuple[str, ...]


class SharedEntryView(View):
    """A character, or the product."""

    kind: str
    id: str
    name: str
    description: str
    form: ProductForm | None = None


class SharedLookView(View):
    style: str
    lighting: str
    lens: str
    palette: tuple[str, ...]


class SharedTreatmentView(View):
    title: str
    concept: str
    slogan: str
    look: SharedLookView
    sheet: tuple[SharedEntryView, ...]
    cuts: tuple[SharedCutView, ...]

    @classmethod
    def of(cls, conte: Conte) -> Self:
        return cls(
            title=conte.title,
            concept=conte.concept,
            slogan=conte.slogan,
            look=SharedLookView(**_shown(SharedLookView, dict(conte.look))),
            sheet=tuple(
                SharedEntryView(**_shown(SharedEntryView, dict(entry))) for entry in conte.sheet
            ),
            cuts=tuple(SharedCutView(**_shown(SharedCutView, dict(cut))) for cut in conte.cuts),
        )


def shown_of_cut(value: Any) -> Any:
    """Return the part of a cut's JSON that guests see; other values unchanged."""
    return _shown(SharedCutView, value) if isinstance(value, dict) else value


def shown_of_entry(value: Any) -> Any:
    return _shown(SharedEntryView, value) if isinstance(value, dict) else value


def for_clients(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(one for one in findings if one.field not in _FOR_MAKERS)


def _shown(view: type[View], values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in view.model_fields if name in values}
