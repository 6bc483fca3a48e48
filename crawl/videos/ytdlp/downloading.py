"""Downloads one rendition of a video into a folder; resumes a partial file."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from yt_dlp.utils import DownloadCancelled

from crawl.polite.outcome import Why
from crawl.videos.candidate import printable
from crawl.videos.ytdlp.client import ErrorLog, PoliteYoutubeDL, download_options, options
from crawl.videos.ytdlp.probe import NotAVideo, probe
from crawl.videos.ytdlp.requests import Guard, LoopThread, PoliteUrlOpen, Validators
from crawl.videos.ytdlp.same_page import is_file, same_page
from crawl.videos.ytdlp.task import DownloadTask, Got
from serve.whole import write_whole

_VALIDATORS = "validators.json"
_WHOLE = "{rendition}.json"


class Unwanted(Exception):
    """The video exists, but is not the requested one or exceeds a limit."""

    def __init__(self, why: str, reason: str) -> None:
        super().__init__(reason)
        self.why = why


def download(task: DownloadTask, said: ErrorLog, guard: Guard, loop: LoopThread) -> Got:
    """Download the task's rendition, or return a finished one from an earlier run.

    Raises:
        Unwanted: if it is not one video, or exceeds a limit.
        Leads: if the page only embeds a video from another address.
        YoutubeDLError, OSError: from yt-dlp.
    """
    whole = task.folder / _WHOLE.format(rendition=task.rendition)
    if whole.exists():
        # An earlier run downloaded it completely, and died before recording it.
        return Got.model_validate_json(whole.read_bytes())
    asking = PoliteUrlOpen(loop, guard, _validators(task.folder / _VALIDATORS))
    given = options(task.extractors, said) | download_options(task)
    with PoliteYoutubeDL(given, asking, lambda url: _look_where(url, task.url)) as client:
        info: Any = client.extract_info(task.url, download=False)
        _look_at(info, task)
        guard.media = True
        client.process_ie_result(info, download=True)
    path = _downloaded(task.folder, task.rendition)
    try:
        found = probe(path, task.bounds.duration_s)
    except NotAVideo as error:
        path.unlink()
        raise Unwanted(Why.MEDIA_TYPE, str(error)) from error
    renditions = [one for one in info.get("formats") or [] if one.get("vcodec") != "none"]
    got = Got(
        path=path,
        title=printable(str(info.get("title") or ""), 300),
        licence=printable(str(info.get("license") or ""), 100),
        duration_s=found.duration_s,
        width=found.width,
        height=found.height,
        has_audio=found.has_audio,
        renditions=max(1, len(renditions)),
        only_one=len(renditions) <= 1,
    )
    write_whole(whole, got.model_dump_json())
    return got


def _look_where(url: str, permitted: str) -> None:
    """Raise Leads if the URL is another page's, to which the permission does not apply."""
    if not same_page(url, permitted) and not is_file(url):
        there = urlsplit(url).hostname or "no host"
        raise Leads(f"the page leads to another one, at {there[:100]}")


class Leads(DownloadCancelled):
    """The page leads to an address without permission. It is a yt-dlp exception, so that yt-dlp
    does not catch it."""


def _look_at(info: Any, task: DownloadTask) -> None:
    """Check the metadata before the video itself is requested."""
    if not isinstance(info, dict) or info.get("_type") not in (None, "video"):
        raise Unwanted("not one video", "the page has several videos, or none")
    if info.get("is_live") or info.get("live_status") in ("is_live", "is_upcoming"):
        raise Unwanted("live", "it is a live stream")
    duration_s = info.get("duration")
    if isinstance(duration_s, int | float) and duration_s > task.bounds.duration_s:
        raise Unwanted(
            Why.TOO_LARGE, f"it lasts {duration_s:.0f} s, at most {task.bounds.duration_s:.0f} s"
        )


def _validators(file: Path) -> Validators:
    def save(known: dict[str, str]) -> None:
        write_whole(file, json.dumps(known))

    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        known = {}
    return Validators(known, save)


def _downloaded(folder: Path, rendition: str) -> Path:
    found = [
        path
        for path in sorted(folder.glob(f"{rendition}.*"))
        if path.suffix not in (".part", ".ytdl", ".json", ".new") and path.is_file()
    ]
    if len(found) != 1:
        raise Unwanted(Why.MEDIA_TYPE, f"{len(found)} files were downloaded, wanted one video")
    return found[0]
