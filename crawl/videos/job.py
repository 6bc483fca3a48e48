"""Gathering: consents -> lists and searches -> permission gate -> downloads. The edge to Ray.

It can be run any number of times and killed at any moment: recorded work is not repeated.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from crawl.polite import Failure, Manners, Refusal
from crawl.polite.pace import Pace
from crawl.videos.channels import Channels
from crawl.videos.downloader import SKIPPED, STOPPED, Done, Downloader
from crawl.videos.gate import Gate
from crawl.videos.gathered import Gathered
from crawl.videos.listings import Titles
from crawl.videos.progress import Progress
from crawl.videos.queries import Query
from crawl.videos.quota import QuotaSpent
from crawl.videos.removal import Removal
from crawl.videos.searching import Searched, Searching
from crawl.videos.settings import VideoJobSettings
from crawl.videos.worker_context import WorkerContext
from crawl.videos.youtube_api import ApiRefused, YouTubeApi

_LOOK_S = 0.2
_IDLE_S = 1.0
_HOSTS_S = 5.0


class Gathering:
    def __init__(
        self, context: WorkerContext, channels: Channels, titles: Titles, progress: Progress
    ) -> None:
        self._context, self._channels, self._titles = context, channels, titles
        self._progress = progress
        self._stop = False
        self._did = Gathered()
        self._known_hosts: list[str] = []
        self._hosts_at = -_HOSTS_S

    def stop(self) -> None:
        """Stop the run. Finished work is stored, and the next run continues."""
        self._stop = True

    def gather(self, ray: Any, queries: Sequence[Query]) -> Gathered:
        """Run all steps once. `ray`: the connected `ray` module; importing it earlier would fix its
        addresses.

        Raises:
            DatabaseUnavailable, VaultUnavailable
        """
        did, context = self._did, self._context
        Removal(context).finish()
        context.look_at_lists()
        in_force = self._channels.in_force(context.seen.now())
        did.given, did.withdrawn = context.seen.apply_consents(in_force)
        self._find(queries)
        if not self._stop:
            self._download(ray)
        did.cancelled = self._stop
        return did

    def _find(self, queries: Sequence[Query]) -> None:
        context = self._context
        searching = Searching(context, self._channels, self._titles, lambda: self._stop)
        api = YouTubeApi(context.settings.youtube, context.manners, context.records)
        gate = Gate(context, self._channels, api)
        try:
            searching.read_lists(self._searched)
            if api.has_key:
                self._as_far_as(lambda: searching.read_uploads(api, self._searched))
                self._as_far_as(lambda: searching.search(api, queries, self._searched))
            self._as_far_as(lambda: gate.ask_again(lambda: self._stop))
            self._as_far_as(lambda: gate.decide_all(lambda: self._stop, self._decided))
        finally:
            api.close()

    def _as_far_as(self, part: Callable[[], object]) -> None:
        """Run a part; an API's or a host's refusal ends that part only, and a later run
        continues."""
        try:
            part()
        except (QuotaSpent, ApiRefused, Refusal, Failure) as error:
            self._note(str(error))

    def _note(self, text: str) -> None:
        if text not in self._did.notes:
            self._did.notes.append(text)
            self._progress.say(text)

    def _searched(self, one: Searched) -> None:
        self._did.searched.append(one)
        self._progress.searched(one)

    def _decided(self, permitted: int, denied: int) -> None:
        self._did.permitted, self._did.denied = permitted, denied
        self._progress.decided(permitted, denied)

    def _download(self, ray: Any) -> None:
        context, given = self._context, self._context.settings
        remote: Any = ray.remote(num_cpus=given.worker_cpus, max_retries=0)(_download_one)
        settings, manners = ray.put(given), ray.put(context.manners)
        pace = Pace(context.records, context.manners)
        waiting: dict[Any, tuple[str, str]] = {}
        idle_since = time.monotonic()
        self._progress.downloading(context.seen.counts())
        try:
            while not self._stop:
                started = self._start(waiting, pace, remote, settings, manners)
                if waiting or started:
                    idle_since = time.monotonic()
                elif not self._worth_waiting(pace, idle_since):
                    return
                else:
                    self._hosts_at = -_HOSTS_S
                if not waiting:
                    time.sleep(_IDLE_S)
                    continue
                done, _ = ray.wait(list(waiting), timeout=_LOOK_S)
                for ref in done:
                    self._ended(_outcome(ray, ref, waiting.pop(ref)[0]))
        finally:
            for ref in waiting:
                ray.cancel(ref)
            if waiting:  # each worker releases its video before it ends
                ray.wait(list(waiting), num_returns=len(waiting), timeout=10)

    def _start(
        self, waiting: dict[Any, tuple[str, str]], pace: Pace, remote: Any, *given: Any
    ) -> int:
        """Start downloads on free workers, round-robin over the hosts that may be requested."""
        settings = self._context.settings
        free = settings.workers - len(waiting)
        if free <= 0:
            return 0
        closed = {
            state.host for state in pace.hosts() if state.stopped or state.quiet_until > pace.now()
        }
        busy = Counter(host for _, host in waiting.values())
        asked = {video for video, _ in waiting.values()}
        started = 0
        for host in sorted(self._hosts(), key=lambda host: busy[host]):
            places = min(settings.workers_a_host - busy[host], free - started)
            if host in closed or places <= 0:
                continue
            due = self._context.seen.due(host, places + busy[host])
            for video in [one for one in due if one not in asked][:places]:
                waiting[remote.remote(*given, video)] = (video, host)
                started += 1
        return started

    def _hosts(self) -> list[str]:
        """Return hosts with work, cached for `_HOSTS_S`: counting half a million videos is slow."""
        if time.monotonic() - self._hosts_at >= _HOSTS_S:
            self._known_hosts = list(self._context.seen.hosts())
            self._hosts_at = time.monotonic()
        return self._known_hosts

    def _worth_waiting(self, pace: Pace, since: float) -> bool:
        """Return whether the next video is due within the patience. Stopped hosts need a person, so
        they do not count."""
        left_s = self._context.settings.patience_s - (time.monotonic() - since)
        next_s = self._context.seen.next_at([host.host for host in pace.hosts() if host.stopped])
        return next_s is not None and next_s <= left_s

    def _ended(self, done: Done) -> None:
        if done.state == STOPPED:
            self._stop = True
            self._note(done.reason)
        elif done.state == SKIPPED:
            # Its worker may have stored an end and died before it could tell.
            self._progress.counted(self._context.seen.counts())
        else:
            self._did.ended[done.state] += 1
            self._did.num_bytes += done.num_bytes
            self._progress.ended(done)


def _outcome(ray: Any, ref: Any, video: str) -> Done:
    try:
        return ray.get(ref)
    except ray.exceptions.RayError as error:
        # The dead worker's lease expires; its death is counted at the next claim.
        said = str(error).strip().rsplit("\n", 1)[-1][:300]
        return Done(video, SKIPPED, f"its worker died: {said}")


def _download_one(settings: VideoJobSettings, manners: Manners, video: str) -> Done:
    return _downloader(_Given(settings, manners)).download(video)


@dataclass(frozen=True)
class _Given:
    """Settings compared by value, so that a worker opens its records once."""

    settings: VideoJobSettings
    manners: Manners


@cache
def _downloader(given: _Given) -> Downloader:
    context = WorkerContext.open(given.settings, given.manners)
    for video in context.seen.removed():
        context.forget(video)  # begun on this node and removed on another one
    return Downloader(context)
