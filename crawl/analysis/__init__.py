"""Analysis of a video in one decode: its shots, and the measurements of each."""

from crawl.analysis.analyse import Analysed, analyse
from crawl.analysis.analysis import Analysis, Shot, Span, Stream
from crawl.analysis.containers import Unreadable
from crawl.analysis.settings import AnalysisSettings

__all__ = [
    "Analysed",
    "Analysis",
    "AnalysisSettings",
    "Shot",
    "Span",
    "Stream",
    "Unreadable",
    "analyse",
]
