"""Docstrings, of attributes too, begin with a noun or a verb."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("conte", "serve", "deployments", "graphs", "crawl", "training", "tests")
UNFINISHED = re.compile(r'"\s*Of\b')
DIALECT = re.compile(r"(?<!`)\b([Ww]hoever|told|tells)\b(?!`)")


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_docstring_begins_with_of(folder: str) -> None:
    assert not [
        f"{file.relative_to(ROOT)}:{line}: {text[:60]}"
        for file in (ROOT / folder).rglob("*.py")
        # Reading the text first spares the parser almost all files.
        if UNFINISHED.search(source := file.read_text(encoding="utf-8"))
        for line, text in _docstrings(source)
        if re.match(r"\s*Of\b", text)
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_docstrings_are_plain_technical_english(folder: str) -> None:
    assert not [
        f"{file.relative_to(ROOT)}:{line}: {found[0]}"
        for file in (ROOT / folder).rglob("*.py")
        if DIALECT.search(source := file.read_text(encoding="utf-8"))
        for line, text in _docstrings(source)
        if (found := DIALECT.search(text))
    ]


def _docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each string that stands alone, as docstrings do."""
    bodies = (getattr(node, "body", ()) for node in ast.walk(ast.parse(source)))
    for line in chain.from_iterable(body for body in bodies if isinstance(body, list)):
        match line:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield line.lineno, text
            case _:
                pass
