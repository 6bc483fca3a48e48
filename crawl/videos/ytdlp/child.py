"""Process for one task: reads a task, writes its outcome. `python -m crawl.videos.ytdlp.child FD`

Each task has its own process, so that no state of an extractor reaches the next task, and a hung
extractor is killed at the time limit. The process also ends when its caller has died. It is forked
from one that has imported all this and does nothing else (`template.py` is its caller's side).
"""

import errno
import gc
import json
import os
import resource
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import TypeAdapter
from yt_dlp.utils import YoutubeDLError

from crawl.polite import Fetcher
from crawl.polite.outcome import Failure, Refusal, Why
from crawl.records.database import open_records
from crawl.videos.ytdlp.client import (
    ErrorLog,
    PoliteYoutubeDL,
    bot_check_in,
    options,
    shut,
    without_colour,
)
from crawl.videos.ytdlp.downloading import Leads, Unwanted, download
from crawl.videos.ytdlp.listing import list_videos
from crawl.videos.ytdlp.requests import Guard, LoopThread, PoliteUrlOpen, RequestsEnded, Validators
from crawl.videos.ytdlp.same_page import is_file, same_page
from crawl.videos.ytdlp.task import AnyTask, DownloadTask, Gone, Later, ListTask, NoRoom, Outcome

LOOP = "requests"
_TASK: TypeAdapter[Any] = TypeAdapter(AnyTask)
_OUTCOME: TypeAdapter[Any] = TypeAdapter(Outcome)


def serve_forks(control: socket.socket) -> None:
    """Fork a process for each request, until the other end of the socket is closed."""
    gc.collect()
    gc.freeze()  # else each fork's first collection would copy all of it
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 16)
        if not message:
            return
        match json.loads(message):
            case ["fork", where]:
                if (pid := os.fork()) == 0:
                    control.close()
                    _become(descriptors, where)
                for descriptor in descriptors:
                    os.close(descriptor)
                answer = pid
            case ["wait", pid]:
                answer = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            case other:
                raise ValueError(f"{other}: wanted fork or wait")
        control.send(str(answer).encode())


def _become(descriptors: list[int], where: dict[str, str]) -> None:
    """Run one task in this process, which ends with it."""
    try:
        os.setsid()
        for standard, descriptor in enumerate(descriptors[:3]):
            os.dup2(descriptor, standard)
            os.close(descriptor)
        os.environ["HOME"] = where["HOME"]
        os.chdir(where["CWD"])
        main()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def main() -> None:
    task = _TASK.validate_json(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (task.bounds.memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.dup(1)
    os.dup2(2, 1)  # a library's print must not be read as part of the outcome
    outcome = run(task)
    os.write(out, _OUTCOME.dump_json(outcome) + b"\n")
    os._exit(0)  # exit without waiting for loops, pools and extractors' threads


def _end_with_whoever_asked() -> None:
    # The caller's end of the pipe stays open as long as the caller lives.
    sys.stdin.buffer.read()
    os._exit(3)


def run(task: ListTask | DownloadTask) -> Any:
    records = open_records(task.records)
    loop, said = LoopThread(LOOP), ErrorLog()
    fetcher = loop.run(_fetcher(task, records))
    guard = Guard(fetcher, task.bounds.file_bytes, _may_ask(task), _may_follow(task))
    try:
        if isinstance(task, ListTask):
            kept = Validators({}, lambda _: None)
            client = PoliteYoutubeDL(
                options(task.extractors, said) | {"extract_flat": True, "playlistend": task.most},
                PoliteUrlOpen(loop, guard, kept),
            )
            shut({LOOP})
            return list_videos(client, task)
        shut({LOOP})
        return download(task, said, guard, loop)
    except Leads as leads:
        return Gone(why="permission", reason=str(leads))
    except Unwanted as unwanted:
        return Gone(why=unwanted.why, reason=str(unwanted))
    except (YoutubeDLError, OSError, MemoryError) as error:
        return told_of(error, guard, said)


async def _fetcher(task: ListTask | DownloadTask, records: Any) -> Fetcher:
    # One answer may last as long as the whole task, which its caller kills at the limit.
    manners = task.manners.model_copy(update={"total_timeout_s": task.bounds.wall_s})
    return Fetcher(manners, records)


def _may_ask(task: ListTask | DownloadTask) -> Callable[[str], bool]:
    if isinstance(task, DownloadTask):
        return lambda _: True
    # Only pages of the list: a video's page needs a permission.
    begins = task.url.partition("?")[0]
    return lambda url: url == task.url or url.partition("?")[0] == begins


def _may_follow(task: ListTask | DownloadTask) -> Callable[[str, str], bool]:
    if isinstance(task, ListTask):
        return lambda _, __: False  # a list's new address could be a video's page
    page = task.url
    return lambda asked, url: not same_page(asked, page) or same_page(url, page) or is_file(url)


def told_of(error: BaseException, guard: Guard, said: ErrorLog) -> Gone | Later | NoRoom:
    cause = error.cause if isinstance(error, RequestsEnded) else guard.ended
    if isinstance(cause, Refusal):
        return Gone(why=cause.why, reason=cause.reason)
    if isinstance(cause, Failure):
        return Later(reason=cause.reason, at=cause.retry_at)
    reason = without_colour(said.errors[-1] if said.errors else str(error) or repr(error))
    if bot_check_in(reason):
        return Gone(why=Why.STOPPED, reason=f"bot check: {reason}")
    within = list(_within(error))
    if any(getattr(one, "errno", 0) in (errno.ENOSPC, errno.EDQUOT) for one in within):
        return NoRoom(reason=f"the work folder's disk is full: {reason}")
    for one in within:
        status = getattr(one, "status", None)
        if isinstance(status, int) and 400 <= status < 500:
            return Gone(why=Why.STATUS, reason=f"the site answered {status}")
    if any(getattr(one, "expected", False) for one in within):
        return Gone(why="extractor", reason=reason)  # a deliberate answer of the extractor
    return Later(reason=reason)


def _within(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, and the errors that yt-dlp wrapped in it."""
    found: Any = error
    for _ in range(10):
        if found is None:
            return
        yield found
        info = getattr(found, "exc_info", None)
        found = getattr(found, "cause", None) or (info[1] if info else None) or found.__cause__


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its caller decides
    serve_forks(socket.socket(fileno=int(sys.argv[1])))
