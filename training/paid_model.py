"""Settings of a paid model for a training job: its server, its key and its budget."""

import os

from pydantic import Field, SecretStr

from deployments.engines.paid import limits_of
from serve.settings import PaidSettings


class PaidModel(PaidSettings):
    purse: str = Field(default="", max_length=100)
    """Name of the budget; empty: the job's own. Jobs with the same name share its money and its
    rate."""
    purse_url: str = ""
    """SQLAlchemy URL of the budget's database; empty is the job's own database."""
    key_env: str = "OPENAI_API_KEY"
    """Environment variable with the key, if `api_key` is not set."""
    timeout_s: float = Field(default=120, gt=0)
    """Seconds that the server may be silent."""

    def opened(self, purse: str, setting: str) -> PaidSettings:
        """Return the settings with their key, and with `purse` if they name no budget. `setting` is
        the prefix in errors.

        Raises:
            ValueError: naming the missing or wrong setting.
        """
        given = {name: getattr(self, name) for name in PaidSettings.model_fields}
        given["purse"] = self.purse or purse
        if not self.api_key.get_secret_value():
            given["api_key"] = SecretStr(os.environ.get(self.key_env, ""))
        settings = PaidSettings.model_validate(given)
        limits_of(settings, setting)
        return settings
