"""PDFs for tests whose tables were drawn sideways, or whose pages are turned to be read."""

import io
from collections.abc import Sequence

import skia

from tests.pdf_page import FONT, Cell


def sideways_pdf_of(cells: Sequence[Cell], turn: int, upright: Sequence[Cell] = ()) -> bytes:
    """A page of A4 with cells turned by `turn` degrees clockwise, and others as they are."""
    font = skia.Font(skia.Typeface.MakeFromFile(str(FONT)), 11)
    line = skia.Paint(Style=skia.Paint.kStroke_Style, StrokeWidth=1)
    stream = skia.DynamicMemoryWStream()
    document = skia.PDF.MakeDocument(stream)
    canvas = document.beginPage(595, 842)
    for degrees, drawn in ((0, upright), (turn, cells)):
        canvas.save()
        match degrees:
            case 90:
                canvas.translate(595, 0)
            case 180:
                canvas.translate(595, 842)
            case 270:
                canvas.translate(0, 842)
            case _:
                pass
        canvas.rotate(degrees)
        for (left, top, right, bottom), text in drawn:
            canvas.drawRect(skia.Rect.MakeLTRB(left, top, right, bottom), line)
            canvas.drawString(text, left + 4, top + 16, font, skia.Paint())
        canvas.restore()
    document.endPage()
    document.close()
    return bytes(stream.detachAsData())


def turned(pdf: bytes, turn: int) -> bytes:
    """The same, with its pages' /Rotate."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        page.set_rotation(turn)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
