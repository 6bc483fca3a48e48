"""The type stubs of transformers agree with transformers."""

import ast
from importlib.util import find_spec
from pathlib import Path

TYPINGS = Path(__file__).parents[1] / "typings" / "transformers" / "__init__.pyi"


def test_every_name_is_defined_where_the_typings_say() -> None:
    # Found and not imported: that would take longer than all there is to compare.
    library = find_spec("transformers")
    assert library is not None and library.origin is not None
    folder = Path(library.origin).parents[1]
    said = [
        (str(node.module), alias.name)
        for node in ast.parse(TYPINGS.read_text("utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    assert len(said) > 40
    assert not [one for one in said if not _defines(folder.joinpath(*one[0].split(".")), one[1])]


def _defines(module: Path, name: str) -> bool:
    source = module.with_suffix(".py").read_text("utf-8")
    return any(f"\n{begin}" in source for begin in (f"class {name}", f"def {name}(", f"{name} = "))
