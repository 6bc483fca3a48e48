"""Limits of an upload other than its size in bytes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from serve.settings import UploadSettings  # the bounded child does not need it

CODECS = (
    "h264", "hevc", "av1", "libdav1d", "vp8", "vp9", "libvpx", "libvpx-vp9", "mpeg4", "mjpeg",
    "prores",
)  # fmt: skip


@dataclass(frozen=True)
class UploadBounds:
    max_s: float = 60
    max_frames: int = 3600
    max_side: int = 4096

    @property
    def wanted(self) -> str:
        """Return the limits as text for people."""
        return (
            f"an MP4, MOV or WebM video of at most {self.max_s:g} s, {self.max_frames} frames and"
            f" {self.max_side} pixels a side"
        )


def bounds_of(settings: "UploadSettings") -> UploadBounds:
    return UploadBounds(settings.max_s, settings.max_frames, settings.max_side)
