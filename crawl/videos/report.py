"""What a run did, and where the list stands: report.html for people, report.json for programs."""

import json
import shutil
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
from sqlalchemy import func, select

from crawl.polite.pace import Pace
from crawl.products.versions import write_whole
from crawl.records.tables import videos
from crawl.videos.candidate import Described
from crawl.videos.channels import SEOUL
from crawl.videos.desk import Desk
from crawl.videos.gathered import Gathered
from crawl.videos.quota import Quota
from crawl.videos.reasons import without_urls
from crawl.videos.seen import DENIED, DOWNLOADED, FAILED, PERMITTED
from crawl.videos.youtube_api import SEARCHES, UNITS
from deployments.knowledge.product_types import product_types_of

_FONTS = Path(__file__).parents[2] / "deployments" / "fonts"
_SHOWN_FONTS = ("Pretendard-Medium.otf", "Pretendard-SemiBold.otf", "OFL-Pretendard.txt")
_KINDS = ("owned", "consented", "trainable")
MOST_SHOWN = 40
_v = videos.c


def write_report(desk: Desk, did: Gathered, num_rows: int) -> Path:
    """Both reports, and the page's fonts; the page's path."""
    folder = desk.settings.out
    told = facts(desk, did, num_rows)
    text = json.dumps(told, ensure_ascii=False, indent=1)
    write_whole(folder / "report.json", text.encode("utf-8"))
    fonts = folder / "fonts"
    fonts.mkdir(exist_ok=True)
    for name in _SHOWN_FONTS:
        if not (fonts / name).exists():
            shutil.copyfile(_FONTS / name, fonts / name)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = _moment
    environment.filters["number"] = lambda number: f"{number:,}"
    page = environment.get_template("report.html").render(**told, most_shown=MOST_SHOWN)
    write_whole(folder / "report.html", page.encode("utf-8"))
    return folder / "report.html"


def facts(desk: Desk, did: Gathered, num_rows: int) -> dict[str, Any]:
    seen, pace = desk.seen, Pace(desk.records, desk.manners)
    now = pace.now()
    used, youtube = Quota(desk.records).used(), desk.settings.youtube
    duration_s, num_bytes, heights, sound = _downloaded(desk)
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
        "permissions": _permissions(desk),
        "product_types": _product_types(desk),
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


def _downloaded(desk: Desk) -> tuple[float, int, dict[str, int], int]:
    """Seconds, bytes, videos by lines, videos with sound."""
    seconds, num_bytes, sound = 0.0, 0, 0
    heights: Counter[int] = Counter()
    query = select(_v.described).where(_v.state == DOWNLOADED).execution_options(yield_per=5000)
    with desk.records.reading() as connection:
        for text in connection.execute(query).scalars():
            one = Described.model_validate_json(text)
            seconds += one.duration_s or 0.0
            num_bytes += one.size_bytes or 0
            heights[one.height or 0] += 1
            sound += bool(one.has_audio)
    return seconds, num_bytes, {str(lines): n for lines, n in sorted(heights.items())}, sound


def _permissions(desk: Desk) -> dict[str, int]:
    with desk.records.asking() as connection:
        return {
            kind: connection.execute(
                select(func.count())
                .select_from(videos)
                .where(_v.permission.like(f'{{"kind":"{kind}"%'))
            ).scalar_one()
            for kind in _KINDS
        }


def _product_types(desk: Desk) -> list[dict[str, Any]]:
    """How many videos were seen and downloaded for each, the most first."""
    names = {kind.id: kind.name.ko for kind in product_types_of(desk.settings.product_types).types}
    query = select(_v.product_type, _v.state, func.count()).group_by(_v.product_type, _v.state)
    found: dict[str, Counter[str]] = {}
    with desk.records.asking() as connection:
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


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, SEOUL).strftime("%Y-%m-%d %H:%M")
