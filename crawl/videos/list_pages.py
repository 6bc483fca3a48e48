"""Parses pages that name videos: a page's links, and sitemaps with Google's video extension."""

from typing import Any

import httpx
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # has no stubs

from crawl.polite import Document
from crawl.videos.ytdlp.task import ListedVideo

_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_VIDEO = "{http://www.google.com/schemas/sitemap-video/1.1}"


def links_of(document: Document) -> list[ListedVideo]:
    """Return a page's distinct links, with their text as title. Raises ValueError."""
    try:
        root: Any = etree.fromstring(document.body, _parser(document.charset))
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not a page: {error}") from error
    if root is None:
        return []
    found: dict[str, ListedVideo] = {}
    base = httpx.URL(document.final_url)
    for link in root.iter("a"):
        url = _joined(base, link.get("href") or "")
        if url:
            title = link.get("title") or " ".join("".join(link.itertext()).split())
            found.setdefault(url, ListedVideo(url=url, title=title))
    return list(found.values())


def _parser(charset: str) -> Any:
    """Return a parser for this charset, or without one if the parser does not know it."""
    given = {"no_network": True, "remove_comments": True, "huge_tree": False}
    try:
        return etree.HTMLParser(**given, encoding=charset or None)
    except (LookupError, ValueError):
        return etree.HTMLParser(**given)


def sitemap_of(document: Document) -> list[ListedVideo]:
    """Return a sitemap's pages with a video, without live streams and those that need a
    subscription.

    Raises:
        ValueError: if it is no sitemap.
    """
    parser = etree.XMLParser(no_network=True, resolve_entities=False, huge_tree=False)
    try:
        root: Any = etree.fromstring(document.body, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not XML: {error}") from error
    if root.tag != f"{_SITEMAP}urlset":
        raise ValueError(f"its root is {root.tag!r}, wanted a sitemap's urlset")
    found: list[ListedVideo] = []
    for page in root.iter(f"{_SITEMAP}url"):
        url = (page.findtext(f"{_SITEMAP}loc") or "").strip()
        video = page.find(f"{_VIDEO}video")
        if not url or video is None:
            continue
        closed = (_text(video, "requires_subscription"), _text(video, "live"))
        if "yes" in closed:
            continue
        found.append(
            ListedVideo(
                url=url, title=_text(video, "title"), duration_s=_seconds(_text(video, "duration"))
            )
        )
    return found


def _text(video: Any, name: str) -> str:
    return (video.findtext(f"{_VIDEO}{name}") or "").strip()


def _seconds(text: str) -> float | None:
    return float(text) if text.isdecimal() and len(text) < 7 else None


def _joined(base: httpx.URL, href: str) -> str:
    try:
        url = base.join(href.strip())
    except httpx.InvalidURL:
        return ""
    return str(url.copy_with(fragment=None)) if url.scheme in ("http", "https") else ""
