"""What one decode of a video tells: its shots, and what can be measured of each."""

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
