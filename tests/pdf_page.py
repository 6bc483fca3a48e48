"""PDFs for tests: cells drawn with Skia, as a word processor would draw a table."""

from collections.abc import Sequence
from pathlib import Path

import skia

FONT = Path(__file__).parents[1] / "deployments" / "fonts" / "Pretendard-Medium.otf"
Cell = tuple[tuple[float, float, float, float], str]
"""Left, top, right, bottom in points, and its text, lines and all."""


def pdf_of(pages: Sequence[Sequence[Cell]]) -> bytes:
    font = skia.Font(skia.Typeface.MakeFromFile(str(FONT)), 11)
    line = skia.Paint(Style=skia.Paint.kStroke_Style, StrokeWidth=1)
    stream = skia.DynamicMemoryWStream()
    document = skia.PDF.MakeDocument(stream)
    for page in pages:
        canvas = document.beginPage(595, 842)
        for (left, top, right, bottom), text in page:
            canvas.drawRect(skia.Rect.MakeLTRB(left, top, right, bottom), line)
            for n, words in enumerate(text.split("\n")):
                canvas.drawString(words, left + 4, top + 16 + 14 * n, font, skia.Paint())
        document.endPage()
    document.close()
    return bytes(stream.detachAsData())


def grid(rows: Sequence[Sequence[str]], top: float = 50) -> list[Cell]:
    """Plain cells of 100 by 30 points."""
    return [
        ((50 + 100 * x, top + 30 * y, 150 + 100 * x, top + 30 + 30 * y), text)
        for y, row in enumerate(rows)
        for x, text in enumerate(row)
    ]
