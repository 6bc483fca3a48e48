"""Sources of settings -> nested mappings: a file, the environment, `--set`. Knows no job."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import BaseModel
from pydantic_settings import BaseSettings, EnvSettingsSource

from serve.job_settings.declared import found, is_text, items_of
from serve.secret_files import FILE, SecretFileError, secret_variables, with_files
from serve.yaml_text import NameTwice, yaml_value

Values = dict[str, Any]


class WrongSettings(ValueError):
    """Settings that a job cannot run with; one line each, with the name and what is wanted."""


def in_file(path: Path) -> Values:
    """Return the settings in a YAML file.

    Raises:
        WrongSettings: if the file cannot be read, or is not a mapping.
    """
    try:
        given = yaml_value(path.read_text("utf-8"))
    except OSError as error:
        raise WrongSettings(f"--settings: {path}: {error.strerror or error}") from error
    except NameTwice as error:
        raise WrongSettings(f"--settings: {path}: {error}") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        said = " ".join(str(error).split())
        raise WrongSettings(f"--settings: {path} is no YAML: {said}") from error
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise WrongSettings(f"--settings: {path} is no mapping of settings")
    return cast(Values, given)


def in_environment(kind: type[BaseModel], prefix: str) -> Values:
    """Return the settings in environment variables with the prefix; `__` separates parts.

    Values other than text are JSON.

    Raises:
        WrongSettings: if a variable names no setting, or its value is not the JSON that is wanted.
    """
    files = {f"{name}{FILE}" for name in secret_variables(kind, prefix).values()}
    for name in os.environ.keys() - files:
        head = name.removeprefix(prefix).lower().partition("__")[0]
        if name.startswith(prefix) and head not in kind.model_fields:
            raise WrongSettings(f"{name}: there is no such setting")
    try:
        # The source of pydantic-settings reads the fields of any model.
        source = EnvSettingsSource(
            cast(type[BaseSettings], kind),
            case_sensitive=False,
            env_prefix=prefix,
            env_nested_delimiter="__",
        )
        source.env_vars = with_files(source.env_vars, kind, prefix)
        return source()
    except SecretFileError as error:
        raise WrongSettings(str(error)) from error
    except ValueError as error:
        raise WrongSettings(f"{prefix}...: {error}; wanted JSON") from error


def in_changes(kind: type[BaseModel], changes: Sequence[str]) -> Values:
    """Return the settings of `--set a.b=value`.

    A value is YAML; for a text setting it is taken literally, and a list may be written with
    commas.

    Raises:
        WrongSettings: if a change has no value, or names a group of settings.
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
    """Merge nested settings; of two values of a setting the later source's wins."""
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
        return yaml_value(text)
    except NameTwice as error:
        raise WrongSettings(f"--set: {path}: {error}") from error
    except yaml.YAMLError as error:
        raise WrongSettings(f"--set: {path}: {text!r} is no YAML") from error
