"""Settings of a training run; two runs with the same settings give the same weights."""

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
"""Learning rate by method, and whether an adapter is trained: values of TRL's defaults and
guides."""
_FROM_NOTHING = 3e-3


class Lora(Frozen):
    """An adapter that vLLM can serve: no DoRA, no bias, no fully trained modules."""

    rank: int = Field(default=16, ge=1, le=512)
    """Rank of the adapter; vLLM serves up to 16 unless its `max_lora_rank` is larger."""
    alpha: int = Field(default=32, ge=1)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    merge: bool = False
    """Whether to publish the base with the adapter merged in, instead of the adapter alone."""


class Preference(Frozen):
    """Direct preference optimisation (Rafailov et al., 2023)."""

    beta: float = Field(default=0.1, gt=0)
    sft: float = Field(default=1.0, ge=0)
    """Weight of the supervised loss on the chosen answer, relative to the preference loss. Without
    it the chosen answer may become less likely as well, if the rejected one does so faster (Pang et
    al., 2024, "Iterative Reasoning Preference Optimization")."""


class Reward(Frozen):
    """Group relative policy optimisation (Shao et al., "DeepSeekMath", 2024)."""

    group: int = Field(default=8, ge=2, le=64)
    """Number of answers per brief, which are compared with each other."""
    temperature: float = Field(default=1.0, gt=0, le=2)
    top_p: float = Field(default=1.0, gt=0, le=1)
    answer_tokens: int = Field(default=4096, ge=16)
    """Largest number of tokens of an answer; a longer one is cut off, and gets the score 0."""
    beta: float = Field(default=0.0, ge=0)
    """Weight of the divergence from the base; with 0 no copy of the base is in memory."""
    unlike: float = Field(default=0.1, ge=0, le=1)
    """Weight of the reward for differing from the group's other answers, relative to the score."""


class Settings(Frozen):
    method: Method = "sft"
    scripts: str
    """Folder made by `training.scripts`; for DPO, by `training.preferences`."""
    prompts: str = ""
    """Folder of prompt files (`ko.md`, `en.md`) that will be served, instead of the packaged
    ones."""
    base: str
    """Folder of a checkpoint, or `scratch`."""
    licence: str = ""
    """Licence of the base, if its folder does not name one."""
    size: Size = Size()
    """Size of a base made from scratch."""
    tune: Tune = "full"
    """full: all weights; lora: an adapter; qlora: an adapter over 4-bit weights."""
    lora: Lora = Lora()
    epochs: float = Field(default=3.0, gt=0)
    """Passes over the scripts."""
    steps: int = Field(default=0, ge=0)
    """Number of optimizer steps, instead of the epochs; 0: the epochs decide."""
    batch: int = Field(default=8, ge=1)
    """Sequences per worker and step."""
    accumulate: int = Field(default=1, ge=1)
    learning_rate: float = Field(default=0.0, ge=0)
    """Learning rate; 0: the default of the method."""
    warmup: float = Field(default=0.05, ge=0, lt=1)
    """Share of the steps in which the learning rate rises."""
    weight_decay: float = Field(default=0.01, ge=0)
    max_length: int = Field(default=8192, ge=128)
    """Largest number of tokens; longer samples are left out and reported."""
    packing: bool = False
    """Whether several samples share a sequence of `max_length`, without attention between them."""
    bf16: bool = False
    activation_checkpointing: bool = False
    """Whether to save memory at the cost of a third more computation."""
    checkpoint_every: int = Field(default=50, ge=1)
    """Steps between two checkpoints."""
    seed: int = Field(default=0, ge=0, lt=2**31)
    workers: int = Field(default=1, ge=1)
    """Number of workers; it multiplies the batch, and so changes the result."""
    threads: int = Field(default=1, ge=1)
    """CPUs per worker."""
    gpu: bool = False
    """Whether each worker uses a GPU."""
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
            # Half a group on another worker could not be compared (see `reward.unlike`).
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
    """Settings of the job: those of the training, and those of its execution, which change no
    weight."""

    storage: str = ".sian/training"
    """Storage of checkpoints: a folder that every node reaches, or s3://bucket/prefix."""
    failures: int = Field(default=3, ge=0)
    """Number of times that workers may die before the run fails."""
    tensorboard: str = ""
    """Folder of the curves; empty: beside the checkpoints."""

    @property
    def learnt(self) -> Settings:
        """The settings that affect the weights."""
        return Settings.model_validate(
            {name: getattr(self, name) for name in Settings.model_fields}
        )


SETTINGS = JobSettings(ConteTraining, "SIAN_CONTE_TRAINING_")
