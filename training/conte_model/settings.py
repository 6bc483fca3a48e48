"""What decides what a training run learns: two runs of the same settings give the same weights."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from conte.frozen import Frozen
from serve.job_settings import JobSettings
from training.conte_model.scratch import Size

Method = Literal["sft", "dpo", "grpo"]
Tune = Literal["full", "lora", "qlora"]
SCRATCH = "scratch"
_LEARNING_RATES: dict[tuple[Method, bool], float] = {
    ("sft", False): 2e-5,
    ("sft", True): 2e-4,
    ("dpo", False): 5e-7,
    ("dpo", True): 5e-6,
    ("grpo", False): 1e-6,
    ("grpo", True): 1e-5,
}
"""By method, and whether an adapter is trained: TRL's own defaults and what its guides use."""
_FROM_NOTHING = 3e-3


class Lora(Frozen):
    """An adapter that vLLM can serve: no DoRA, no bias, no whole modules beside it."""

    rank: int = Field(default=16, ge=1, le=512)
    """vLLM serves up to 16 unless its `max_lora_rank` says more."""
    alpha: int = Field(default=32, ge=1)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    merge: bool = False
    """Publish the base with the adapter within it, instead of the adapter alone."""


class Preference(Frozen):
    """Direct preference optimisation (Rafailov et al., 2023)."""

    beta: float = Field(default=0.1, gt=0)
    sft: float = Field(default=1.0, ge=0)
    """Weight of the loss on the chosen answer itself, beside the preference's 1. Without it a good
    answer may become less likely, too, as long as the bad one does so faster (Pang et al., 2024,
    "Iterative Reasoning Preference Optimization")."""


class Reward(Frozen):
    """Group relative policy optimisation (Shao et al., "DeepSeekMath", 2024)."""

    group: int = Field(default=8, ge=2, le=64)
    """Answers to each brief, which are compared with each other."""
    temperature: float = Field(default=1.0, gt=0, le=2)
    top_p: float = Field(default=1.0, gt=0, le=1)
    answer_tokens: int = Field(default=4096, ge=16)
    """An answer that is longer is cut off, and worth what a cut off conte is worth: nothing."""
    beta: float = Field(default=0.0, ge=0)
    """Weight of the divergence from the base; 0 spares its copy in memory."""
    unlike: float = Field(default=0.1, ge=0, le=1)
    """Weight of how far an answer is from the others of its group, beside the score's 1."""


class Settings(Frozen):
    method: Method = "sft"
    scripts: str
    """Folder of `training.scripts`; of `training.preferences` for DPO."""
    prompts: str = ""
    """Folder of prompt files (`ko.md`, `en.md`) that are to serve, and ask instead of ours."""
    base: str
    """Folder of a checkpoint, or `scratch`."""
    licence: str = ""
    """Licence of the base, where its folder does not say."""
    size: Size = Size()
    """Size of a base made from scratch."""
    tune: Tune = "full"
    """All weights, an adapter, or an adapter over 4 bits."""
    lora: Lora = Lora()
    epochs: float = Field(default=3.0, gt=0)
    """Passes over the scripts."""
    steps: int = Field(default=0, ge=0)
    """So many optimizer steps, whatever the epochs; 0: the epochs decide."""
    batch: int = Field(default=8, ge=1)
    """Sequences a worker and step."""
    accumulate: int = Field(default=1, ge=1)
    learning_rate: float = Field(default=0.0, ge=0)
    """0: what suits the method."""
    warmup: float = Field(default=0.05, ge=0, lt=1)
    """Share of the steps."""
    weight_decay: float = Field(default=0.01, ge=0)
    max_length: int = Field(default=8192, ge=128)
    """Tokens; a longer sample is left out and reported."""
    packing: bool = False
    """Several samples in one sequence of `max_length`, none of which sees another."""
    bf16: bool = False
    activation_checkpointing: bool = False
    """Less memory for a third more work."""
    checkpoint_every: int = Field(default=50, ge=1)
    """Steps."""
    seed: int = Field(default=0, ge=0, lt=2**31)
    workers: int = Field(default=1, ge=1)
    """Changes the batch, and so what is learnt."""
    threads: int = Field(default=1, ge=1)
    """CPUs of a worker."""
    gpu: bool = False
    """A GPU for each worker."""
    preference: Preference = Preference()
    reward: Reward = Reward()

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.tune == "qlora" and not self.gpu:
            raise ValueError("tune is qlora, which needs a GPU for its 4-bit weights: got no gpu")
        if self.tune != "full" and self.base == SCRATCH:
            raise ValueError(f"tune is {self.tune}: a base from scratch has nothing to adapt")
        if self.lora.merge and self.tune == "full":
            raise ValueError("lora.merge is set, but nothing is adapted: tune is full")
        if self.packing and self.method != "sft":
            raise ValueError(f"packing is for sft, the method is {self.method}")
        if self.base == SCRATCH and self.method != "sft":
            raise ValueError(f"{self.method} needs a base that can write: got {SCRATCH}")
        group, at_once = self.reward.group, self.batch * self.accumulate
        if self.method == "grpo" and at_once % group:
            # Half a group on another worker could not be compared with (see `reward.unlike`).
            raise ValueError(
                f"a worker has {at_once} answers a step (batch x accumulate), wanted whole groups"
                f" of {group}"
            )
        return self

    @property
    def prompts_folder(self) -> Path | None:
        return Path(self.prompts) if self.prompts else None

    @property
    def adapts(self) -> bool:
        return self.tune != "full"

    @property
    def rate(self) -> float:
        if self.learning_rate:
            return self.learning_rate
        return _FROM_NOTHING if self.base == SCRATCH else _LEARNING_RATES[self.method, self.adapts]


class ConteTraining(Settings):
    """The settings of the job: those of the training, and how it is run, which shapes no weight."""

    storage: str = ".sian/training"
    """Place of checkpoints: a folder that every node reaches, or s3://bucket/prefix."""
    failures: int = Field(default=3, ge=0)
    """How often workers may die."""
    tensorboard: str = ""
    """Folder of the curves; empty: beside the checkpoints."""

    @property
    def learnt(self) -> Settings:
        """What shapes the weights."""
        return Settings.model_validate(
            {name: getattr(self, name) for name in Settings.model_fields}
        )


SETTINGS = JobSettings(ConteTraining, "SIAN_CONTE_TRAINING_")
