"""Clips: spans of a video as MP4 files, exact to the frame, copied where they can be."""

from crawl.clips.clip_file import ClipFile, Uncut
from crawl.clips.cutting import cut_clips
from crawl.clips.mp4_file import NoRoom

__all__ = ["ClipFile", "NoRoom", "Uncut", "cut_clips"]
