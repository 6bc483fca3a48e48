"""yt-dlp with our restrictions: no plugins, cookies, accounts, other programs or disguise."""

import os
import re
import sys
import threading
from collections.abc import Callable, Collection
from typing import Any

# Set before the first import, which reads it.
os.environ["YTDLP_NO_PLUGINS"] = "1"

from yt_dlp import YoutubeDL
from yt_dlp.networking.common import Request, Response

from crawl.videos.ytdlp.task import DownloadTask

PREFERRED = {"analysis": ("res:{height}", "vcodec:h264", "+size"), "best": ("res", "fps", "br")}
"""Sort keys of the renditions. `res:360` prefers the largest up to 360 lines, or else the
smallest."""
_STARTS_A_PROGRAM = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork")
_BOT_CHECK = re.compile(
    r"not a bot|captcha|unusual traffic|too many requests|rate.?limit(ed|ing)?\b|automated quer",
    re.IGNORECASE,
)


def bot_check_in(message: str) -> bool:
    """Return whether an extractor's error message says that the site checks for bots."""
    return _BOT_CHECK.search(message) is not None


def shut(threads: Collection[str]) -> None:
    """Forbid this process to start programs, and other threads than these to open connections.

    With these options yt-dlp needs neither; an extractor that tries it anyway fails.
    """

    def look(event: str, _: tuple[Any, ...]) -> None:
        if event in _STARTS_A_PROGRAM:
            raise PermissionError(f"{event} is not allowed here")
        if event == "socket.connect" and threading.current_thread().name not in threads:
            raise PermissionError("connections are opened by the crawler's own requests only")

    sys.addaudithook(look)


class PoliteYoutubeDL(YoutubeDL):
    """YoutubeDL that sends every request through `ask`."""

    def __init__(
        self,
        params: dict[str, Any],
        ask: Callable[[Request], Response],
        leads_away: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Set the callbacks. `leads_away` is called with each URL before extraction; it raises to
        skip it."""
        self._ask, self._leads_away = ask, leads_away
        super().__init__(params, auto_init=False)  # pyright: ignore[reportArgumentType]
        self.add_default_info_extractors()

    def urlopen(self, req: Any) -> Response:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._ask(Request(req) if isinstance(req, str) else req)

    def extract_info(self, url: str, *given: Any, **more: Any) -> Any:
        # Also called for embedded videos and redirects.
        self._leads_away(url)
        return super().extract_info(url, *given, **more)

    def build_request_director(self, handlers: Any, preferences: Any = None) -> Any:
        return super().build_request_director([], None)


class ErrorLog:
    """Logger for yt-dlp that collects its error messages."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def debug(self, message: str) -> None: ...
    def info(self, message: str) -> None: ...
    def warning(self, message: str) -> None: ...

    def error(self, message: str) -> None:
        self.errors.append(message)


def options(extractors: Collection[str], said: ErrorLog) -> dict[str, Any]:
    return {
        "logger": said,
        "quiet": True,
        "no_warnings": True,
        "noprogress": True,
        # Extractors are tried in this order, and the generic one accepts any URL.
        "allowed_extractors": sorted(extractors, key=lambda name: name == "generic"),
        "cachedir": False,
        "cookiefile": None,
        "cookiesfrombrowser": None,
        "usenetrc": False,
        "js_runtimes": {},
        "remote_components": [],
        "external_downloader": None,
        "ffmpeg_location": os.devnull,
        "hls_prefer_native": True,
        "enable_file_urls": False,
        "postprocessors": [],
        "fixup": "never",
        # Only the fetcher retries.
        "retries": 0,
        "fragment_retries": 0,
        "extractor_retries": 0,
        "file_access_retries": 0,
        "skip_unavailable_fragments": False,
        "writesubtitles": False,
        "getcomments": False,
        "updatetime": False,
        "default_search": "error",
    }


def download_options(task: DownloadTask) -> dict[str, Any]:
    return {
        "format": "bv*",
        "format_sort": [key.format(height=task.height) for key in PREFERRED[task.rendition]],
        "format_sort_force": True,
        "noplaylist": True,
        "continuedl": True,
        "nopart": False,
        "overwrites": False,
        "restrictfilenames": True,
        # A fixed name, because a site's name for a file must not become a path.
        "outtmpl": {"default": str(task.folder / f"{task.rendition}.%(ext)s")},
        "paths": {"home": str(task.folder), "temp": str(task.folder)},
    }


def without_colour(message: str) -> str:
    """Return yt-dlp's error message on one line, without its request to report a bug."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", message).removeprefix("ERROR: ")
    text = text.partition("; please report this issue")[0].partition(" (caused by")[0]
    return " ".join(text.split())[:300]
