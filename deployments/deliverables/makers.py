"""The formats of exports, a line each. A new one is added here and in docs/exports.md."""

from collections.abc import Mapping

from deployments.deliverables.maker import Maker

_SHEETS = "deployments.deliverables.sheets"
_TIMELINES = "deployments.deliverables.timelines.exports"

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
        signed=True,
    ),
    Maker(
        format="xlsx",
        label="workbook to mark up",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        suffix=".xlsx",
        make=f"{_SHEETS}.workbook:workbook",
        revision=2,
        libraries=("xlsxwriter",),
        reads=("stills",),
    ),
    Maker(
        format="pptx",
        label="deck to edit",
        media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation",
        suffix=".pptx",
        make=f"{_SHEETS}.deck:deck",
        revision=2,
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
    Maker(
        format="otio",
        label="OpenTimelineIO",
        media_type="application/json",
        suffix=".otio",
        make=f"{_TIMELINES}:otio",
        libraries=("opentimelineio",),
    ),
    Maker(
        format="otioz",
        label="OpenTimelineIO with media",
        media_type="application/zip",
        suffix=".otioz",
        make=f"{_TIMELINES}:otioz",
        libraries=("opentimelineio",),
        reads=("clips",),
    ),
    Maker(
        format="fcpxml",
        label="Final Cut Pro, DaVinci Resolve",
        media_type="application/xml",
        suffix=".fcpxml",
        make=f"{_TIMELINES}:fcpxml",
        libraries=("lxml",),
    ),
    Maker(
        format="fcp7xml",
        label="Premiere Pro, After Effects",
        media_type="application/xml",
        suffix=".xml",
        make=f"{_TIMELINES}:fcp7xml",
        libraries=("lxml",),
    ),
    Maker(
        format="edl",
        label="EDL (CMX3600)",
        media_type="text/plain; charset=utf-8",
        suffix=".edl",
        make=f"{_TIMELINES}:edl",
    ),
    Maker(
        format="srt",
        label="subtitles (SubRip)",
        media_type="application/x-subrip",
        suffix=".srt",
        make=f"{_TIMELINES}:srt",
        revision=2,
    ),
    Maker(
        format="vtt",
        label="subtitles (WebVTT)",
        media_type="text/vtt; charset=utf-8",
        suffix=".vtt",
        make=f"{_TIMELINES}:vtt",
        revision=2,
    ),
    Maker(
        format="zip",
        label="all timelines with media",
        media_type="application/zip",
        suffix=".zip",
        make=f"{_TIMELINES}:bundle",
        revision=2,
        libraries=("lxml", "opentimelineio"),
        reads=("clips",),
    ),
    Maker(
        format="mp4",
        label="film, clean or with captions",
        media_type="video/mp4",
        suffix=".mp4",
        make="deployments.deliverables.films.export:film",
        options=("captions",),
        reads=("film",),
        signed=True,
    ),
)

MAKERS: Mapping[str, Maker] = {maker.format: maker for maker in _ALL}
