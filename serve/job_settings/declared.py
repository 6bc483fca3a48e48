"""A settings model -> its settings, one by one: path, type, default, meaning."""

import ast
import inspect
import textwrap
from collections.abc import Generator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

REQUIRED = "required"


@dataclass(frozen=True)
class Declared:
    path: str
    """Dotted path: the names of the enclosing parts and the setting's own."""
    annotation: Any
    value: Any
    """The default, or `PydanticUndefined`."""
    owner: type[BaseModel]

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def default(self) -> str:
        """Return the default in YAML, on one line."""
        if self.value is PydanticUndefined:
            return REQUIRED
        if is_secret(self.annotation):
            return ""
        return flow(self.value)

    @property
    def choices(self) -> tuple[Any, ...]:
        return tuple(
            choice
            for one in _alternatives(self.annotation)
            if get_origin(one) is Literal
            for choice in get_args(one)
        )

    @property
    def meaning(self) -> str:
        """Return the first sentence of the docstring below the field."""
        text = " ".join(_documented(self.owner).get(self.name, "").split())
        first, dot, _ = text.partition(". ")
        return first + dot.rstrip()


def declared(kind: type[BaseModel]) -> tuple[Declared, ...]:
    """Return all settings of the model and its parts, in the order of the code."""
    return tuple(_declared(kind, None, ""))


def found(kind: type[BaseModel], path: str) -> Declared | None:
    return next((one for one in declared(kind) if one.path == path), None)


def flow(value: Any) -> str:
    """Return the value in YAML, on one line."""
    plain = _plain(value)
    if isinstance(plain, str):
        return plain
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")


def part_of(annotation: Any) -> type[BaseModel] | None:
    """Return the settings model among the annotation's types, or None."""
    for one in _alternatives(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def is_text(annotation: Any) -> bool:
    """Return whether every value of this type is text: a string, a path, or a literal word."""
    kinds = [one for one in _alternatives(annotation) if one is not NoneType]
    return bool(kinds) and all(
        one in (str, Path, SecretStr)
        or (get_origin(one) is Literal and all(isinstance(word, str) for word in get_args(one)))
        for one in kinds
    )


def is_secret(annotation: Any) -> bool:
    return SecretStr in _alternatives(annotation)


def items_of(annotation: Any) -> Any:
    """Return the type of a list's or tuple's items; None for any other annotation."""
    for one in _alternatives(annotation):
        if get_origin(one) in (list, tuple, frozenset, set):
            return get_args(one)[0]
    return None


def _declared(kind: type[BaseModel], default: BaseModel | None, prefix: str) -> Generator[Declared]:
    for name, field in kind.model_fields.items():
        path = f"{prefix}{name}"
        value = _default_of(field) if default is None else getattr(default, name)
        part = part_of(field.annotation)
        if part is None or value is None:
            yield Declared(path, field.annotation, value, kind)
        if part is not None:
            yield from _declared(part, value if isinstance(value, part) else None, f"{path}.")


def _default_of(field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True, validated_data={})


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    """Return the types of a union, without their `Annotated` metadata."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return tuple(each for one in get_args(annotation) for each in _alternatives(one))
    if hasattr(annotation, "__metadata__"):
        return _alternatives(get_args(annotation)[0])
    return (annotation,)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _plain(value.model_dump(mode="json"))
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Path) else value


@cache
def _documented(kind: type[BaseModel]) -> dict[str, str]:
    """Return field -> the docstring below it, in the class or in one that it inherits from."""
    texts: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if not issubclass(one, BaseModel) or one is BaseModel or "pydantic" in one.__module__:
            continue
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(one))).body
        assert isinstance(body, ast.ClassDef)
        for field, below in zip(body.body, body.body[1:], strict=False):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
                and isinstance(below.value.value, str)
            ):
                texts[field.target.id] = below.value.value
    return texts
