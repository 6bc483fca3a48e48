"""Prints the state of the list, the hosts and the quotas."""

import time
from collections.abc import Iterator

from sqlalchemy import make_url

from crawl.polite.pace import Pace
from crawl.videos.quota import Quota
from crawl.videos.video_list import DENIED, FAILED, PERMITTED
from crawl.videos.worker_context import WorkerContext
from crawl.videos.youtube_api import SEARCHES, UNITS


def lines_of(context: WorkerContext) -> Iterator[str]:
    seen = context.seen
    counts = seen.counts()
    yield f"{sum(counts.values()):,} videos seen"
    for state, number in sorted(counts.items()):
        yield f"  {number:>9,}  {state}"
        if state in (DENIED, FAILED, PERMITTED):
            for reason, of_them in seen.reasons(state, 5):
                if reason:
                    yield f"  {of_them:>20,}  {reason}"
    pace = Pace(context.records, context.manners)
    now = pace.now()
    for host in pace.hosts():
        if host.stopped:
            yield f"{host.host}: not asked any more: {host.stopped}"
            shown = make_url(context.settings.records_url).render_as_string(hide_password=True)
            yield (
                "  when somebody has looked: python -m crawl.polite --records"
                f" {shown} --clear {host.host}"
            )
        elif host.quiet_until > now:
            until = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(host.quiet_until))
            yield f"{host.host}: not asked until {until}, after {host.failures} failures in a row"
    used, youtube = Quota(context.records).used(), context.settings.youtube
    for bucket, a_day in ((SEARCHES, youtube.searches_a_day), (UNITS, youtube.units_a_day)):
        if bucket in used:
            yield f"{bucket}: {used[bucket]:,} of {a_day:,} used today"
