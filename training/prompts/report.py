"""Report of a search: parent and child side by side, with their scores. Korean first.

One HTML file that needs only its fonts. Texts of models and briefs are escaped.
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from serve.pages.page import page
from training.prompts.search import Found
from training.prompts.task import Task

if TYPE_CHECKING:
    from training.prompts.result import Both, Result

_MOST_EXAMPLES = 60
_TEMPLATE = Path(__file__).with_name("report.html")
_Pair = tuple[str | None, str | None, bool]
"""A line of the parent, the line of the child beside it, and whether they are equal."""


def report(
    found: Found[Any], on_test: "Both | None", result: "Result", task: Task[Any],
    about: Mapping[str, Any],
) -> str:  # fmt: skip
    return page(
        _TEMPLATE,
        found=found,
        on_test=on_test,
        result=result,
        task=task,
        sides=list(_sides(found, result)),
        examples=list(zip(*(on_test or found.trials), strict=True))[:_MOST_EXAMPLES],
        how={
            **{name: value for group in about.values() if isinstance(group, dict)
               for name, value in group.items()},
            "rounds": found.rounds, "reflection": found.reflection,
        },
    )  # fmt: skip


def _sides(found: Found[Any], result: "Result") -> Iterator[tuple[str, list[_Pair] | None]]:
    """Yield each section by name with its aligned lines; None for an unchanged section."""
    parent, child = found.accepted[0].text, found.accepted[found.best].text
    for name, text in parent.sections.items():
        other = child.sections[name]
        same = other == text and result.file
        yield name, None if same else list(_aligned(text.split("\n"), other.split("\n")))


def _aligned(old: list[str], new: list[str]) -> Iterator[_Pair]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for one, two in zip_longest(old[a:b], new[c:d]):
            yield one, two, what == "equal"
