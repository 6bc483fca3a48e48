"""The YouTube Data API, v3: search, uploads, metadata, and who may train on a video.

`search.list` has its own daily quota, and all other methods share another; `videoTrainability.get`
is free and needs no key (developers.google.com/youtube/v3/determine_quota_cost,
.../youtube/data/video-trainability). Only fields that are stored are requested: no channel titles,
no statistics, no comments. An API is used by contract: its quotas and our pace apply, robots.txt
does not.
"""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from crawl.polite import Failure, Manners
from crawl.polite.pace import HostTurn, Pace
from crawl.polite.server_times import retry_after_s
from crawl.videos.quota import Quota, QuotaSpent
from crawl.videos.settings import YouTubeSettings
from serve.database.engine import Database

SEARCHES, UNITS = "youtube-searches", "youtube-units"
AT_ONCE = 50
"""Largest number of results per page, and of videos per request for metadata."""
_MAX_BYTES = 4 * 1024 * 1024
_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "backendError"})
_ID = re.compile(r"[A-Za-z0-9_-]{6,20}")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


class ApiRefused(Exception):
    """The API will never answer this request: a wrong key or setting."""


@dataclass(frozen=True)
class FoundVideo:
    """A video that the API returned."""

    id: str
    channel: str
    """The channel's id in clear; it is hashed before it is stored."""
    title: str


@dataclass(frozen=True)
class Page:
    found: tuple[FoundVideo, ...]
    next_page: str


@dataclass(frozen=True)
class About:
    duration_s: float | None
    licence: str
    public: bool
    live: bool


class YouTubeApi:
    """Client of the API, one per process. Blocking. Close it after use."""

    def __init__(self, settings: YouTubeSettings, manners: Manners, records: Database) -> None:
        self._settings = settings
        self._quota = Quota(records)
        self._host = urlsplit(settings.url).hostname or ""
        pace = manners.model_copy(update={"interval_s": settings.interval_s})
        self._pace, self._manners = Pace(records, pace), manners
        self._client = httpx.Client(
            headers={"User-Agent": manners.user_agent},
            timeout=httpx.Timeout(manners.silence_timeout_s, connect=manners.connect_timeout_s),
            trust_env=False,
            follow_redirects=False,
        )

    def close(self) -> None:
        self._client.close()

    @property
    def has_key(self) -> bool:
        return bool(self._settings.key.get_secret_value())

    def search(self, query: str, language: str, page: str = "") -> Page:
        """Return one page of a search. Costs one call of the search quota."""
        self._quota.spend(SEARCHES, self._settings.searches_a_day)
        answer = self._ask(
            "search",
            SEARCHES,
            part="snippet",
            type="video",
            q=query,
            maxResults=AT_ONCE,
            relevanceLanguage=language,
            pageToken=page,
            fields="nextPageToken,items(id/videoId,snippet(channelId,title))",
        )
        return _page(answer, lambda item: item["id"]["videoId"])

    def uploads(self, channel: str, page: str = "") -> Page:
        """Return one page of a channel's uploads, the newest first. Costs one unit."""
        self._quota.spend(UNITS, self._settings.units_a_day)
        answer = self._ask(
            "playlistItems",
            UNITS,
            part="snippet",
            playlistId="UU" + channel.removeprefix("UC"),
            maxResults=AT_ONCE,
            pageToken=page,
            fields="nextPageToken,items/snippet(resourceId/videoId,channelId,title)",
        )
        return _page(answer, lambda item: item["snippet"]["resourceId"]["videoId"])

    def about(self, ids: Sequence[str]) -> dict[str, About]:
        """Return metadata of up to 50 videos, without deleted ones. Costs one unit."""
        self._quota.spend(UNITS, self._settings.units_a_day)
        answer = self._ask(
            "videos",
            UNITS,
            part="contentDetails,status,snippet",
            id=",".join(ids),
            fields="items(id,contentDetails/duration,status(license,privacyStatus),"
            "snippet/liveBroadcastContent)",
        )
        found: dict[str, About] = {}
        for item in _items(answer):
            status, details = item.get("status") or {}, item.get("contentDetails") or {}
            live = (item.get("snippet") or {}).get("liveBroadcastContent", "none")
            found[str(item.get("id"))] = About(
                duration_s=_seconds(str(details.get("duration") or "")),
                licence=str(status.get("license") or "")[:100],
                public=status.get("privacyStatus") == "public",
                live=live != "none",
            )
        return found

    def permitted(self, video: str) -> tuple[str, ...] | None:
        """Return who may train on a video: `all`, `none`, or names; None if the video does not
        exist."""
        answer = self._ask("videoTrainability", "", id=video)
        if answer is None:
            return None
        told = answer.get("permitted")
        if answer.get("videoId") != video or not isinstance(told, list):
            raise ApiRefused(f"videoTrainability of {video}: not an answer about it")
        return tuple(str(one) for one in told)

    def _ask(self, method: str, bucket: str, **params: Any) -> Any:
        """Return the answer's JSON; None for 404.

        Raises:
            QuotaSpent: if the quota is used up.
            ApiRefused: if the answer is another error, or too large.
            Refusal: if the API's host is stopped.
            Failure: if there was no answer, with the time of the next attempt.
        """
        given = {name: value for name, value in params.items() if value != ""}
        # In a header, because URLs are logged.
        key = self._settings.key.get_secret_value()
        headers = {"X-Goog-Api-Key": key} if key and bucket else {}
        turn = self._turn()
        try:
            with self._client.stream(
                "GET", f"{self._settings.url}/{method}", params=given, headers=headers
            ) as answer:
                body = b""
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > _MAX_BYTES:
                        raise ApiRefused(f"{method}: the answer is larger than {_MAX_BYTES} bytes")
        except httpx.HTTPError as error:
            reason = f"{self._host}: {error or type(error).__name__}"
            raise Failure(reason, self._pace.failed(turn, reason)) from error
        if answer.status_code == 404:
            self._pace.went_well(turn, 0.0)
            return None
        told = _json(body)
        if answer.status_code == 200 and isinstance(told, dict):
            self._pace.went_well(turn, 0.0)
            return told
        return self._refused(method, bucket, turn, answer, told)

    def _refused(
        self, method: str, bucket: str, turn: HostTurn, answer: httpx.Response, told: Any
    ) -> None:
        reason, message = _error(told)
        if reason in _SPENT:
            limits = {SEARCHES: self._settings.searches_a_day, UNITS: self._settings.units_a_day}
            self._quota.empty(bucket, limits.get(bucket, 0))
            raise QuotaSpent(f"{bucket or method}: the API says that today's quota is used up")
        if answer.status_code in (429, 500, 502, 503, 504) or reason in _TOO_FAST:
            why = f"{self._host} answered {answer.status_code} {reason}".strip()

            wait_s = retry_after_s(httpx.Headers(answer.headers), time.time())
            at = self._pace.failed(
                turn, why, retry_after_s=wait_s, throttled=answer.status_code == 429
            )
            raise Failure(why, at)
        raise ApiRefused(f"{method}: {answer.status_code} {reason} {message}".strip())

    def _turn(self) -> HostTurn:

        while True:
            turn = self._pace.claim(self._host, self._settings.interval_s)
            time.sleep(turn.wait_s)
            if turn.wait_s <= 0 or self._pace.holds(turn):
                return turn


def _page(answer: Any, id_of: Any) -> Page:
    found: list[FoundVideo] = []
    for item in _items(answer):
        try:
            snippet = item["snippet"]
            one = FoundVideo(str(id_of(item)), str(snippet["channelId"]), str(snippet["title"]))
        except (KeyError, TypeError):
            continue  # a video that was deleted or made private has no channel
        if _ID.fullmatch(one.id):
            found.append(one)
    return Page(tuple(found), str((answer or {}).get("nextPageToken") or ""))


def _items(answer: Any) -> list[Any]:
    items = (answer or {}).get("items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _error(told: Any) -> tuple[str, str]:
    """Return the first reason and the message of Google's error body."""
    error = told.get("error") if isinstance(told, dict) else None
    if not isinstance(error, dict):
        return "", ""
    errors = error.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    reason = first.get("reason", "") if isinstance(first, dict) else ""
    return str(reason), str(error.get("message") or "")[:300]


def _seconds(duration: str) -> float | None:
    """Parse an ISO 8601 duration such as PT1M30S to seconds; None if it is invalid or unknown."""
    found = _DURATION.fullmatch(duration)
    if not found or duration in ("", "P", "P0D"):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
