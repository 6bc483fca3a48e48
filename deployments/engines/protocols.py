"""Protocols of engines: the interfaces of models and embedded defaults."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from conte.brief import Brief
from conte.clip import EngineId, Shot
from conte.clip_caption import ClipCaption
from conte.conte import Treatment
from conte.cut import Cut
from conte.measures import Measures
from conte.production import Provenance
from conte.revision.feedback import FeedbackItem, Proposal
from conte.revision.working import Working
from conte.variant import VariantOf
from conte.vocabulary import Language

Frame = NDArray[np.uint8]
"""[height, width, 3] uint8, sRGB."""

OnStep = Callable[[float], None]
"""Called with the finished fraction, 0..1, from the rendering thread."""


class Cancelled(Exception):
    """Raised inside a render after `should_stop` has returned true."""


@dataclass(frozen=True)
class Video:
    """The frames of one clip, produced lazily.

    `frames` yields exactly `num_frames` arrays of [height, width, 3] uint8. The next step may reuse
    an array: a consumer that keeps it copies it. Size, rate and length may be the model's: the
    renderer conforms them to the shot, and the frames must last at least as long.
    """

    frames: Iterable[Frame]
    num_frames: int
    width: int
    height: int
    fps: int
    remarks: tuple[str, ...] = ()
    """Remarks for people on how the video was made."""


class ConteEngine(Protocol):
    """Writes contes: the treatment first, then each cut as soon as it is complete."""

    id: EngineId
    prompt_version: str | None

    def write(self, brief: Brief, seed: int) -> AsyncIterator[Provenance | Treatment | Cut]:
        """Yield one `Treatment`, then the cuts in order; their frames sum to the brief's.

        An engine whose provenance has more than its id yields a `Provenance` first. A later one
        means that another engine has started over: everything before it is void.

        Raises:
            ConteError: if no valid conte could be written.
        """
        ...


@runtime_checkable
class DirectionEngine(Protocol):
    """A conte engine that can write several different ideas for a brief: A안, B안, C안."""

    id: EngineId
    prompt_version: str | None

    def write(self, brief: Brief, seed: int) -> AsyncIterator[Provenance | Treatment | Cut]: ...

    def write_direction(
        self,
        brief: Brief,
        seed: int,
        index: int,
        before: Sequence[Treatment],
        variant_of: VariantOf | None = None,
    ) -> AsyncIterator[Provenance | Treatment | Cut]:
        """Yield direction `index`, counted from 0, as `write` yields the first.

        `seed`: the order's, the same for all its directions. `before`: treatments of earlier
        directions, as far as known. The idea must differ from theirs or, with `variant_of`,
        resemble that direction apart from the requested difference.

        Raises:
            ConteError: if no valid conte could be written.
        """
        ...


class VideoEngine(Protocol):
    """Renders shots, one clip at a time; to render more at once, run more replicas."""

    id: EngineId

    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        """Return the video of a shot. Blocking: the caller runs it in a separate thread.

        `start` is the picture of the shot's `follows` or `reference`, of any size.

        The engine calls `should_stop` at least once a step (a denoising step, or a drawn frame); if
        it returns true, the engine raises `Cancelled`, which frees the slot.

        Raises:
            Cancelled: if `should_stop` returns true.
            RenderError: if the shot cannot be rendered, with what was wanted; `CannotRender`, if
                another attempt would fail, too.
        """
        ...


@dataclass(frozen=True)
class Footage:
    """Input of a caption engine for one clip. Sizes in pixels."""

    frames: tuple[bytes, ...]
    """Key frames in order of time, as JPEG."""
    measures: Measures
    width: int
    height: int
    duration_s: float
    subject: str = ""
    """The search term that found the video, such as a product type: a hint, not a fact."""
    clip: str = ""
    """Id of the clip in the records, so that data on it can be removed; not sent to models."""


class CaptionEngine(Protocol):
    """Describes a clip."""

    @property
    def id(self) -> EngineId: ...

    def prompt_version(self, language: Language) -> str | None:
        """Return the version of the prompt; None: the engine uses no prompt."""
        ...

    async def caption(self, footage: Footage, language: Language) -> ClipCaption:
        """Return the caption of a clip.

        Raises:
            CaptionError: if there was no valid caption; the message says why.
            ModelAway: if the model cannot be reached or died: worth waiting for.
        """
        ...


class FeedbackEngine(Protocol):
    """Proposes operations for feedback in words."""

    @property
    def id(self) -> EngineId: ...

    def prompt_version(self, language: Language) -> str | None:
        """Return the version of the prompt; None: the engine uses no prompt."""
        ...

    async def propose(
        self, working: Working, items: Sequence[FeedbackItem]
    ) -> tuple[Proposal, ...]:
        """Return one proposal for each item, in order. All operations apply, in order, to
        `working`; see `conte.revision.allowed` for what they may change.

        Raises:
            ModelAway: if the model cannot be reached or died: worth waiting for.
        """
        ...


class ConteError(Exception):
    """A conte could not be written; the message is for a person."""


class RenderError(Exception):
    """A shot could not be rendered; the message is for a person."""


class AdapterAway(RenderError):
    """The renderer was started before the adapter's promotion and is about to be replaced: worth
    waiting for.
    """


class CannotRender(RenderError):
    """This renderer can never render the shot: another attempt would fail, too."""


class CaptionError(Exception):
    """A clip could not be captioned; the message is for a person."""
