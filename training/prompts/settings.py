"""Settings of a prompt search: the task, its examples, the models, and the limits."""

from typing import Literal

from pydantic import Field, SecretStr

from conte.production import Sampling
from conte.vocabulary import Language
from serve.job_settings import JobSettings
from serve.settings import PaidSettings, Part
from training.paid_model import PaidModel
from training.prompts.search import SearchBounds

Guidance = Literal["json_schema", "json_object", "none"]


class ReflectingModel(Part):
    """The model that proposes new texts, with the writing model's budget; by default the writing
    model itself."""

    url: str = ""
    """URL of its server; empty: the writing model's."""
    model: str = ""
    """Name of the model on the server; empty: the writing model's."""
    api_key: SecretStr = SecretStr("")
    key_env: str = ""
    """Environment variable with its key; empty: the writing model's."""
    guidance: Guidance = "json_schema"
    price_in: float = Field(default=0, ge=0)
    """Price of a million input tokens; 0: the writing model's."""
    price_out: float = Field(default=0, ge=0)
    """Price of a million output tokens; 0: the writing model's."""


class PromptSettings(Part):
    task: Literal["scriptwriter", "rewriter"] = "scriptwriter"
    language: Language = "ko"
    parent: str = ""
    """Prompt file to start from; `served`: the prompt that the cluster of --home serves; empty: the
    packaged one."""
    sections: tuple[str, ...] = ("system",)
    """Sections that may be changed."""
    train: int = Field(default=24, ge=1)
    """Number of examples to learn from."""
    valid: int = Field(default=24, ge=1)
    """Number of examples by which prompts are selected."""
    test: int = Field(default=24, ge=1)
    """Number of examples on which the best prompt and its parent are judged."""
    rounds: int = Field(default=20, ge=1)
    """Largest number of proposals."""
    minibatch: int = Field(default=3, ge=1)
    """Number of examples per reflection."""
    calls: int = Field(default=500, ge=1)
    """Largest number of requests, for the search and the judging together."""
    temperature: float = Field(default=0.8, ge=0, le=2)
    """Temperature of the writing model."""
    top_p: float = Field(default=0.95, ge=0.01, le=1)
    max_tokens: int = Field(default=6000, ge=256)
    at_once: int = Field(default=8, ge=1, le=256)
    """Number of concurrent requests."""
    seed: int = 0
    writing: PaidModel = PaidModel()
    """The model that writes with the prompt."""
    reflecting: ReflectingModel = ReflectingModel()

    @property
    def bounds(self) -> SearchBounds:
        sections = tuple(dict.fromkeys(self.sections))
        return SearchBounds(self.rounds, self.minibatch, sections, self.at_once, self.seed)

    @property
    def sampling(self) -> Sampling:
        return Sampling(temperature=self.temperature, top_p=self.top_p, max_tokens=self.max_tokens)

    def models(self, purse: str) -> tuple[PaidSettings, PaidSettings]:
        """Return the settings of the writing and of the reflecting model, with one budget.

        Raises:
            ValueError: naming the missing or wrong setting.
        """
        other = self.reflecting
        given = {
            name: value
            for name in ("url", "model", "key_env", "price_in", "price_out")
            if (value := getattr(other, name))
        }
        if other.api_key.get_secret_value() or other.key_env:
            given["api_key"] = other.api_key
        reflecting = self.writing.model_copy(update={**given, "guidance": other.guidance})
        return (
            self.writing.opened(purse, "writing."),
            reflecting.opened(purse, "reflecting."),
        )


_WRITING = (
    "url", "model", "key_env", "guidance", "price_in", "price_out", "budget", "budget_tokens",
    "purse", "purse_url", "requests_per_minute", "tokens_per_minute", "timeout_s", "max_retries",
)  # fmt: skip
_REFLECTING = ("url", "model", "key_env", "guidance", "price_in", "price_out")
SETTINGS = JobSettings(
    PromptSettings,
    "SIAN_PROMPTS_",
    renamed={name: f"writing.{name}" for name in _WRITING}
    | {f"reflect_{name}": f"reflecting.{name}" for name in _REFLECTING},
)
