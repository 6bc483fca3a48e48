"""A private API of a library is used only where tests/private_apis.py says so, and for the pinned release."""

import ast
import re
from collections.abc import Set
from pathlib import Path

import pytest

from tests.private_apis import READ_IN, USES

ROOT = Path(__file__).parents[1]
FOLDERS = ("conte", "serve", "deployments", "graphs", "crawl", "training")
DOCUMENTED = {"_asdict", "_exit", "_replace", "_value_"}
"""Names of the standard library that are public, whatever they look like."""
INTERNALS = {"getclosurevars", "__self__"}
"""Ways into objects that are not ours."""
PLAIN = re.compile(r"\w+(\.\w+)+")


def is_private(name: str) -> bool:
    return any(part.startswith("_") and not part.startswith("__") for part in name.split("."))


class Names(ast.NodeVisitor):
    """Private names in a file: those that it defines, and those that it reaches for."""

    def __init__(self, code: str) -> None:
        self.defined: set[str] = set()
        self.inherited: set[str] = set()
        """Reached through `self`: another file of ours may define them."""
        self.reached: set[str] = set()
        self.visit(ast.parse(code))

    def _reach(self, *names: str) -> None:
        self.reached.update(name for name in names if is_private(name) or name in INTERNALS)

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.defined.add(node.name)
        super().visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self._reach(*(name.name for name in node.names))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self._reach(*(f"{node.module}.{name.name}" for name in node.names))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.defined.add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name, of = node.attr, node.value
        if isinstance(of, ast.Name) and of.id in ("self", "cls"):
            (self.defined if isinstance(node.ctx, ast.Store) else self.inherited).add(name)
        elif isinstance(of, ast.Call) and isinstance(of.func, ast.Name) and of.func.id == "super":
            self._reach(f"super().{name}" if is_private(name) else "")
        else:
            self._reach(name)
        self.visit(of)

    def visit_keyword(self, node: ast.keyword) -> None:
        self._reach(node.arg or "")
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in ("getattr", "hasattr", "setattr"):
            match node.args:
                case [_, ast.Constant(value=str(name)), *_]:
                    self._reach(name)
                case _:
                    pass
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and PLAIN.fullmatch(node.value):
            self._reach(node.value)

    def foreign(self, ours: Set[str] = frozenset()) -> set[str]:
        """Names of libraries; `ours` are names that other files define."""
        inherited = {name for name in self.inherited - ours if is_private(name)}
        our_bases = {f"super().{name}" for name in ours}
        return (self.reached | inherited) - self.defined - our_bases - DOCUMENTED


def used() -> set[tuple[str, str]]:
    found = {
        str(path.relative_to(ROOT)): Names(path.read_text("utf-8"))
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
    }
    return {
        (file, name)
        for file, names in found.items()
        for name in names.foreign(
            set[str]().union(*(other.defined for at, other in found.items() if at != file))
        )
    }


def pinned(library: str) -> str:
    """The release in constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith(f"{library}=="))


def test_every_private_api_stands_in_the_list_and_every_line_of_the_list_is_true() -> None:
    assert used() == {(file, name) for file, name, _, _ in USES}


@pytest.mark.parametrize("library", READ_IN)
def test_a_raised_pin_names_the_lines_to_read_again(library: str) -> None:
    lines = [f"{file}: {name} ({why})" for file, name, of, why in USES if of == library]
    assert lines, f"nothing private of {library} is used any more: take it out of READ_IN"
    again = f"read these again in the release that is pinned, then correct READ_IN: {lines}"
    assert READ_IN[library] == pinned(library), again


def test_a_private_name_is_found_however_it_is_reached() -> None:
    code = """
import ray._private.node
from ray._private import worker
from grpc.aio._server import Server
pipe._execution_device
getattr(pipe, "_hf_hook", None)
handle.options(_by_reference=True)
class Engine(VLLMEngine):
    def _start(self):
        self._own = self._theirs
        return super()._start()
logging.getLogger("torch._dynamo.convert_frame")
os._exit(1)
"""
    assert Names(code).foreign() == {
        "ray._private.node", "ray._private.worker", "grpc.aio._server.Server",
        "_execution_device", "_hf_hook", "_by_reference", "_theirs", "super()._start",
        "torch._dynamo.convert_frame",
    }  # fmt: skip
