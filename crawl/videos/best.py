"""Downloads the best rendition of a video, for videos with clips that survived the analysis."""

import time
from collections.abc import Callable

from sqlalchemy import select

from crawl.polite import Why
from crawl.polite.outcome import Failure, Refusal
from crawl.records.tables import videos
from crawl.videos.downloader import publish, publish_again, task_for
from crawl.videos.still_permitted import still_permitted
from crawl.videos.unused import remove_unused
from crawl.videos.work_folder import FolderTaken, alone_in
from crawl.videos.worker_context import WorkerContext
from crawl.videos.ytdlp.bounded import TaskDropped, run_task
from crawl.videos.ytdlp.task import Gone, Got, Later, NoRoom

NOT_ANY_MORE = "there is no permission for it, or none any more"
_ASK_S = 10.0
_v = videos.c


def fetch_best(context: WorkerContext, video: str) -> str:
    """Return the vault key of a video's best rendition, and download it if necessary. Blocking.

    Raises:
        Refusal: if there is none, or the video is no longer permitted.
        Failure: if it could not be downloaded this time.
    """
    if video not in still_permitted(context.records, [video]):
        raise Refusal(Why.DIRECTIVE, f"{video}: {NOT_ANY_MORE}")
    query = select(_v.url, _v.best_key).where(_v.id == video, _v.analysis_key != "")
    with context.records.asking() as connection:
        row = connection.execute(query).first()
    if row is None:
        raise Refusal(Why.STATUS, f"{video}: was not downloaded by the videos job")
    if row.best_key:
        return row.best_key
    try:
        with alone_in(context.folder(video)) as held:
            return _fetched(context, video, row.url, held)
    except FolderTaken as error:
        raise Failure(f"{video}: {error}", 0.0) from error
    except TaskDropped as error:
        context.forget(video)
        raise Refusal(Why.DIRECTIVE, f"{video}: {NOT_ANY_MORE}") from error


def _fetched(context: WorkerContext, video: str, url: str, held: int) -> str:
    match run_task(task_for(context, video, url, "best"), _asking_again(context, video), held):
        case Got(path=path):
            key = publish(context, video, path)
            if not key or not context.seen.best(video, key):
                remove_unused(context, [key])
                context.forget(video)
                raise Refusal(Why.DIRECTIVE, f"{video}: {NOT_ANY_MORE}")
            publish_again(context, video, key, path)
            context.forget(video)
            return key
        case Gone(why=why, reason=reason):
            raise Refusal(Why(why) if why in set(Why) else Why.STATUS, f"{video}: {reason}")
        case Later(reason=reason, at=at):
            raise Failure(f"{video}: {reason}", at)
        case NoRoom(reason=reason):
            raise Failure(reason, 0.0)
        case outcome:
            raise TypeError(f"a download ended with {outcome}")


def _asking_again(context: WorkerContext, video: str) -> Callable[[], bool]:
    """Return a function that says whether the video is still permitted, and checks every
    `_ASK_S`."""
    asked_at = time.monotonic()

    def wanted() -> bool:
        nonlocal asked_at
        if time.monotonic() - asked_at < _ASK_S:
            return True
        asked_at = time.monotonic()
        return video in still_permitted(context.records, [video])

    return wanted
