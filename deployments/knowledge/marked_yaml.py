"""YAML -> plain values with line numbers, so that an error can name a line.

Scalars stay text, because people write `date: 2024-07-01`, `no` and `9:16` and mean the text.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_MAX_BYTES = 4 << 20
_MOST_TOLD = 8
Made = TypeVar("Made")
Place = tuple[str | int, ...]


class KnowledgeError(ValueError):
    """A knowledge file is wrong; each line of the message names file, line, field and what is
    wanted.
    """


class MarkedYaml:
    """A document: its `value`, and the line on which each part begins."""

    def __init__(self, path: Path, value: Any, lines: dict[Place, int]) -> None:
        self.path, self.value = path, value
        self._lines = lines

    def line(self, place: Sequence[str | int]) -> int:
        """Return the line of a part, or of the nearest part that contains it."""
        at = tuple(place)
        while at and at not in self._lines:
            at = at[:-1]
        return self._lines.get(at, 1)

    def wrong(self, place: Sequence[str | int], wanted: str) -> str:
        field = ".".join(str(step) for step in place)
        return f"{self.path}:{self.line(place)}: {field + ': ' if field else ''}{wanted}"

    def made(
        self, make: Callable[[Any], Made], value: Any, place: Sequence[str | int] = ()
    ) -> Made:
        """Return `make(value)`, where `value` is the part of the document at `place`.

        Raises:
            KnowledgeError: if `make` fails, with the lines and fields of the faults.
        """
        try:
            return make(value)
        except ValidationError as error:
            found = error.errors(include_url=False)[:_MOST_TOLD]
            told = [self.wrong((*place, *one["loc"]), _wanted(one)) for one in found]
            raise KnowledgeError("\n".join(dict.fromkeys(told))) from None
        except ValueError as error:
            raise KnowledgeError(self.wrong(place, str(error))) from None


def read_marked(path: Path) -> MarkedYaml:
    """Read a YAML file with its lines.

    Raises:
        KnowledgeError: if it cannot be read, is no YAML, or has a duplicate key.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise KnowledgeError(f"{path}: {error.strerror or error}") from error
    if len(content) > _MAX_BYTES:
        raise KnowledgeError(f"{path}: larger than {_MAX_BYTES >> 20} MiB")
    try:
        root = yaml.compose(content.decode("utf-8-sig"), Loader=_LOADER)
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"{path}: not UTF-8 at byte {error.start}") from error
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise KnowledgeError(f"{path}{line}: {error.problem or 'not YAML'}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise KnowledgeError(f"{path}: not YAML ({type(error).__name__})") from error
    if root is None:
        raise KnowledgeError(f"{path}: empty")
    lines: dict[Place, int] = {}
    try:
        value = _plain(root, (), lines, path, ())
    except RecursionError as error:
        raise KnowledgeError(f"{path}: nested too deep") from error
    return MarkedYaml(path, value, lines)


def _plain(
    node: yaml.Node, place: Place, lines: dict[Place, int], path: Path, within: tuple[int, ...]
) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(place, line)
    if isinstance(node, yaml.ScalarNode):
        return node.value
    # An alias inside its own anchor would recurse for ever.
    if id(node) in within:
        raise KnowledgeError(f"{path}:{line}: an alias that contains itself")
    within = (*within, id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, (*place, i), lines, path, within) for i, one in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
        here = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise KnowledgeError(f"{path}:{here}: wanted a name before the colon")
        if name in found:
            raise KnowledgeError(f"{path}:{here}: {name!r} stands there twice")
        lines[(*place, name)] = here
        found[name] = _plain(value, (*place, name), lines, path, within)
    return found


def _wanted(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    got = error.get("input")
    return f"{message} (got {got[:60]!r})" if isinstance(got, str) and got else message
