"""The settings of a run -> a file that repeats it.

Leaves out secrets, and values that were derived from the machine: another machine derives its own.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, SecretStr

from serve.whole import write_whole

_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]+@")
"""A password in a URL, such as a database's."""


def write_effective(path: Path, settings: BaseModel) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, effective(settings))


def effective(settings: BaseModel) -> str:
    """Return YAML of all settings, also of defaults: another release may have other ones."""
    return yaml.safe_dump(_shown(settings), allow_unicode=True, sort_keys=False)


def _shown(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _shown(
            {
                name: getattr(value, name)
                for name, field in type(value).model_fields.items()
                if field.default_factory is None or name in value.model_fields_set
            }
        )
    if isinstance(value, Mapping):
        return {str(name): _shown(one) for name, one in value.items() if not _is_secret(one)}
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    return str(value) if isinstance(value, Path) else value


def _is_secret(value: Any) -> bool:
    has_password = isinstance(value, str) and _PASSWORD.search(value) is not None
    return has_password or isinstance(value, SecretStr)
