"""Settings of judging a conte model: the briefs, the engine that runs it, and a paid judge."""

from pydantic import Field

from serve.job_settings import JobSettings
from serve.settings import Part
from training.conte_model.writing import SERVED_TOKENS, WriterName
from training.paid_model import PaidModel
from training.scripts.split import Split


class ServerOfIt(Part):
    """A server that runs the model, instead of this process."""

    url: str = ""
    """URL up to and including /v1; empty: the model runs in this process."""
    model: str = "conte"
    """Name of the model on the server."""


class ConteJudging(Part):
    split: Split = "test"
    num: int = Field(default=64, ge=2)
    """Number of samples, spread over the split."""
    writer: WriterName = "transformers"
    """Engine that runs the models in this process."""
    server: ServerOfIt = ServerOfIt()
    temperature: float = Field(default=0.0, ge=0, le=2)
    top_p: float = Field(default=1.0, ge=0.01, le=1)
    max_tokens: int = Field(default=SERVED_TOKENS, ge=16)
    """Largest number of tokens of an answer, which is then cut off."""
    seed: int = 0
    prompts: str = ""
    """Folder of ko.md and en.md that replace the packaged prompts."""
    judge: PaidModel = PaidModel()
    """Model that chooses the better of two contes, with --against; without a URL there is no
    judge."""
    records: str = "sqlite:///.sian/training.db"
    """SQLAlchemy URL of the judge's stored answers."""


_JUDGE = ("url", "model", "key_env", "price_in", "price_out", "budget", "budget_tokens", "purse",
          "purse_url")  # fmt: skip
SETTINGS = JobSettings(
    ConteJudging,
    "SIAN_CONTE_JUDGING_",
    renamed={"url": "server.url", "served": "server.model"}
    | {f"judge_{name}": f"judge.{name}" for name in _JUDGE},
)
