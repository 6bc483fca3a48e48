"""Settings of training a video model: everything that affects the result, and the number of
workers."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from conte.frozen import Frozen, digest
from serve.job_settings import JobSettings

Whole = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, lt=1)]


class DataSettings(Frozen):
    """Settings of how samples are made from a dataset's clips."""

    short_side: Annotated[int, Field(ge=0)] = 0
    """Pixels of the shorter side; 0: the size at which the family was trained."""
    lengths: tuple[Whole, ...] = (9, 17, 25, 33, 49, 65, 81, 97, 121, 161)
    """Permitted lengths of a sample, in frames at the family's rate; those that the family cannot
    make are ignored. A clip gives the longest one that fits, from its middle."""
    most_upscaled: Annotated[float, Field(ge=1)] = 1.25
    """Largest factor by which a clip may be enlarged to its training size; smaller clips are left
    out."""
    condition: Literal["text", "first_frame", "reference"] = "text"
    """Frame that the model is given free of noise: none; the clip's own first frame; or the middle
    frame of another cut of the same film, placed before the clip."""
    pairs: Literal["subject", "film"] = "subject"
    """Cuts that may be each other's reference: those whose captions share a subject, or all cuts of
    a film (for captions by measurement, which name no subject)."""
    caption: Literal["long", "short"] = "long"
    valid: Share = 0.05
    """Share of the videos that are held out, whose clips are never learnt from."""
    most_lost: Share = 0.02
    """Share of the clips that may be unreadable before the job stops."""
    store: Literal["auto", "float32", "bfloat16"] = "auto"
    """Type in which latents and embeddings are stored; `auto`: bfloat16 on a GPU, float32 on a
    CPU."""


class OptimiserSettings(Frozen):
    """Settings of the optimiser, AdamW."""

    learning_rate: Annotated[float, Field(gt=0)] = 1e-4
    schedule: Literal["constant", "cosine", "linear"] = "constant"
    warm_up: Annotated[int, Field(ge=0)] = 100
    """Number of steps over which the learning rate rises to its full value."""
    betas: tuple[Share, Share] = (0.9, 0.95)
    weight_decay: Annotated[float, Field(ge=0)] = 1e-4
    clip: Annotated[float, Field(gt=0)] = 1.0
    """Largest norm of the gradients; larger ones are scaled down."""


class VideoTraining(Frozen):
    """All settings of a training."""

    data: DataSettings = DataSettings()
    optimiser: OptimiserSettings = OptimiserSettings()
    method: Literal["lora", "full"] = "lora"
    lora_rank: Whole = 32
    lora_alpha: Annotated[float, Field(gt=0)] = 32
    expert: Literal["high_noise", "low_noise"] = "high_noise"
    """The trained transformer of a Wan 2.2 A14B; other families have only one."""
    steps: Whole = 1000
    accumulate: Whole = 1
    """Number of batches per step."""
    max_tokens: Whole = 32_760
    """Largest number of transformer tokens in a rank's batch; 32,760 is one clip of 81 frames of
    832x480 with Wan. A larger sample forms a batch by itself."""
    timesteps: Literal["family", "uniform", "logit_normal", "mode"] = "family"
    """Distribution of the noise in flow matching; see `objectives.py`."""
    flow_shift: Annotated[float, Field(gt=0)] | None = None
    """Shift of the times towards noise; None: as in the family's service."""
    caption_dropout: Share = 0.1
    """Share of samples that get the empty caption, which classifier-free guidance needs (arXiv
    2207.12598)."""
    ema: Annotated[float, Field(ge=0, lt=1)] = 0.999
    """Decay of the averaged weights, which are published; 0: no average is kept."""
    gradient_checkpointing: bool = True
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Precision of the computation; `auto`: bfloat16 on a GPU, float32 on a CPU. Trained weights
    are float32."""
    workers: Whole = 1
    """Number of ranks. Another number is another run, because its batches differ."""
    seed: int = 0
    sharded: bool = False
    """Whether weights, gradients and optimiser are sharded over the ranks (FSDP2)."""
    save_every: Whole = 100
    valid_every: Whole = 100
    render_every: Whole = 500
    keep: Whole = 2
    """Number of checkpoints that are kept."""
    prompts: tuple[str, ...] = ()
    """Prompts of the clips that are rendered for people; empty: a few captions of the dataset."""
    render_steps: Annotated[int, Field(ge=0)] = 0
    """Denoising steps of the rendered clips; 0: the family's own number."""

    @model_validator(mode="after")
    def _whole(self) -> "VideoTraining":
        if self.sharded and self.workers == 1:
            raise ValueError("sharded: there is one worker, wanted at least 2")
        return self

    @property
    def run_digest(self) -> str:
        """Digest of the settings that identify a run: two runs with the same digest, base and
        samples are the same run, and one continues the other. A run may be continued for longer, or
        with a smaller learning rate after a NaN.
        """
        told = self.model_dump(mode="json", exclude=_FREE)
        for name in ("learning_rate", "clip"):
            del told["optimiser"][name]
        # Left out if it is not set, so that runs from before this setting can be resumed.
        if self.flow_shift is None:
            del told["flow_shift"]
        # A schedule that ends differs if the number of steps does.
        return digest([told, None if self.optimiser.schedule == "constant" else self.steps])


_FREE = {"keep", "save_every", "render_every", "valid_every", "render_steps", "steps", "precision"}

SETTINGS = JobSettings(VideoTraining, "SIAN_VIDEO_TRAINING_")
