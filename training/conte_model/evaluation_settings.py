"""Settings of judging a conte model: on how many briefs, what runs it, and a paid judge."""

from pydantic import Field

from serve.job_settings import JobSettings
from serve.settings import Part
from training.conte_model.writing import SERVED_TOKENS, WriterName
from training.paid_model import PaidModel
from training.scripts.split import Split


class ServerOfIt(Part):
    """A server that runs the model instead."""

    url: str = ""
    """Up to and with /v1; empty: the model runs here."""
    model: str = "conte"
    """Its name there."""


class ConteJudging(Part):
    split: Split = "test"
    num: int = Field(default=64, ge=2)
    """Samples, from all over the split."""
    writer: WriterName = "transformers"
    """What runs the models here."""
    server: ServerOfIt = ServerOfIt()
    temperature: float = Field(default=0.0, ge=0, le=2)
    top_p: float = Field(default=1.0, ge=0.01, le=1)
    max_tokens: int = Field(default=SERVED_TOKENS, ge=16)
    """Tokens of an answer; then it is cut off."""
    seed: int = 0
    prompts: str = ""
    """Folder of ko.md and en.md that ask instead of the packaged ones."""
    judge: PaidModel = PaidModel()
    """With --against: a model that prefers one of two contes; without a URL, none."""
    records: str = "sqlite:///.sian/training.db"
    """SQLAlchemy URL of what the judge has answered."""


_JUDGE = ("url", "model", "key_env", "price_in", "price_out", "budget", "budget_tokens", "purse",
          "purse_url")  # fmt: skip
SETTINGS = JobSettings(
    ConteJudging,
    "SIAN_CONTE_JUDGING_",
    renamed={"url": "server.url", "served": "server.model"}
    | {f"judge_{name}": f"judge.{name}" for name in _JUDGE},
)
