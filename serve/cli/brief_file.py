"""A YAML or JSON file -> Brief, or one line for each fault."""

import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from conte.brief import Brief
from conte.brief_words import unfit_words
from serve.ingress.fields import dotted, field_errors, shown
from serve.json_text import GivenTwice, NotJson, NotUtf8, utf8, value_of
from serve.pictures.header import MAX_BYTES

_MAX_BYTES = 1 << 18
_MAX_NODES, _MAX_DEPTH = 1000, 20
"""Most values in a YAML file, and deepest nesting. A brief has up to 200, nested 4 deep."""
_MAX_NAME = 1024
"""Most characters of a file name that an error quotes."""
_UPLOADED = re.compile(r"images/[0-9a-f]{64}\.png")


class BriefFileError(Exception):
    """The file is not a brief; each line names a field and what is wanted."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class _Loader(yaml.SafeLoader):
    """Loads YAML by the rules of 1.2: in 1.1, PyYAML's own, `9:16` is 556 and `No` is false.

    Loads plain values only, and no more than a brief can have: tags create no objects, and aliases
    cannot expand a few lines into a large tree.
    """

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._nodes, self._depth = 0, 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(
                problem=f"*{event.anchor} is an alias; wanted the value itself",
                problem_mark=event.start_mark,
            )
        self._nodes += 1
        if self._nodes > _MAX_NODES or self._depth >= _MAX_DEPTH:
            wanted = f"wanted at most {_MAX_NODES} values, nested at most {_MAX_DEPTH} deep"
            raise yaml.MarkedYAMLError(problem=wanted, problem_mark=self.peek_event().start_mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set[str]()
        for key, _ in node.value:
            name = str(key.value)
            if not isinstance(key, yaml.ScalarNode):
                raise _at(key, "a field's name is a text")
            if name in seen:
                raise _at(key, f"{name[:40]!r} is given twice, wanted once")
            seen.add(name)
        return super().construct_mapping(node, deep)


def _at(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


_KINDS: dict[str, tuple[str, str, Callable[[str], Any]]] = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF", lambda text: text.lower() == "true"),
    "int": (r"[-+]?(0|[1-9][0-9]*)", "-+0123456789", int),
    "float": (r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", "-+.0123456789", float),
    "null": (r"~|null|Null|NULL|", "~nN", lambda _: None),
}
_MAX_DIGITS = 40
"""Most digits of a number; numbers in a brief have far fewer."""


def _plain(tag: str, pattern: re.Pattern[str], read: Callable[[str], Any]) -> Callable[..., Any]:
    def construct(loader: _Loader, node: Any) -> Any:
        text = str(loader.construct_scalar(node))
        if not pattern.fullmatch(text):
            raise _at(node, f"{text[:40]!r} is no {tag}")
        if tag in ("int", "float") and len(text) > _MAX_DIGITS:
            raise _at(node, f"a number of {len(text)} digits, wanted at most {_MAX_DIGITS}")
        return read(text)

    return construct


def _str(loader: _Loader, node: Any) -> str:
    text = str(loader.construct_scalar(node))
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise _at(node, "half of a surrogate pair is no character")
    return text


def _refused(loader: _Loader, node: yaml.Node) -> Any:
    raise _at(node, f"the tag {str(node.tag)[:60]} is not taken; wanted a plain value")


_Loader.yaml_implicit_resolvers = {}
_Loader.yaml_constructors = {
    f"tag:yaml.org,2002:{kind}": yaml.SafeLoader.yaml_constructors[f"tag:yaml.org,2002:{kind}"]
    for kind in ("seq", "map")
}
_Loader.add_constructor("tag:yaml.org,2002:str", _str)
_Loader.add_constructor(None, _refused)  # pyright: ignore[reportArgumentType]
for _kind, (_text, _first, _read_as) in _KINDS.items():
    _tag, _pattern = f"tag:yaml.org,2002:{_kind}", re.compile(_text)
    _starts = [*_first, ""] if _kind == "null" else list(_first)
    _Loader.add_implicit_resolver(_tag, re.compile(f"^(?:{_text})$"), _starts)
    _Loader.add_constructor(_tag, _plain(_kind, _pattern, _read_as))


def read_brief(path: Path) -> Brief:
    """Read the brief in a file, without its pictures: these get keys when they are uploaded.

    Raises:
        BriefFileError: naming the file, the field and what is wanted.
    """
    data = _fields(path)
    _pictures(path, data)
    for _, holder in _naming_files(data):
        del holder["image"]
    try:
        # Validated as strict JSON, like the server does.
        brief = Brief.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        errors: list[Any] = list(error.errors(include_url=False))
        raise BriefFileError(
            *(
                f"{_named(path)}:{found.field or 'brief'}: {_wanted(found.wanted)}"
                + (f" (got {found.got})" if found.got is not None and found.field else "")
                for found in field_errors(errors, Brief)
            )
        ) from error
    except (TypeError, ValueError) as error:
        raise BriefFileError(f"{_named(path)}: {error}") from error
    if unfit := unfit_words(brief):
        raise BriefFileError(
            *(
                f"{_named(path)}:{found.field}: {found.wanted} (got {shown(found.got)})"
                for found in unfit
            )
        )
    return brief


def pictures_of(path: Path) -> Mapping[str, Path]:
    """Return the picture files that a brief names: field -> path, resolved from the brief's folder.

    Raises:
        BriefFileError: if a file is missing.
    """
    return _pictures(path, _fields(path))


def _pictures(path: Path, data: dict[str, Any]) -> Mapping[str, Path]:
    found = {field: path.parent / holder["image"] for field, holder in _naming_files(data)}
    lacking = [
        f"{_named(path)}:{field}: there is no file {_named(picture)}"
        for field, picture in found.items()
        if not _is_file(picture)
    ]
    # Checked before reading: the file may be a film of gigabytes.
    lacking += [
        f"{_named(path)}:{field}: {_named(picture)} has {size} bytes, wanted a picture of at most "
        f"{MAX_BYTES}"
        for field, picture in found.items()
        if _is_file(picture) and (size := picture.stat().st_size) > MAX_BYTES
    ]
    if lacking:
        raise BriefFileError(*lacking)
    return found


def _naming_files(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (field, object) for each object of a brief, valid or not, that names an image file."""
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
        raise BriefFileError(
            f"{_named(path)}: wanted fields, such as `product:` with a `name:` below it"
        )
    return data


def _wanted(text: str) -> str:
    return f"{text}; put it in quotes" if text == "a valid string" else text


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # the name is too long for a file
        return False


def _named(path: Path) -> str:
    name = str(path)
    return name if len(name) <= _MAX_NAME else f"{name[:40]}…{name[-40:]}"


def _read(path: Path) -> str:
    try:
        # Non-blocking: opening a FIFO would wait for a writer.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            mode = os.fstat(handle).st_mode
            content = _content(handle) if stat.S_ISREG(mode) else b""
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        raise BriefFileError(f"{_named(path)}: {said or error}") from error
    if not stat.S_ISREG(mode):
        kind = next((kind for is_it, kind in _OTHERS if is_it(mode)), "no file")
        raise BriefFileError(f"{_named(path)}: is {kind}, wanted a YAML or JSON file")
    if len(content) > _MAX_BYTES:
        most = f"a brief has at most {_MAX_BYTES >> 10} KiB"
        raise BriefFileError(f"{_named(path)}: larger than a brief can be: {most}")
    try:
        text = utf8(content)
    except NotUtf8 as error:
        raise BriefFileError(f"{_named(path)}: {error}; save it as UTF-8") from error
    if (at := text.find("\0")) >= 0:
        raise BriefFileError(
            f"{_named(path)}: has a NUL character at {at}, as no text has; save it as UTF-8"
        )
    return text


def _content(handle: int) -> bytes:
    """Return the file's content, at most one byte more than allowed."""
    with os.fdopen(handle, "rb", closefd=False) as file:
        return file.read(_MAX_BYTES + 1)


_OTHERS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def _load(path: Path, text: str) -> Any:
    try:
        if path.suffix.lower() == ".json":
            return value_of(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader
    except GivenTwice as error:
        raise BriefFileError(
            f"{_named(path)}:{dotted(error.place)}: given twice, wanted once"
        ) from error
    except NotJson as error:
        place = f":{error.line}:{error.column}" if error.line else ""
        raise BriefFileError(f"{_named(path)}{place}: {error.said}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise BriefFileError(f"{_named(path)}{place}: {error.problem or 'not YAML'}") from error
    except RecursionError as error:
        raise BriefFileError(f"{_named(path)}: nested too deeply for a brief") from error
    except yaml.reader.ReaderError as error:
        said = f"character U+{error.character:04X} at {error.position}"
        raise BriefFileError(f"{_named(path)}: {said} cannot be used in YAML") from error
    except yaml.YAMLError as error:
        raise BriefFileError(f"{_named(path)}: not YAML ({type(error).__name__})") from error
