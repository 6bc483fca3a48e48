"""How a stage of a video ended, as a worker tells the driver; the rows know it already."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

STOPPED = "stopped"
"""Not an end: the whole job has to stop, for the reason that is told with it."""
SKIPPED = "skipped"
"""There was nothing left to do: another worker had ended it, or it was removed."""
_FFMPEG_S = ("cannot be read", "not one of its frames")


@dataclass(frozen=True)
class Ended:
    outcome: str
    """The row's state after the stage, or one of the words above."""
    seconds: float
    """Of processor or, where a model is waited for, of the clock."""
    reason: str = ""


def why(error: Exception) -> str:
    """A reason for people: FFmpeg's errors are of few kinds, what it said meanwhile tells more."""
    said = getattr(error, "said", "")
    return f"{error} ({said})" if said and str(error).startswith(_FFMPEG_S) else str(error)


def told(videos: Sequence[str], ended: Sequence[Ended]) -> dict[str, Any]:
    """The same as columns of a block."""
    return {
        "id": list(videos),
        "outcome": [end.outcome for end in ended],
        "seconds": [end.seconds for end in ended],
        "reason": [end.reason for end in ended],
    }
