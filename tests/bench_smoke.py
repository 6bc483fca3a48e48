"""Which test runs which arm of which bench."""

from collections.abc import Callable, Collection
from types import FunctionType, ModuleType
from typing import Any, TypeVar

_Test = TypeVar("_Test", bound=Callable[..., Any])

COMMAND = "python -m"
"""The bench of what is no part of `make bench`: each arm is a module of tests/bench."""


def smokes(bench: str, arms: Collection[str]) -> Callable[[_Test], _Test]:
    """Marks a test that runs these arms of a bench."""

    def marked(test: _Test) -> _Test:
        before: set[tuple[str, str]] = test.__dict__.get("smokes", set())
        test.__dict__["smokes"] = before | {(bench, arm) for arm in arms}
        return test

    return marked


def smoked_in(modules: Collection[ModuleType]) -> set[tuple[str, str]]:
    """(bench, arm) of all that the tests of these modules run."""
    found: set[tuple[str, str]] = set()
    for module in modules:
        for member in vars(module).values():
            if isinstance(member, FunctionType):
                found |= member.__dict__.get("smokes", set())
    return found
