"""How a stage of a video ended, as a worker reports it to the driver; the rows have it already."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

STOPPED = "stopped"
"""Not an end of the video: the whole job has to stop for the given reason."""
SKIPPED = "skipped"
"""There was nothing left to do: another worker had ended it, or it was removed."""
_FFMPEG_S = ("cannot be read", "not one of its frames")


@dataclass(frozen=True)
class StageEnd:
    outcome: str
    """The row's state after the stage, or one of the words above."""
    seconds: float
    """Seconds of processor; of the clock where a model is waited for."""
    reason: str = ""


def why(error: Exception) -> str:
    """Return a reason for people: FFmpeg's errors are of few kinds, and its log says more."""
    said = getattr(error, "said", "")
    return f"{error} ({said})" if said and str(error).startswith(_FFMPEG_S) else str(error)


def told(videos: Sequence[str], ended: Sequence[StageEnd]) -> dict[str, Any]:
    """Return the same as columns of a block."""
    return {
        "id": list(videos),
        "outcome": [end.outcome for end in ended],
        "seconds": [end.seconds for end in ended],
        "reason": [end.reason for end in ended],
    }
