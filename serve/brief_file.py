"""A brief in a YAML or JSON file -> Brief, or one line for each thing to correct."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from conte.brief import Brief
from serve.ingress.fields import field_errors

_MAX_BYTES = 1 << 20
_UPLOADED = re.compile(r"images/[0-9a-f]{64}\.png")


class BriefFileError(Exception):
    """The file is no brief; each line says where and what is wanted."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class _Loader(yaml.SafeLoader):
    """YAML as version 1.2 reads it: in 1.1, PyYAML's own, `9:16` is 556 and `No` is false."""


_SCALARS = {
    "tag:yaml.org,2002:bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "tag:yaml.org,2002:int": (r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    "tag:yaml.org,2002:float": (r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", "-+.0123456789"),  # noqa: E501
    "tag:yaml.org,2002:null": (r"~|null|Null|NULL|", "~nN"),
}  # fmt: skip
_Loader.yaml_implicit_resolvers = {}
for _tag, (_pattern, _first) in _SCALARS.items():
    _starts = [*_first, ""] if _tag.endswith("null") else list(_first)
    _Loader.add_implicit_resolver(_tag, re.compile(f"^(?:{_pattern})$"), _starts)


def read_brief(path: Path) -> Brief:
    """The brief in a file, without its pictures, which have no names before they are uploaded.

    Raises:
        BriefFileError: naming the file, the field and what is wanted.
    """
    data = _fields(path)
    _pictures(path, data)
    for _, holder in _naming_files(data):
        del holder["image"]
    try:
        # As JSON and strictly, as the server reads it.
        return Brief.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        errors: list[Any] = list(error.errors(include_url=False))
        raise BriefFileError(
            *(
                f"{path}:{found.field or 'brief'}: {_wanted(found.wanted)}"
                + (f" (got {found.got})" if found.got is not None and found.field else "")
                for found in field_errors(errors, Brief)
            )
        ) from error
    except (TypeError, ValueError) as error:
        raise BriefFileError(f"{path}: {error}") from error


def pictures_of(path: Path) -> Mapping[str, Path]:
    """The files that a brief's `image`s name, relative to its own folder, by their fields.

    Raises:
        BriefFileError: if there is no such file.
    """
    return _pictures(path, _fields(path))


def _pictures(path: Path, data: dict[str, Any]) -> Mapping[str, Path]:
    found = {field: path.parent / holder["image"] for field, holder in _naming_files(data)}
    lacking = [
        f"{path}:{field}: there is no file {picture}"
        for field, picture in found.items()
        if not picture.is_file()
    ]
    if lacking:
        raise BriefFileError(*lacking)
    return found


def _naming_files(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each part of a brief, valid or not, whose `image` is a file; by the field."""
    parts: dict[str, Any] = {"product": data.get("product")}
    characters: Any = data.get("characters")
    if isinstance(characters, list):
        parts |= {f"characters[{at}]": one for at, one in enumerate(characters)}
    for name, part in parts.items():
        image: Any = part.get("image") if isinstance(part, dict) else None
        if isinstance(image, str) and image and not _UPLOADED.fullmatch(image):
            yield f"{name}.image", part


def _fields(path: Path) -> dict[str, Any]:
    data = _load(path, _read(path))
    if not isinstance(data, dict):
        raise BriefFileError(f"{path}: wanted fields, such as `product:` with a `name:` below it")
    return data


def _wanted(text: str) -> str:
    return f"{text}; put it in quotes" if text == "a valid string" else text


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise BriefFileError(f"{path}: {error.strerror or error}") from error
    if len(content) > _MAX_BYTES:
        raise BriefFileError(f"{path}: larger than a brief can be")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BriefFileError(
            f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8"
        ) from error


def _load(path: Path, text: str) -> Any:
    try:
        if path.suffix == ".json":
            return json.loads(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader
    except json.JSONDecodeError as error:
        raise BriefFileError(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise BriefFileError(f"{path}{place}: {error.problem or 'not YAML'}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BriefFileError(f"{path}: not YAML ({type(error).__name__})") from error
