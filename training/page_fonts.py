"""Pages in Korean want its letters where the reader's machine has none: fonts beside the page."""

import shutil
from pathlib import Path

_FONTS = Path(__file__).parents[1] / "deployments" / "fonts"
STYLE = """
@font-face{font-family:Pretendard;font-weight:400 599;src:url(fonts/Pretendard-Medium.otf)}
@font-face{font-family:Pretendard;font-weight:600 900;src:url(fonts/Pretendard-SemiBold.otf)}
"""
"""What a page says to use them."""


def fonts_beside(page: Path) -> None:
    """Pretendard and its licence into `fonts/` of the page's folder.

    Raises:
        OSError: if it cannot be written.
    """
    fonts = page.parent / "fonts"
    fonts.mkdir(exist_ok=True)
    for name in ("Pretendard-Medium.otf", "Pretendard-SemiBold.otf", "OFL-Pretendard.txt"):
        shutil.copyfile(_FONTS / name, fonts / name)
