"""Best rendition of a video, from which its clips are cut; fetched only if clips survived the
analysis."""

from pydantic import ValidationError

from crawl.caption.fetching import AwayForNow, Unfetchable
from crawl.caption.manifest import CRAWLED_BEST, SourceVideo
from crawl.caption.settings import CaptionJobSettings
from crawl.polite.outcome import Failure, Refusal
from crawl.videos.best import fetch_best
from crawl.videos.settings import VideoJobSettings
from crawl.videos.video_list import VideoList
from crawl.videos.worker_context import WorkerContext
from serve.database.engine import Database
from serve.vault.vault import Vault


class BestRendition:
    """Fetches with the videos job's downloader, under its permission gate, manners and list."""

    def __init__(self, settings: CaptionJobSettings, records: Database, vault: Vault) -> None:
        self._settings, self._records, self._vault = settings, records, vault
        self._context: WorkerContext | None = None

    def uri(self, source: SourceVideo) -> str:
        """Return the rendition's URI; a crawled one is first downloaded into the vault. Blocking.

        Raises:
            Unfetchable: if it can never be fetched.
            AwayForNow: if a later attempt may succeed.
        """
        if source.best_uri != CRAWLED_BEST:
            return source.best_uri or source.uri
        try:
            return fetch_best(self._opened(), source.id)
        except Refusal as error:
            raise Unfetchable(error.reason) from error
        except Failure as error:
            raise AwayForNow(error.reason) from error

    def _opened(self) -> WorkerContext:
        if self._context is None:
            try:
                manners = self._settings.crawl.manners()
                settings = VideoJobSettings(
                    out=self._settings.out,
                    records=self._settings.records,
                    vault=self._settings.vault,
                )
            except ValidationError as error:
                # Another run, with valid manners, continues from here.
                raise AwayForNow(str(error.errors()[0]["msg"])) from error
            self._context = WorkerContext(
                settings, manners, self._records, VideoList(self._records), self._vault
            )
        return self._context
