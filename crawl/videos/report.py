"""Reports of a run and of the list: report.html for people, report.json for programs."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from crawl.polite.pace import Pace
from crawl.records.tables import videos
from crawl.videos.candidate import Described
from crawl.videos.gathered import Gathered
from crawl.videos.quota import Quota
from crawl.videos.reasons import without_urls
from crawl.videos.video_list import DENIED, DOWNLOADED, FAILED, PERMITTED
from crawl.videos.worker_context import WorkerContext
from crawl.videos.youtube_api import SEARCHES, UNITS
from deployments.knowledge.product_types import product_types_of
from serve.pages.fonts import fonts_beside
from serve.pages.page import page
from serve.stored import read
from serve.whole import write_whole

_TEMPLATE = Path(__file__).with_name("report.html")
_KINDS = ("owned", "consented", "trainable")
MOST_SHOWN = 40
_v = videos.c


def write_report(context: WorkerContext, did: Gathered, num_rows: int) -> Path:
    """Write both reports and the fonts of the page; return the page's path."""
    folder = context.settings.out
    told = facts(context, did, num_rows)
    text = json.dumps(told, ensure_ascii=False, indent=1)
    write_whole(folder / "report.json", text.encode("utf-8"))
    path = folder / "report.html"
    fonts_beside(path)
    write_whole(path, page(_TEMPLATE, **told, most_shown=MOST_SHOWN))
    return path


def facts(context: WorkerContext, did: Gathered, num_rows: int) -> dict[str, Any]:
    seen, pace = context.seen, Pace(context.records, context.manners)
    now = pace.now()
    used, youtube = Quota(context.records).used(), context.settings.youtube
    duration_s, num_bytes, heights, sound = _downloaded(context)
    counts = seen.counts()
    return {
        "at": now,
        "cancelled": did.cancelled,
        "num_seen": sum(counts.values()),
        "states": counts,
        "reasons": {
            state: [{"reason": reason, "videos": n} for reason, n in seen.reasons(state) if reason]
            for state in (PERMITTED, DENIED, FAILED)
        },
        "manifest_rows": num_rows,
        "duration_s": round(duration_s, 1),
        "bytes": num_bytes,
        "heights": heights,
        "with_sound": sound,
        "permissions": _permissions(context),
        "product_types": _product_types(context),
        "run": {**asdict(did), "ended": dict(did.ended)},
        "hosts": [
            {
                "host": host.host,
                "stopped": without_urls(host.stopped),
                "quiet_until": host.quiet_until if host.quiet_until > now else None,
                "failures": host.failures,
            }
            for host in pace.hosts()
        ],
        "quotas": [
            {"bucket": bucket, "used": used[bucket], "a_day": a_day}
            for bucket, a_day in (
                (SEARCHES, youtube.searches_a_day),
                (UNITS, youtube.units_a_day),
            )
            if bucket in used
        ],
    }


def _downloaded(context: WorkerContext) -> tuple[float, int, dict[str, int], int]:
    """Return seconds, bytes, number of videos by height, and number of videos with sound."""
    seconds, num_bytes, sound = 0.0, 0, 0
    heights: Counter[int] = Counter()
    query = select(_v.described).where(_v.state == DOWNLOADED).execution_options(yield_per=5000)
    with context.records.reading() as connection:
        for text in connection.execute(query).scalars():
            one = read(Described, text)
            seconds += one.duration_s or 0.0
            num_bytes += one.size_bytes or 0
            heights[one.height or 0] += 1
            sound += bool(one.has_audio)
    return seconds, num_bytes, {str(lines): n for lines, n in sorted(heights.items())}, sound


def _permissions(context: WorkerContext) -> dict[str, int]:
    with context.records.asking() as connection:
        return {
            kind: connection.execute(
                select(func.count())
                .select_from(videos)
                .where(_v.permission.like(f'{{"kind":"{kind}"%'))
            ).scalar_one()
            for kind in _KINDS
        }


def _product_types(context: WorkerContext) -> list[dict[str, Any]]:
    """Return the numbers of known and downloaded videos per product type, the most first."""
    names = {
        kind.id: kind.name.ko for kind in product_types_of(context.settings.product_types).types
    }
    query = select(_v.product_type, _v.state, func.count()).group_by(_v.product_type, _v.state)
    found: dict[str, Counter[str]] = {}
    with context.records.asking() as connection:
        for kind, state, number in connection.execute(query):
            found.setdefault(kind, Counter())[state] += int(number)
    rows = [
        {
            "id": kind,
            "name": names.get(kind, kind),
            "seen": sum(states.values()),
            "downloaded": states[DOWNLOADED],
        }
        for kind, states in found.items()
    ]
    return sorted(rows, key=lambda row: (-row["seen"], row["id"]))
