"""Lists and searches -> candidates. Each page is stored before the next is requested."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from crawl.videos.candidate import Candidate, Described, printable
from crawl.videos.channels import YOUTUBE, Channel, Channels, Listing
from crawl.videos.listings import Read, Titles, read_listing
from crawl.videos.queries import Query
from crawl.videos.searches import Searches
from crawl.videos.worker_context import WorkerContext
from crawl.videos.youtube_api import FoundVideo, YouTubeApi

_AT_ONCE = 8
_WATCH = "https://www.youtube.com/watch?v="
_SEARCH = "youtube search"


@dataclass(frozen=True)
class Searched:
    """Result of one list or one query. `reason`: why it could not be read; empty if it was."""

    source: str
    query: str
    found: int = 0
    new: int = 0
    strangers: int = 0
    reason: str = ""


Tell = Callable[[Searched], None]


class Searching:
    def __init__(
        self,
        context: WorkerContext,
        channels: Channels,
        titles: Titles,
        stopped: Callable[[], bool],
    ) -> None:
        self._context, self._channels, self._titles = context, channels, titles
        self._stopped = stopped
        self._searches = Searches(context.records, context.seen)

    def read_lists(self, tell: Tell) -> None:
        """Read the lists of all channels whose permission holds, several at once."""
        now = self._context.seen.now()
        due = [
            (channel, listing)
            for channel in self._channels.channels
            if channel.permission(now).holds(now)
            for listing in channel.listings
            if self._due(channel.name, _of_list(listing.url))
        ]
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="lists") as pool:
            reading = {pool.submit(self._read, *one): one for one in due}
            for done in as_completed(reading):
                tell(self._told(*reading[done], done.result()))

    def read_uploads(self, api: YouTubeApi, tell: Tell) -> None:
        """Read the uploads of YouTube channels whose permission holds. Raises the errors of the
        API."""
        now = self._context.seen.now()
        for channel in self._channels.channels:
            if channel.site != YOUTUBE or not channel.permission(now).holds(now):
                continue
            name = channel.name
            if not self._due(name, "uploads"):
                continue
            at = self._searches.position(name, "uploads")
            page, left = at.next_page, self._context.settings.listed
            found = new = 0
            while not self._stopped() and left > 0:
                told = api.uploads(channel.channel, page)
                page, left = told.next_page, left - len(told.found)
                ended = not page or left <= 0
                some = [self._of_channel(channel, one) for one in told.found]
                found += len(some)
                new += self._searches.read(
                    name, "uploads", some, next_page="" if ended else page, ended=ended
                )
                if ended:
                    break
            tell(Searched(name, "uploads", found, new))

    def search(self, api: YouTubeApi, queries: Iterable[Query], tell: Tell) -> None:
        """Send each unfinished query to the API, page by page. Raises the errors of the API."""
        for query in queries:
            at = self._searches.position(_SEARCH, query.text)
            page, pages = at.next_page, at.pages
            while at.ended_s is None and not self._stopped():
                told = api.search(query.text, query.language, page)
                page, pages = told.next_page, pages + 1
                ended = not page or pages >= self._context.settings.youtube.pages
                some = [self._of_search(query, one) for one in told.found]
                new = self._searches.read(_SEARCH, query.text, some, next_page=page, ended=ended)
                tell(Searched(_SEARCH, query.text, len(some), new))
                if ended:
                    break

    def _due(self, source: str, query: str) -> bool:
        ended_s = self._searches.position(source, query).ended_s
        return ended_s is None or ended_s >= self._context.settings.relist_s

    def _read(self, channel: Channel, listing: Listing) -> Read:
        if self._stopped():
            return Read(reason="stopped")
        hashed = self._channels.hash.of(channel.site, channel.channel)
        permission = channel.permission(self._context.seen.now())
        return read_listing(
            self._context, channel, listing, hashed, permission, lambda: not self._stopped()
        )

    def _told(self, channel: Channel, listing: Listing, read: Read) -> Searched:
        if read.reason:
            return Searched(channel.name, listing.url, reason=read.reason)
        some = self._typed(read.candidates)
        new = self._searches.read(channel.name, _of_list(listing.url), some, ended=True)
        return Searched(channel.name, listing.url, len(some), new, read.strangers)

    def _typed(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Set the product types of candidates whose titles name one."""
        return [
            one.model_copy(update={"product_type": kind})
            if (kind := self._titles.product_type(one.described.title))
            else one
            for one in candidates
        ]

    def _of_channel(self, channel: Channel, found: FoundVideo) -> Candidate:
        hashed = self._channels.hash.of(YOUTUBE, found.channel)
        # A playlist may contain other channels' videos, which the permission does not cover.
        permission = self._channels.permission(hashed, self._context.seen.now())
        made = _candidate(found, channel.name, channel.product_type, hashed)
        described = made.described.model_copy(update={"language": channel.language})
        return self._typed(
            [made.model_copy(update={"permission": permission, "described": described})]
        )[0]

    def _of_search(self, query: Query, found: FoundVideo) -> Candidate:
        hashed = self._channels.hash.of(YOUTUBE, found.channel)
        made = _candidate(found, query.text, query.product_type, hashed)
        described = made.described.model_copy(update={"language": query.language})
        return made.model_copy(update={"described": described})


def _candidate(found: FoundVideo, query: str, product_type: str, channel: str) -> Candidate:
    return Candidate(
        id=f"{YOUTUBE}:{found.id}",
        url=_WATCH + found.id,
        query=query,
        product_type=product_type,
        channel=channel,
        described=Described(title=printable(found.title, 300)),
    )


def _of_list(url: str) -> str:
    """Return the name of a list in the records; its URL is hashed because it may name the
    channel."""
    return "list:" + hashlib.sha256(url.encode()).hexdigest()[:32]
