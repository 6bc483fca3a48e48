"""What an engine is: the two small faces behind which models and embedded defaults stand."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from conte.brief import Brief
from conte.caption import Caption
from conte.clip import EngineId, Shot
from conte.conte import Treatment
from conte.cut import Cut
from conte.measures import Measures
from conte.production import Provenance
from conte.vocabulary import Language

Frame = NDArray[np.uint8]
"""[height, width, 3] uint8, sRGB."""

OnStep = Callable[[float], None]
"""Called with the fraction done, 0..1, from the thread that renders."""


class Cancelled(Exception):
    """Raised inside a render whose `should_stop` has turned true."""


@dataclass(frozen=True)
class Video:
    """The frames of one clip, drawn or denoised as they are taken.

    `frames` yields exactly `num_frames` arrays of [height, width, 3] uint8. An array may be reused
    by the next step: whoever wants to keep it copies it. Size, rate and length may be the model's
    own: the renderer conforms them to the shot, which the frames must last at least as long as.
    """

    frames: Iterable[Frame]
    num_frames: int
    width: int
    height: int
    fps: int
    remarks: tuple[str, ...] = ()
    """What a person should know of how it was made."""


class ConteEngine(Protocol):
    """Writes contes. The treatment comes first, then each cut as soon as it is complete."""

    id: EngineId
    prompt_version: str | None

    def write(self, brief: Brief, seed: int) -> AsyncIterator[Provenance | Treatment | Cut]:
        """One `Treatment`, then the cuts in order; their frames sum to the brief's.

        An engine that knows more of itself than its id says a `Provenance` first. One that comes
        later means that somebody else has started over: what came before it is void.

        Raises:
            ConteError: if no conte that keeps the rules could be written.
        """
        ...


class VideoEngine(Protocol):
    """Renders shots. One clip at a time; more slots are more replicas."""

    id: EngineId

    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        """The video of a shot. Blocking: the caller gives it a thread of its own.

        `start` is the picture that the shot's `follows` or `reference` stands for, of any size.

        `should_stop` is asked at least once a step (a denoising step, or a drawn frame); when it
        says yes the engine raises `Cancelled`, and the slot is free as soon as it does.

        Raises:
            Cancelled: when told to stop.
            RenderError: if the shot cannot be rendered, with what was wanted; `CannotRender`, if
                another attempt could not change it.
        """
        ...


@dataclass(frozen=True)
class Footage:
    """What a caption engine is given of one clip. Sizes in pixels."""

    frames: tuple[bytes, ...]
    """Key frames in the order of time, as JPEG."""
    measures: Measures
    width: int
    height: int
    duration_s: float
    subject: str = ""
    """What the video was looked for by, such as a product type: a hint, not a fact."""
    clip: str = ""
    """What the records call it, so that what is kept of it can be removed; no model is told."""


class CaptionEngine(Protocol):
    """Tells what a clip shows."""

    @property
    def id(self) -> EngineId: ...

    def prompt_version(self, language: Language) -> str | None:
        """None if no prompt is used."""
        ...

    async def caption(self, footage: Footage, language: Language) -> Caption:
        """
        Raises:
            CaptionError: if no caption that keeps the rules came; the message says why.
            ModelAway: if the model cannot be reached or died: worth waiting for.
        """
        ...


class ConteError(Exception):
    """A conte could not be written; the message is for a person."""


class RenderError(Exception):
    """A shot could not be rendered; the message is for a person."""


class AdapterAway(RenderError):
    """The renderer does not know the shot's adapter: it is from before a promotion and about to be
    replaced. Worth waiting for."""


class CannotRender(RenderError):
    """This shot never, here: another attempt would fail as this one did."""


class CaptionError(Exception):
    """A clip could not be captioned; the message is for a person."""
