"""Analysis of a video in one decode: its shots, and the measurements of each."""

from crawl.analysis.analyse import Analysed, analyse
from crawl.analysis.analysis import Analysis, DetectedShot, FrameSpan, Stream
from crawl.analysis.containers import UnreadableVideo
from crawl.analysis.settings import AnalysisSettings

__all__ = [
    "Analysed",
    "Analysis",
    "AnalysisSettings",
    "DetectedShot",
    "FrameSpan",
    "Stream",
    "UnreadableVideo",
    "analyse",
]
