"""How every job is configured: one settings file, `SIAN_JOB_...` and `--set a.b=value`.

A job declares a frozen pydantic model, and one `JobSettings` that reads it. Inputs that identify
the work (a manifest, a folder, a base model) are options of its command; all else are settings.
"""

from serve.job_settings.command import (
    Changes,
    SettingsFile,
    command_of,
    listing,
    settings_or_exit,
)
from serve.job_settings.declared import declared
from serve.job_settings.effective import effective
from serve.job_settings.reading import JobSettings
from serve.job_settings.sources import WrongSettings

__all__ = [
    "Changes",
    "JobSettings",
    "SettingsFile",
    "WrongSettings",
    "command_of",
    "declared",
    "effective",
    "listing",
    "settings_or_exit",
]
