"""Shot -> Video on a pipeline of diffusers. Knows one checkpoint; conforming is done elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from conte.clip import EngineId, Shot
from conte.frozen import digest
from deployments.engines.checkpoint import checked, label_of
from deployments.engines.diffusion.adapters import Adapters
from deployments.engines.diffusion.families import UnknownFamily, family_of
from deployments.engines.diffusion.holding import holding
from deployments.engines.diffusion.loading import (
    device_of,
    dtypes_of,
    flow_shift_of,
    load,
    sharing,
    shift_flow,
)
from deployments.engines.diffusion.magnitudes import Ratios, kept
from deployments.engines.diffusion.memory import Memory, placed
from deployments.engines.diffusion.parallel import Call, Ranks, check_parallel
from deployments.engines.diffusion.pixels import Frames, to_uint8
from deployments.engines.diffusion.plan import How, RenderPiece, RenderPlan, plan
from deployments.engines.diffusion.progress import Steps
from deployments.engines.diffusion.prompting import PROMPT_VERSION, VideoPrompt, prompt
from deployments.engines.diffusion.remarks import remarks_of
from deployments.engines.diffusion.sizes import check_short_side, fill, native_size
from deployments.engines.diffusion.speed import Speed, denoisers_of, lengths_to_warm
from deployments.engines.diffusion.stopping import stoppable
from deployments.engines.diffusion.turns import turn_to_load
from deployments.engines.diffusion.variants import Variants
from deployments.engines.protocols import Frame, OnStep, RenderError, Video
from serve.revision import revision_of
from serve.settings import DiffusersSettings


def _nothing(_fraction: float) -> None:
    pass


class DiffusersEngine:
    """Renders shots with one local checkpoint, one at a time, bit for bit as its pipeline does."""

    def __init__(self, settings: DiffusersSettings, gpu_share: float = 1) -> None:
        """Load the checkpoint and warm up, within `gpu_share` of a GPU's memory.

        Raises:
            ValueError: if a setting is wrong or the checkpoint cannot be loaded, naming the setting
                and what is wanted.
        """
        folder = checked(settings.checkpoint, "model_index.json", "diffusers.checkpoint")
        try:
            family = family_of(folder)
        except UnknownFamily as error:
            raise ValueError(f"diffusers.checkpoint: {error}") from error
        try:
            check_short_side(family, settings.short_side)
        except ValueError as error:
            raise ValueError(f"diffusers.short_side: {error}") from error
        self._settings, self.family = settings, family
        self._device = device_of(settings)
        shared = settings.context_parallel > 1
        # The weights are in the machine's memory until they are moved to the GPU.
        with nullcontext() if self._device == "cpu" else turn_to_load(folder):
            taken = self._load(folder, gpu_share)
        self._memory = Memory(self.pipe, self._device, only_tiles=shared, taken=taken)
        self._variants = Variants()
        self._broken = ""
        self._shared: dict[str, Any] = {}
        revision = revision_of(folder)
        self.id = EngineId(
            name="diffusers",
            revision=f"{revision}+{self._shape_digest()}",
            label=label_of(folder, family.label, "diffusers"),
        )
        self.ranks: Ranks | None = None
        if settings.cache == "mag":
            file = Path(settings.cache_folder) / f"{revision}-{self._measured_of()}.json"
            num_denoisers = len(list(denoisers_of(self.pipe)))
            self.speed.use(self.pipe, kept(file, num_denoisers, self._measure))
        # After measuring, because the other ranks read the ratios.
        if shared:
            self.ranks = Ranks(self.pipe, settings, self._device)
        # On a CPU only compilation needs warming up.
        if settings.warm_up and (self._device != "cpu" or settings.compile):
            self.warm_up()

    def _load(self, folder: Path, gpu_share: float) -> str:
        """Load the pipeline on its device; return the measure that `placed` took if memory was
        short.
        """
        settings, family = self._settings, self.family
        self.pipe = load(folder, family, settings, self._device)
        try:
            lines = settings.short_side or family.short_side
            shift_flow(self.pipe, family, lines, settings.flow_shift)
        except ValueError as error:
            raise ValueError(f"diffusers.{error}") from error
        self._adapters = Adapters(self.pipe, settings.adapters)
        self.speed = Speed(self.pipe, settings, self._device)
        if settings.context_parallel > 1:
            check_parallel(self.pipe, settings, self._device)
        if self._device != "cpu" and gpu_share < 1:
            # The rest of the memory belongs to another model, such as the conte model, which may
            # restart.
            torch.cuda.set_per_process_memory_fraction(gpu_share)
        return placed(self.pipe, self._device, settings.offload)

    def warm_up(self) -> None:
        """Render two steps at the native size, to tune and compile."""
        for num_frames in lengths_to_warm(self.family.counts, self._settings.compile):
            self._rehearse(num_frames, 2)

    def _rehearse(self, num_frames: int, num_steps: int = 0, on_step: OnStep = _nothing) -> None:
        """Render a meaningless clip at the native size."""
        family = self.family
        width, height = native_size(family, 16, 9, self._settings.short_side)
        how: How = "text" if family.text_pipeline else "picture"
        piece = RenderPiece(how, num_frames, seed=0, drop_first=False)
        planned = RenderPlan((piece,), width, height, family.fps)
        words = VideoPrompt("a street on a rainy evening, people walk by", family.negative_prompt)
        grey = np.full((height, width, 3), 127, np.uint8)
        self._make(piece, planned, words, grey, Steps(planned, on_step), _never, num_steps)

    def _measure(self) -> Ratios:
        """Measure MagCache's ratios over a second of a clip and all its steps."""
        found: Ratios = [[] for _ in denoisers_of(self.pipe)]

        def note(_fraction: float) -> None:
            # Step by step: the pipeline resets its caches before it returns.
            noted = self.speed.ratios(self.pipe)
            found[:] = [new or old for new, old in zip(noted, found, strict=True)]

        self._rehearse(self.family.counts.at_least(self.family.fps), on_step=note)
        return found

    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        """Render a shot at the model's own size and rate; see `VideoEngine.render`.

        Raises:
            Cancelled: before the next forward pass once `should_stop` returns true.
            RenderError: if the family cannot make the shot, naming what it can make.
        """
        family, settings = self.family, self._settings
        planned = plan(shot, family, settings.short_side, has_start=start is not None)
        words = prompt(shot, family, settings.negative_prompt)
        # Selected by name; the revision after the @ is only part of the clip's key.
        self._adapters.use(shot.adapter and shot.adapter.rpartition("@")[0])
        steps = Steps(planned, on_step)
        shown: list[Frames] = []
        last = None if start is None else fill(start, planned.width, planned.height)
        try:
            for piece in planned.pieces:
                frames = self._make(piece, planned, words, last, steps, should_stop)
                last = frames[-1]
                shown.append(frames[1:] if piece.drop_first else frames)
        except torch.AcceleratorError as error:
            # A fault of the device persists in the process: every later clip fails as well.
            self._broken = str(error).strip().split("\n")[0]
            raise RenderError(f"the GPU failed: {self._broken}") from error
        finally:
            # After an exception too: hooks move weights back, caches are reset.
            self.pipe.maybe_free_model_hooks()
        return Video(
            frames=_one_by_one(shown),
            num_frames=planned.num_frames,
            width=planned.width,
            height=planned.height,
            fps=planned.fps,
            remarks=remarks_of(shot, family, planned, words, start is not None)
            + self._memory.remarks,
        )

    def _make(
        self,
        piece: RenderPiece,
        planned: RenderPlan,
        words: VideoPrompt,
        picture: Frame | None,
        steps: Steps,
        should_stop: Callable[[], bool],
        num_steps: int = 0,
    ) -> Frames:
        pipe = self._pipeline(piece.how)
        call = Call(piece, planned, words, picture, num_steps, self._adapters.active)

        size = f"{piece.num_frames} frames of {planned.width}x{planned.height}"

        def denoise() -> Frames:
            together = self.ranks.together(call, pipe) if self.ranks else nullcontext()
            with stoppable(pipe, should_stop), self._memory.decoding(size), together:
                video = self._run(call, output_type="pt", callback_on_step_end=steps.of(pipe))
            return to_uint8(video[0], self.family)

        frames = self._memory.run(denoise, size)
        if len(frames) < piece.num_frames:
            raise RenderError(
                f"{self.family.label} made {len(frames)} frames, wanted {piece.num_frames}"
            )
        steps.decoded()
        return frames

    def check_health(self) -> None:
        """Check the GPU and the other ranks.

        Raises:
            RenderError: if a rank has died, or the GPU failed: this process has to be restarted.
        """
        if self._broken:
            raise RenderError(f"the GPU failed: {self._broken}")
        if self.ranks:
            self.ranks.check_health()

    def follow(self, call: Call) -> None:
        """Run another rank's part of a call: everything but the decode."""
        self._adapters.use(call.adapter)
        self._run(call, output_type="latent")

    def _run(self, call: Call, **more: Any) -> torch.Tensor:
        pipe = self._pipeline(call.piece.how)
        arguments = self._arguments(call.piece, call.planned, call.words, call.picture)
        if call.num_steps:
            arguments["num_inference_steps"] = call.num_steps
        self.speed.reset(pipe)
        # A run uses up its generator: a second attempt gets a new one, and makes the same frames.
        generator = torch.Generator("cpu").manual_seed(call.piece.seed)
        with _held(call, pipe), self._variants.running(call.adapter, call.piece.num_frames):
            return pipe(**arguments, generator=generator, **more).frames

    def _arguments(
        self,
        piece: RenderPiece,
        planned: RenderPlan,
        words: VideoPrompt,
        picture: Frame | None = None,
    ) -> dict[str, Any]:
        """Return the bare pipeline's arguments for a piece, without generator and callback."""
        family, settings = self.family, self._settings
        asked: dict[str, Any] = {
            "prompt": words.text,
            "height": planned.height,
            "width": planned.width,
            "num_frames": piece.num_frames + family.frames_lost,
            "num_inference_steps": settings.num_inference_steps or family.steps,
            "guidance_scale": family.guidance,
            "max_sequence_length": family.prompt_tokens,
            **family.arguments,
        }
        if settings.guidance_scale is not None:
            asked["guidance_scale"] = settings.guidance_scale
            asked.pop("guidance_scale_2", None)
        if words.negative is not None:
            asked["negative_prompt"] = words.negative
        if piece.how == "picture":
            assert picture is not None
            asked["image"] = Image.fromarray(picture)
        return asked

    def _pipeline(self, how: How) -> Any:
        family = self.family
        kind = family.picture_pipeline if how == "picture" else family.text_pipeline
        assert kind is not None
        if kind not in self._shared:
            self._shared[kind] = sharing(self.pipe, kind)
        return self._shared[kind]

    def _measured_of(self) -> str:
        """Return the inputs of the ratios besides the checkpoint: steps, and a digest of the
        others.
        """
        settings = self._settings
        told = settings.model_dump(
            mode="json",
            include={"short_side", "guidance_scale", "negative_prompt", "layerwise_fp8"},
        )
        steps = settings.num_inference_steps or self.family.steps
        dtypes = dtypes_of(self.family, settings, self._device)
        named = [told, {part: str(dtype) for part, dtype in dtypes.items()}]
        return f"{steps}-{digest([*named, flow_shift_of(self.pipe)])[:8]}"

    def _shape_digest(self) -> str:
        """Return a digest of the settings that shape pixels: engines with different ones share no
        clips.
        """
        settings = self._settings
        shaping = settings.model_dump(
            mode="json",
            include={
                "short_side", "num_inference_steps", "guidance_scale", "negative_prompt",
                "attention", "cache", "cache_threshold", "layerwise_fp8", "vae_tiling",
            },
        )  # fmt: skip
        dtypes = {
            part: str(dtype)
            for part, dtype in dtypes_of(self.family, settings, self._device).items()
        }
        return digest([shaping, dtypes, flow_shift_of(self.pipe), PROMPT_VERSION])[:8]


def _held(call: Call, pipe: Any) -> AbstractContextManager[None]:
    if call.piece.how != "held":
        return nullcontext()
    assert call.picture is not None
    return holding(pipe, call.picture)


def _one_by_one(pieces: list[Frames]) -> Iterator[Frame]:
    for piece in pieces:
        yield from piece


def _never() -> bool:
    return False
