"""End of a video's stage, as a worker reports it to the driver; the rows hold the same."""

from dataclasses import dataclass

STOPPED = "stopped"
"""Outcome: the whole job has to stop for the given reason; the video has not ended."""
SKIPPED = "skipped"
"""Outcome: nothing was left to do, because another worker ended the video or it was removed."""
_FFMPEG_S = ("cannot be read", "not one of its frames")


@dataclass(frozen=True)
class StageEnd:
    outcome: str
    """The row's state after the stage, or `STOPPED` or `SKIPPED`."""
    seconds: float
    """CPU seconds; for captions, seconds of wall-clock time."""
    reason: str = ""


def why(error: Exception) -> str:
    """Return the reason as text, with the decoder's own message where FFmpeg's error is generic."""
    said = getattr(error, "said", "")
    return f"{error} ({said})" if said and str(error).startswith(_FFMPEG_S) else str(error)
