"""A template with its data -> PDF. Needs typst."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path(__file__).parents[2] / "fonts"


@cache
def _fonts() -> typst.Fonts:
    # Never the machine's fonts: the same page everywhere.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def typeset(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """Return the PDF: tagged (PDF/UA-1), fonts as subsets, the same bytes for the same data.

    `pictures`: by their names in the data.
    """
    with tempfile.TemporaryDirectory(prefix="typst-") as made:
        root = Path(made)
        for file in TEMPLATES.glob("*.typ"):
            shutil.copyfile(file, root / file.name)
        for name, picture in pictures.items():
            (root / name).write_bytes(picture)
        compiler = typst.Compiler(
            root / template,
            root=root,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
        found = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    if not isinstance(found, bytes):
        raise TypeError(f"typst made {type(found).__name__}, wanted one PDF")
    return found
