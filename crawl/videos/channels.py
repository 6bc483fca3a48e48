"""Reads channels.yaml: the channels whose videos may be used for training.

- name: 한빛전자 광고
  site: films.example.kr
  channel: hanbit
  kind: consented          # or: owned
  evidence: 계약 2026-11, 제3조
  until: 2027-12-31
  listings:
    - url: https://films.example.kr/hanbit/feed.xml
      videos: https://films.example.kr/watch/
"""

from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import yaml
from pydantic import Field, StringConstraints, ValidationError, field_validator, model_validator

from conte.frozen import Frozen, Line, Text
from conte.vocabulary import Language
from crawl.permission import Permission
from crawl.polite.addresses import checked_url
from crawl.polite.outcome import Refusal
from crawl.videos.channel_hash import ChannelHash
from serve.yaml_text import yaml_value

YOUTUBE = "youtube"
_OF_YOUTUBE = frozenset({"youtube.com", "m.youtube.com", "youtu.be", "youtube-nocookie.com"})
SEOUL = timezone(timedelta(hours=9))
_Name = Annotated[Line, StringConstraints(min_length=1, max_length=100)]
Site = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$")]
"""`youtube`, or a host: the first part of a video's id."""


class ChannelsError(Exception):
    """The file is wrong; the message names the entry, the field and what is wanted."""


class Listing(Frozen):
    """A page that names a channel's videos."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    form: Literal["any", "links", "sitemap"] = "any"
    """`any`: anything that yt-dlp reads as a list (RSS, playlists); `links`: a page's links;
    `sitemap`: a sitemap with Google's video extension."""
    videos: Annotated[str, StringConstraints(max_length=2000)] = ""
    """Prefix of the URLs of the channel's videos, with a path that no other channel has. May be
    empty for a site that names each video's channel, as YouTube does."""

    @field_validator("url")
    @classmethod
    def _is_a_url(cls, value: str) -> str:
        try:
            return str(checked_url(value))
        except Refusal as refusal:
            raise ValueError(refusal.reason) from refusal

    @field_validator("videos")
    @classmethod
    def _has_a_path(cls, value: str) -> str:
        # A host may have many channels; and `https://a.kr` is also a prefix of
        # `https://a.kr.b.net/`.
        if value and not urlsplit(value).path.strip("/"):
            raise ValueError("a URL with a path is wanted, https://host/path/...")
        return value

    def has(self, url: str) -> bool:
        """Return whether a URL from the list has the prefix of the channel's videos."""
        try:
            return bool(self.videos) and str(checked_url(url)).startswith(self.videos)
        except Refusal:
            return False


class Channel(Frozen):
    name: _Name
    """Name of the channel in records and reports."""
    site: Site
    channel: Annotated[Text, StringConstraints(min_length=1, max_length=200)]
    """The site's id of the channel: `UC...` at YouTube."""
    kind: Literal["owned", "consented"]
    evidence: Annotated[Text, StringConstraints(min_length=1, max_length=300)]
    """Reference to the proof of the consent."""
    until: date | None = None
    """Last day of the consent, in Korea; None if it has no end."""
    language: Language = "ko"
    product_type: Annotated[Line, StringConstraints(max_length=100)] = ""
    """Product type of those videos whose titles name none."""
    listings: tuple[Listing, ...] = ()

    @model_validator(mode="after")
    def _lists_its_own(self) -> Self:
        """Require `videos` prefixes: a list may name other channels' videos, which the consent does
        not cover."""
        if self.site == YOUTUBE:
            return self
        if self.site.removeprefix("www.") in _OF_YOUTUBE:
            raise ValueError(f"site: YouTube is called {YOUTUBE}")
        for listing in self.listings:
            host = urlsplit(listing.videos).hostname or ""
            if host != self.site and not host.endswith(f".{self.site}"):
                raise ValueError(
                    f"listings: {listing.url}: videos has to say how the channel's own begin, at"
                    f" {self.site}, got {listing.videos!r}"
                )
        return self

    def permission(self, now: float) -> Permission:
        until = None
        if self.until is not None:
            until = datetime.combine(self.until + timedelta(days=1), time(), SEOUL).timestamp()
        return Permission(
            kind=self.kind, evidence=f"{self.name}: {self.evidence}", at=now, until=until
        )


class _File(Frozen):
    channels: tuple[Channel, ...] = Field(default=())

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for field in ("name", "channel"):
            found: set[Any] = set()
            for channel in self.channels:
                key = channel.name if field == "name" else (channel.site, channel.channel)
                if key in found:
                    raise ValueError(f"{field} {getattr(channel, field)!r} stands there twice")
                found.add(key)
        return self


class Channels:
    """The listed channels, and their permissions that hold."""

    def __init__(self, channels: tuple[Channel, ...], hashed: ChannelHash) -> None:
        self.channels = channels
        self._by_hash = {hashed.of(one.site, one.channel): one for one in channels}
        self.hash = hashed

    @classmethod
    def read(cls, path: Path | None, hashed: ChannelHash) -> Self:
        """Read the file; without one, no channel has given its consent.

        Raises:
            ChannelsError: if the file is missing or wrong.
        """
        if path is None:
            return cls((), hashed)
        try:
            given = yaml_value(path.read_text(encoding="utf-8"))
            if isinstance(given, list):
                given = {"channels": given}
            return cls(_File.model_validate(given or {}).channels, hashed)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise ChannelsError(f"{path}: {error}") from error
        except ValidationError as error:
            found = error.errors()[0]
            place = ".".join(str(part) for part in found["loc"])
            raise ChannelsError(f"{path}: {place}: {found['msg']}") from error

    def permission(self, channel: str, now: float) -> Permission | None:
        """Return the permission of a channel by its hash, if it holds now; otherwise None."""
        found = self._by_hash.get(channel)
        permission = found.permission(now) if found is not None else None
        return permission if permission is not None and permission.holds(now) else None

    def named(self, channel: str) -> Channel | None:
        return self._by_hash.get(channel)

    def in_force(self, now: float) -> dict[str, Permission]:
        """Return the permissions that hold now, by the channels' hashes."""
        found = {key: self.permission(key, now) for key in self._by_hash}
        return {key: permission for key, permission in found.items() if permission is not None}
