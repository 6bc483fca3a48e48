"""How a video model is trained: everything that shapes the result, and how many machines do it."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from conte.frozen import Frozen, digest
from serve.job_settings import JobSettings

Whole = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, lt=1)]


class DataSettings(Frozen):
    """Which samples are made of the clips of a dataset."""

    short_side: Annotated[int, Field(ge=0)] = 0
    """Pixels of the shorter side; 0: what the family was trained at."""
    lengths: tuple[Whole, ...] = (9, 17, 25, 33, 49, 65, 81, 97, 121, 161)
    """Frames at the family's rate that a sample may have; those that the family cannot make are
    left out. A clip gives the longest one that it holds, from its middle."""
    most_upscaled: Annotated[float, Field(ge=1)] = 1.25
    """A clip smaller than this many times the size it would be trained at is left out."""
    condition: Literal["text", "first_frame", "reference"] = "text"
    """What stays clean: nothing; the clip's own first frame; a frame of another cut of the same
    film, put before the clip."""
    pairs: Literal["subject", "film"] = "subject"
    """Which cuts may be each other's reference: those whose captions name a subject in common, or
    all cuts of a film (where the captions were measured and name none)."""
    caption: Literal["long", "short"] = "long"
    valid: Share = 0.05
    """Share of the videos whose clips are never learnt from."""
    most_lost: Share = 0.02
    """Share of clips that may be unreadable before the job stops."""
    store: Literal["auto", "float32", "bfloat16"] = "auto"
    """What latents and embeddings are stored in; `auto`: bfloat16 on a GPU, float32 on a CPU."""


class OptimiserSettings(Frozen):
    """AdamW."""

    learning_rate: Annotated[float, Field(gt=0)] = 1e-4
    schedule: Literal["constant", "cosine", "linear"] = "constant"
    warm_up: Annotated[int, Field(ge=0)] = 100
    """Steps until the learning rate is whole."""
    betas: tuple[Share, Share] = (0.9, 0.95)
    weight_decay: Annotated[float, Field(ge=0)] = 1e-4
    clip: Annotated[float, Field(gt=0)] = 1.0
    """The largest norm that gradients may have."""


class VideoTraining(Frozen):
    """All of it. `data` shapes the cache, `run` no number; the rest shapes every weight."""

    data: DataSettings = DataSettings()
    optimiser: OptimiserSettings = OptimiserSettings()
    method: Literal["lora", "full"] = "lora"
    lora_rank: Whole = 32
    lora_alpha: Annotated[float, Field(gt=0)] = 32
    expert: Literal["high_noise", "low_noise"] = "high_noise"
    """Which transformer of a Wan 2.2 A14B; other families have one."""
    steps: Whole = 1000
    accumulate: Whole = 1
    """Batches a step."""
    max_tokens: Whole = 32_760
    """Tokens of the transformer that a rank's batch may have; 32,760 is one clip of 81 frames of
    832x480 with Wan. A sample with more is a batch of its own."""
    timesteps: Literal["family", "uniform", "logit_normal", "mode"] = "family"
    """How the noise of flow matching is drawn; see `objectives.py`."""
    flow_shift: Annotated[float, Field(gt=0)] | None = None
    """How far towards noise those times are shifted; None: as the family is used when it serves."""
    caption_dropout: Share = 0.1
    """How often the empty caption stands in, so that guidance has something to lead away from
    (classifier-free guidance, arXiv 2207.12598)."""
    ema: Annotated[float, Field(ge=0, lt=1)] = 0.999
    """Decay of the averaged weights, which are what is published; 0: none are kept."""
    gradient_checkpointing: bool = True
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Precision of what is computed; `auto`: bfloat16 on a GPU, float32 on a CPU. What is trained
    is kept in float32."""
    workers: Whole = 1
    """Ranks. Another number is another run: batches would be others."""
    seed: int = 0
    sharded: bool = False
    """Shard weights, gradients and optimiser over the ranks (FSDP2)."""
    save_every: Whole = 100
    valid_every: Whole = 100
    render_every: Whole = 500
    keep: Whole = 2
    """Checkpoints that are kept."""
    prompts: tuple[str, ...] = ()
    """Prompts of the clips that are rendered for people; none: a few captions of the dataset."""
    render_steps: Annotated[int, Field(ge=0)] = 0
    """Denoising steps of those; 0: the family's own."""

    @model_validator(mode="after")
    def _whole(self) -> "VideoTraining":
        if self.sharded and self.workers == 1:
            raise ValueError("sharded: there is one worker, wanted at least 2")
        return self

    @property
    def run_digest(self) -> str:
        """Two runs with the same one, base and samples are the same run: one goes on with the
        other. A run may go on for longer, or with smaller steps after a loss that was no number.
        """
        told = self.model_dump(mode="json", exclude=_FREE)
        for name in ("learning_rate", "clip"):
            del told["optimiser"][name]
        # A run that was begun before there was such a setting goes on.
        if self.flow_shift is None:
            del told["flow_shift"]
        # A schedule that ends is another one where it ends elsewhere.
        return digest([told, None if self.optimiser.schedule == "constant" else self.steps])


_FREE = {"keep", "save_every", "render_every", "valid_every", "render_steps", "steps", "precision"}

SETTINGS = JobSettings(VideoTraining, "SIAN_VIDEO_TRAINING_")
