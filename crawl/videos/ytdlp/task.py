"""Input and output of the process that runs yt-dlp: lines of JSON."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from conte.frozen import Frozen
from crawl.polite import Manners


class TaskBounds(Frozen):
    file_bytes: int
    duration_s: float
    memory_bytes: int
    wall_s: float


class Task(Frozen):
    """Fields of every task."""

    records: str
    """SQLAlchemy URL of the database with the hosts' pace."""
    manners: Manners
    bounds: TaskBounds
    extractors: tuple[str, ...]


class ListTask(Task):
    """Read a list of videos, without requesting the videos."""

    kind: Literal["list"] = "list"
    url: str
    most: int


class DownloadTask(Task):
    """Download one rendition of a video into a folder; resume a partial file there."""

    kind: Literal["download"] = "download"
    url: str
    folder: Path
    rendition: Literal["analysis", "best"]
    height: int
    """Largest number of lines of the rendition for analysis."""


AnyTask = Annotated[ListTask | DownloadTask, Field(discriminator="kind")]


class ListedVideo(Frozen):
    """A video on a list."""

    url: str
    id: str = ""
    """The site's id, if the extractor knows the site."""
    site: str = ""
    channel: str = ""
    """The site's id of the video's channel."""
    title: str = ""
    duration_s: float | None = None


class Listed(Frozen):
    outcome: Literal["listed"] = "listed"
    entries: tuple[ListedVideo, ...]


class Got(Frozen):
    """Outcome: the rendition is complete, in the file."""

    outcome: Literal["got"] = "got"
    path: Path
    title: str
    licence: str
    duration_s: float
    width: int
    height: int
    has_audio: bool
    renditions: int
    """Number of renditions that the site offers."""
    only_one: bool
    """Whether this rendition is the only one, and so the best."""


class Gone(Frozen):
    """Outcome: the video cannot be downloaded; `why` is a `crawl.polite.Why` or a word of this
    package."""

    outcome: Literal["gone"] = "gone"
    why: str
    reason: str


class Later(Frozen):
    """Outcome: the download failed for now. `at`: earliest next attempt, if the host set one; else
    0."""

    outcome: Literal["later"] = "later"
    reason: str
    at: float = 0.0


class NoRoom(Frozen):
    """Outcome: this node's disk is full; the video is not the cause."""

    outcome: Literal["no room"] = "no room"
    reason: str


TaskResult = Listed | Got | Gone | Later | NoRoom
Outcome = Annotated[TaskResult, Field(discriminator="outcome")]
