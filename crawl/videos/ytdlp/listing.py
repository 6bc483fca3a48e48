"""Lists videos with yt-dlp's flat mode: only the list is requested, not the videos on it."""

from typing import Any

from crawl.videos.candidate import printable
from crawl.videos.ytdlp.client import PoliteYoutubeDL
from crawl.videos.ytdlp.task import Listed, ListedVideo, ListTask

_LONGEST_S = 1e7


def list_videos(client: PoliteYoutubeDL, task: ListTask) -> Listed:
    info: Any = client.extract_info(task.url, download=False, process=True)
    entries = list((info or {}).get("entries") or [])[: task.most]
    return Listed(entries=tuple(_entry(entry) for entry in entries if _has_url(entry)))


def _has_url(entry: Any) -> bool:
    return isinstance(entry, dict) and str(entry.get("url") or "").isprintable()


def _entry(entry: dict[str, Any]) -> ListedVideo:
    from yt_dlp.utils import unsmuggle_url

    known = str(entry.get("ie_key") or "").lower()
    told = bool(known and known != "generic" and entry.get("id"))
    return ListedVideo(
        url=unsmuggle_url(entry["url"])[0],
        id=printable(str(entry["id"]), 200) if told else "",
        site=known if told else "",
        channel=printable(str(entry.get("channel_id") or ""), 200) if told else "",
        title=printable(str(entry.get("title") or ""), 300),
        duration_s=_seconds(entry.get("duration")),
    )


def _seconds(duration: Any) -> float | None:
    """Return a valid duration; None otherwise, because sites publish any value."""
    if isinstance(duration, int | float) and 0 <= duration < _LONGEST_S:
        return float(duration)
    return None
