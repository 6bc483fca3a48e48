"""The formats of exports, a line each. A new one is added here and in docs/exports.md."""

from collections.abc import Mapping

from deployments.deliverables.maker import Maker

_SHEETS = "deployments.deliverables.sheets"

_ALL = (
    Maker(
        format="pdf",
        label="conte, change table or approval page",
        media_type="application/pdf",
        suffix=".pdf",
        make=f"{_SHEETS}.pdf:pdf",
        libraries=("typst",),
        options=("layout", "document"),
        reads=("stills",),
    ),
    Maker(
        format="xlsx",
        label="workbook to mark up",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        suffix=".xlsx",
        make=f"{_SHEETS}.workbook:workbook",
        libraries=("xlsxwriter",),
        reads=("stills",),
    ),
    Maker(
        format="pptx",
        label="deck to edit",
        media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation",
        suffix=".pptx",
        make=f"{_SHEETS}.deck:deck",
        libraries=("python-pptx",),
        reads=("stills",),
    ),
    Maker(
        format="csv",
        label="shot list",
        media_type="text/csv; charset=utf-8",
        suffix=".csv",
        make=f"{_SHEETS}.shot_list:shot_list",
    ),
)

MAKERS: Mapping[str, Maker] = {maker.format: maker for maker in _ALL}
