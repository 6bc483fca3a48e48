"""The fonts of a page: many machines have no Korean font, and pages are opened without a network.

The files lie in `fonts/` beside the page; `base.html` names them.
"""

from importlib import resources
from pathlib import Path

FONTS = tuple(
    f"fonts/{name}"
    for name in ("Pretendard-Medium.otf", "Pretendard-SemiBold.otf", "OFL-Pretendard.txt")
)
"""Paths relative to the page's folder: two weights and their licence."""


def font_bytes(name: str) -> bytes:
    return (resources.files("deployments") / name).read_bytes()


def fonts_beside(page: Path) -> None:
    """Copy the fonts into the page's folder.

    Raises:
        OSError: if they cannot be written.
    """
    (page.parent / "fonts").mkdir(exist_ok=True)
    for name in FONTS:
        (page.parent / name).write_bytes(font_bytes(name))
