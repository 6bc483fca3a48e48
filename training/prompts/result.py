"""The result of a search -> the new prompt file, in a folder that documents its making."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serve.pages.fonts import fonts_beside
from serve.registry.interval import Interval, difference, share_interval
from training.prompts.adapter import Trial
from training.prompts.report import report
from training.prompts.search import Found
from training.prompts.task import Task
from training.whole_folder import MANIFEST, FolderStands, whole_folder, write_lines

Both = tuple[Sequence[Trial[Any]], Sequence[Trial[Any]]]
"""Trials on one split: of the parent, and of the best prompt."""
TESTED = "test.jsonl"


@dataclass(frozen=True)
class ComparedFigure:
    """One figure on a split: of the parent, of the child, and the child's minus the parent's."""

    parent: Interval
    child: Interval
    better: Interval


@dataclass(frozen=True)
class Result:
    """Result of a search. `file` is the new prompt's text; empty if none was better on valid."""

    version: str
    parent: str
    file: str
    valid: Mapping[str, ComparedFigure]
    """`value`, then each part of the reward, on the split by which the search selected."""
    test: Mapping[str, ComparedFigure]
    """The same on examples that the search did not use; empty if there is no new prompt."""


def result_of(found: Found[Any], on_test: Both | None, by: str) -> Result:
    """Return the result. `on_test`: trials of the parent and of the best prompt on test. `by`:
    label of the reflecting model for the file."""
    parent, best = found.accepted[0].text, found.accepted[found.best].text
    valid = compared(*found.trials)
    served = parent.prompt().version
    if on_test is None:
        return Result(served, served, "", valid, {})
    test = compared(*on_test)
    value = test["value"]
    groups = f"{value.child.num} examples of {value.child.groups} groups"
    text = best.as_file(
        parent.version + 1,
        {
            "parent": served,
            "test": f"{value.child} on {groups}, the parent {value.parent.mean:.3f}",
            "better_by": str(value.better),
            "reflected_by": f"{_line(by)}, {found.reflection}",
        },
    )
    return Result(_version(best.name, text, tuple(best.sections)), served, text, valid, test)


def compared(
    parent: Sequence[Trial[Any]], child: Sequence[Trial[Any]]
) -> dict[str, ComparedFigure]:  # fmt: skip
    groups = [trial.example.group for trial in parent]
    names = dict.fromkeys(name for trial in (*parent, *child) for name in trial.judged.parts)
    figures: dict[str, ComparedFigure] = {}
    for name in ("value", *names):
        old, new = ([_figure(trial, name) for trial in trials] for trials in (parent, child))
        figures[name] = ComparedFigure(
            share_interval(old, groups), share_interval(new, groups), difference(new, old, groups)
        )
    return figures


def publish(
    found: Found[Any], on_test: Both | None, result: Result, task: Task[Any], folder: Path,
    about: Mapping[str, Any],
) -> None:  # fmt: skip
    """Write the search's folder, whole or not at all.

    Raises:
        FolderStands: if the folder exists with other content.
    """
    told = {
        **about, "version": result.version, "parent": result.parent,
        "valid": _told(result.valid), "test": _told(result.test),
        "rounds": found.rounds, "stopped": found.stopped, "reflection": found.reflection,
        "accepted": [{"parents": one.parents, "valid": one.value} for one in found.accepted],
    }  # fmt: skip
    with whole_folder(folder, told) as making:
        if result.file:
            (making / f"{task.language}.md").write_text(result.file, "utf-8")
        write_lines(making / "valid.jsonl", _rows(found.trials))
        if on_test is not None:
            write_lines(making / TESTED, _rows(on_test))
        write_lines(
            making / "proposals.jsonl",
            (
                {"section": one.section, "lesson": one.lesson, "refused": one.wrong,
                 "text": one.text}
                for one in found.proposals
            ),
        )  # fmt: skip
        html = report(found, on_test, result, task, about)
        (making / "report.html").write_text(html, "utf-8")
        fonts_beside(making / "report.html")


def _told(figures: Mapping[str, ComparedFigure]) -> dict[str, Any]:
    return {
        name: {
            "parent": one.parent.model_dump(),
            "child": one.child.model_dump(),
            "better_by": one.better.model_dump(),
        }
        for name, one in figures.items()
    }


def _rows(both: Both) -> Iterator[dict[str, Any]]:
    for old, new in zip(*both, strict=True):
        yield {
            "id": old.example.id, "group": old.example.group,
            "parent": old.judged.value, "child": new.judged.value,
            "parent_reasons": old.judged.reasons, "child_reasons": new.judged.reasons,
            "parent_answer": old.answer, "child_answer": new.answer,
        }  # fmt: skip


def stands(folder: Path, about: Mapping[str, Any]) -> bool:
    """Return whether the folder exists already, as the result of the same search.

    Raises:
        FolderStands: if it is the result of another search, or something else.
    """
    if not folder.exists():
        return False
    manifest = folder / MANIFEST
    made = json.loads(manifest.read_text("utf-8")) if manifest.exists() else {}
    if any(made.get(name) != json.loads(json.dumps(about[name])) for name in ("search", "task")):
        raise FolderStands(f"{folder} is there already and is from another search")
    return True


def _figure(trial: Trial[Any], name: str) -> float:
    """Return one part of a trial's reward; 0 where an unreadable answer lacks the part."""
    return trial.judged.value if name == "value" else trial.judged.parts.get(name, 0.0)


def _version(name: str, text: str, sections: Sequence[str]) -> str:
    from deployments.engines.prompt_file import read_prompt

    return read_prompt(name, text, sections).version


def _line(text: str) -> str:
    return " ".join(text.split())
