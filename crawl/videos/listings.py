"""A channel's lists -> candidates. Only lists are requested, not the videos on them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from conte.brief import Product
from conte.product_types import ProductTypes
from crawl.permission import Permission
from crawl.polite import Failed, Fetched, Fetcher, NotModified
from crawl.videos.candidate import Candidate, Described, id_of_url, printable
from crawl.videos.channels import YOUTUBE, Channel, Listing
from crawl.videos.list_pages import links_of, sitemap_of
from crawl.videos.worker_context import WorkerContext
from crawl.videos.ytdlp.bounded import TaskDropped, run_task
from crawl.videos.ytdlp.task import Gone, Later, Listed, ListedVideo, ListTask

_MOST = 300
_XML = frozenset({"text/xml", "application/xml", "text/plain", "application/octet-stream"})
_HTML = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True)
class Read:
    """Result of reading one list."""

    candidates: tuple[Candidate, ...] = ()
    strangers: int = 0
    """Number of entries of other channels, which were ignored."""
    reason: str = ""
    """Why the list could not be read; empty if it was."""
    retry_at: float = 0.0


def read_listing(
    context: WorkerContext,
    channel: Channel,
    listing: Listing,
    hashed: str,
    permission: Permission | None,
    wanted: Callable[[], bool] = lambda: True,
) -> Read:
    """Read one list, while `wanted()` is true. Blocking. Web errors are returned as `reason`."""
    if listing.form == "any":
        task = ListTask(
            records=context.settings.records_url,
            manners=context.manners,
            bounds=context.bounds(),
            extractors=context.settings.download.extractors,
            url=listing.url,
            most=context.settings.listed,
        )
        try:
            outcome = run_task(task, wanted)
        except TaskDropped:
            return Read(reason="stopped")
    else:
        outcome = asyncio.run(_fetched(context, listing))
    match outcome:
        case Listed(entries=entries):
            return candidates_of(channel, listing, hashed, permission, entries)
        case Later(reason=reason, at=at):
            return Read(reason=printable(reason, _MOST), retry_at=at)
        case Gone(reason=reason):
            return Read(reason=printable(reason, _MOST))
        case _:
            raise TypeError(f"a list ended with {outcome}")


async def _fetched(context: WorkerContext, listing: Listing) -> Listed | Gone | Later:
    # No redirects: a list's new address could be a video's page.
    manners = context.manners.model_copy(update={"max_hops": 0, "cache": context.lists})
    read = links_of if listing.form == "links" else sitemap_of
    wanted = _HTML if listing.form == "links" else _XML
    async with Fetcher(manners, context.records) as fetcher:
        outcome = await fetcher.fetch(listing.url, media_types=wanted, fresh_s=0)
    match outcome:
        case Fetched(document) | NotModified(document):
            try:
                return Listed(entries=tuple(read(document)[: context.settings.listed]))
            except ValueError as error:
                return Gone(why="list", reason=f"{listing.url}: {error}")
        case Failed(reason, at):
            return Later(reason=reason, at=at)
        case refused:
            return Gone(why=refused.why, reason=refused.reason)


def candidates_of(
    channel: Channel,
    listing: Listing,
    hashed: str,
    permission: Permission | None,
    entries: tuple[ListedVideo, ...],
) -> Read:
    """Return the entries that are the channel's own videos; only these are permitted."""
    found: dict[str, Candidate] = {}
    strangers = 0
    for entry in entries:
        url = entry.url.partition("#")[0]
        # A known site names each video's channel; otherwise the URL's prefix decides.
        told = bool(entry.site) or channel.site == YOUTUBE
        if not (entry.channel == channel.channel if told else listing.has(url)):
            strangers += 1
            continue
        id_ = f"{entry.site}:{entry.id}" if entry.id else id_of_url(url)
        if not _fit(id_):
            id_ = id_of_url(url)
        found[id_] = Candidate(
            id=id_,
            url=url,
            query=channel.name,
            product_type=channel.product_type,
            channel=hashed,
            described=Described(
                title=printable(entry.title, 300),
                duration_s=entry.duration_s,
                language=channel.language,
            ),
            permission=permission,
        )
    return Read(tuple(found.values()), strangers)


def _fit(id_: str) -> bool:
    """True if a manifest accepts the id and a terminal displays it unchanged."""
    return len(id_) < 200 and id_.isprintable() and not any(c == "#" or c.isspace() for c in id_)


@dataclass
class Titles:
    """Product types by title, if the title names one; results are cached."""

    table: ProductTypes
    _known: dict[str, str] = field(default_factory=dict)

    def product_type(self, title: str) -> str:
        if title not in self._known:
            self._known[title] = self._told(title)
        return self._known[title]

    def _told(self, title: str) -> str:
        try:
            kind = self.table.match(Product(name=title))
        except ValueError:
            return ""
        return kind.id if kind is not None else ""
