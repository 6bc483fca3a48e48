"""A brief in a YAML or JSON file -> Brief, or one line for each thing to correct."""

import json
import re
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
    """The brief in a file, without its photo, which has no name before it is uploaded.

    Raises:
        BriefFileError: naming the file, the field and what is wanted.
    """
    data = _fields(path)
    if photo_of(path) is not None:
        data["product"] = {k: v for k, v in data["product"].items() if k != "image"}
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


def photo_of(path: Path) -> Path | None:
    """The file that `product.image` of a brief names, relative to the brief's own folder.

    Raises:
        BriefFileError: if there is no such file.
    """
    product: Any = _fields(path).get("product")
    image: Any = product.get("image") if isinstance(product, dict) else None
    if not isinstance(image, str) or not image or _UPLOADED.fullmatch(image):
        return None
    photo = path.parent / image
    if not photo.is_file():
        raise BriefFileError(f"{path}:product.image: there is no file {photo}")
    return photo


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
