"""Where settings are given -> nested mappings: a file, the environment, `--set`. Knows no job."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import BaseModel
from pydantic_settings import BaseSettings, EnvSettingsSource

from serve.job_settings.declared import found, is_text, items_of

Values = dict[str, Any]


class WrongSettings(ValueError):
    """Settings that a job cannot run with; a line for each, with its name and what is wanted."""


def in_file(path: Path) -> Values:
    """
    Raises:
        WrongSettings: if it cannot be read, or is no mapping of settings.
    """
    try:
        given = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise WrongSettings(f"--settings: {path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        said = " ".join(str(error).split())
        raise WrongSettings(f"--settings: {path} is no YAML: {said}") from error
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise WrongSettings(f"--settings: {path} is no mapping of settings")
    return cast(Values, given)


def in_environment(kind: type[BaseModel], prefix: str) -> Values:
    """What variables with the prefix say, `__` between the parts; lists and mappings are JSON.

    Raises:
        WrongSettings: if one is no setting, or no JSON where that is wanted.
    """
    for name in os.environ:
        head = name.removeprefix(prefix).lower().partition("__")[0]
        if name.startswith(prefix) and head not in kind.model_fields:
            raise WrongSettings(f"{name}: there is no such setting")
    try:
        # It reads any model's fields.
        source = EnvSettingsSource(
            cast(type[BaseSettings], kind),
            case_sensitive=False,
            env_prefix=prefix,
            env_nested_delimiter="__",
        )
        return source()
    except ValueError as error:
        raise WrongSettings(f"{prefix}...: {error}; wanted JSON") from error


def in_changes(kind: type[BaseModel], changes: Sequence[str]) -> Values:
    """What `--set a.b=value` says. Values are YAML; of text they are taken as they are, and lists
    may be written with commas.

    Raises:
        WrongSettings: if one has no value, or names a setting as a group.
    """
    given: Values = {}
    for change in changes:
        path, equals, text = change.partition("=")
        if not equals:
            raise WrongSettings(f"--set: {change} names no value, wanted name=value")
        part = given
        *outer, last = path.split(".")
        for each in outer:
            part = part.setdefault(each, {})
            if not isinstance(part, dict):
                raise WrongSettings(f"--set: {path}: {each} is a setting, wanted a group of them")
        part[last] = _value(kind, path, text)
    return given


def merged(*sources: Mapping[str, Any]) -> Values:
    """The later ones win, setting by setting."""
    whole: Values = {}
    for source in sources:
        for name, value in source.items():
            before = whole.get(name)
            if isinstance(before, Mapping) and isinstance(value, Mapping):
                value = merged(cast(Values, before), cast(Values, value))
            whole[name] = value
    return whole


def _value(kind: type[BaseModel], path: str, text: str) -> Any:
    setting = found(kind, path)
    of = None if setting is None else setting.annotation
    if is_text(of):
        return None if text == "null" and type(None) in getattr(of, "__args__", ()) else text
    items = items_of(of)
    if items is not None and not text.startswith("["):
        words = [word.strip() for word in text.split(",") if word.strip()]
        return words if is_text(items) else [_yaml(path, word) for word in words]
    return _yaml(path, text)


def _yaml(path: str, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise WrongSettings(f"--set: {path}: {text!r} is no YAML") from error
