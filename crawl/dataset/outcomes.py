"""Outcomes of a job's videos and clips, counted from its records."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from math import isfinite
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from sqlalchemy import Connection, func, select

from conte.frozen import Frozen
from crawl.caption.manifest import SourceVideo
from crawl.key_frames import KeyFrame, key_frames
from crawl.records.tables import clips, datasets, rows
from serve.database.engine import Database
from serve.stored import Unreadable, data_of, read

_BOUND = re.compile(r"(\w+) (\S+) ([<>]) (\S+?)(?:;|$)")
"""A bound in crawl.filters' notation: `text_area 0.31 > 0.12`."""
_MOST_KINDS = 40
_MOST_LISTED = 100
_MOST_REPEATED = 12
_MOST_TOLD = 400
_r, _c = rows.c, clips.c


class BoundBroken(Frozen):
    """Number of clips that broke one bound of the filters, and the range of their values."""

    figure: str
    sign: str
    bound: float
    clips: int
    least: float | None
    most: float | None
    """Largest value among these clips."""


class Quarantined(Frozen):
    video: str
    reason: str
    attempts: int
    interruptions: int


def _as_stored(value: Any) -> Any:
    """Read the vault's key, which reports of earlier releases have in place of a key frame."""
    return (KeyFrame(key=value) if value else None) if isinstance(value, str) else value


class Repeated(Frozen):
    """A clip that others repeat, and the number of its near-duplicates."""

    clip: str
    video: str
    times: int
    short: str = ""
    """The short text of the clip's caption."""
    frame: Annotated[KeyFrame | None, BeforeValidator(_as_stored), Field(exclude=True)] = None
    """The clip's middle key frame; a report has only `picture`, a small JPEG of it in base64."""
    picture: str = ""


class Outcomes(Frozen):
    videos: dict[str, int]
    """Number of videos by state; `clips` likewise."""
    clips: dict[str, int]
    videos_left_out: dict[str, int]
    """Number of videos by kind of reason, the most frequent first; `uncaptioned` likewise for
    clips."""
    bounded: tuple[BoundBroken, ...]
    """Clips by the bound that they broke; a clip that broke two counts twice."""
    num_bounded: int
    uncaptioned: dict[str, int]
    seconds: dict[str, float]
    """Seconds by stage: CPU time; for captions, wall-clock time of the model."""
    quarantined: tuple[Quarantined, ...]
    num_quarantined: int
    repeated: tuple[Repeated, ...]
    settings: dict[str, Any]
    """Settings that changed the results."""
    begun_at: float | None

    @property
    def named(self) -> set[str]:
        """Ids of the videos that the outcomes name."""
        return {one.video for one in (*self.quarantined, *self.repeated)}

    def without(self, video: str) -> "Outcomes":
        """Return the outcomes without anything that names a video."""

        def masked(told: dict[str, int]) -> dict[str, int]:
            found: Counter[str] = Counter()
            for kind, n in told.items():
                found[_masked(kind, video)] += n
            return dict(found)

        return self.model_copy(
            update={
                "quarantined": tuple(one for one in self.quarantined if one.video != video),
                "repeated": tuple(one for one in self.repeated if one.video != video),
                "videos_left_out": masked(self.videos_left_out),
                "uncaptioned": masked(self.uncaptioned),
            }
        )


def outcomes_of(records: Database, dataset: str) -> Outcomes:
    with records.reading() as connection:
        of = _Reading(connection, dataset)
        states = of.states(_r)
        bounded, num_bounded, uncaptioned = of.clips_left_out()
        settings, begun_at = of.begun()
        return Outcomes(
            videos=states,
            clips=of.states(_c),
            videos_left_out=of.videos_left_out(),
            bounded=bounded,
            num_bounded=num_bounded,
            uncaptioned=uncaptioned,
            seconds=of.seconds(),
            quarantined=of.quarantined(),
            num_quarantined=states.get("quarantined", 0),
            repeated=of.repeated(),
            settings=settings,
            begun_at=begun_at,
        )


UNREADABLE = "a row that this release cannot read"


class _Reading:
    def __init__(self, connection: Connection, dataset: str) -> None:
        self._connection = connection
        self._rows, self._clips = _r.dataset == dataset, _c.dataset == dataset
        self._dataset = dataset

    def states(self, c: Any) -> dict[str, int]:
        query = select(c.state, func.count()).where(c.dataset == self._dataset)
        return dict(self._streamed(query.group_by(c.state).order_by(c.state)))

    def videos_left_out(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        filtered = self._rows & (_r.state == "filtered")
        for reason, source in self._streamed(select(_r.reason, _r.source).where(filtered)):
            try:
                found[kind_of(reason, read(SourceVideo, source))] += 1
            except Unreadable:
                found[UNREADABLE] += 1
        return _most(found)

    def clips_left_out(self) -> tuple[tuple[BoundBroken, ...], int, dict[str, int]]:
        """Return clips by broken bound, the number of these clips, and the other reasons by
        kind."""
        bounds: dict[tuple[str, str, float], list[float]] = {}
        counts, uncaptioned = Counter[tuple[str, str, float]](), Counter[str]()
        num_bounded = 0
        filtered = self._clips & (_c.state == "filtered")
        for (reason,) in self._streamed(select(_c.reason).where(filtered)):
            broken = list(_broken(reason))
            num_bounded += bool(broken)
            if not broken:
                uncaptioned[kind_of(reason)] += 1
            for key, figure in broken:
                counts[key] += 1
                if isfinite(figure):
                    least, most = bounds.get(key, (figure, figure))
                    bounds[key] = [min(least, figure), max(most, figure)]
        told = [
            BoundBroken(
                figure=key[0],
                sign=key[1],
                bound=key[2],
                clips=n,
                least=bounds.get(key, [None])[0],
                most=bounds.get(key, [None])[-1],
            )
            for key, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]
        return tuple(told[:_MOST_KINDS]), num_bounded, _most(uncaptioned)

    def seconds(self) -> dict[str, float]:
        found: Counter[str] = Counter()
        spent = select(_r.seconds).where(self._rows, _r.seconds != "")
        for (text,) in self._streamed(spent):
            for stage, seconds in json.loads(text).items():
                found[stage] += seconds
        return {stage: round(float(seconds), 1) for stage, seconds in sorted(found.items())}

    def quarantined(self) -> tuple[Quarantined, ...]:
        query = (
            select(_r.id, _r.reason, _r.attempts, _r.interruptions)
            .where(self._rows, _r.state == "quarantined")
            .order_by(_r.position)
            .limit(_MOST_LISTED)
        )
        return tuple(
            Quarantined(video=video, reason=why[:_MOST_TOLD], attempts=tries, interruptions=died)
            for video, why, tries, died in self._streamed(query)
        )

    def repeated(self) -> tuple[Repeated, ...]:
        times = func.count()
        query = (
            select(_c.reason, times)
            .where(self._clips, _c.state == "duplicate")
            .group_by(_c.reason)
            .order_by(times.desc(), _c.reason)
            .limit(_MOST_REPEATED)
        )
        counts: dict[str, int] = dict(self._streamed(query))
        shown = (
            select(_c.id, _c.video, _c.frames, _c.caption, _r.frames_key)
            .join(rows, (_r.dataset == _c.dataset) & (_r.id == _c.video))
            .where(self._clips, _c.id.in_(counts))
        )
        known = {row.id: row for row in self._connection.execute(shown)}
        return tuple(_repeated(known[clip], n) for clip, n in counts.items() if clip in known)

    def begun(self) -> tuple[dict[str, Any], float | None]:
        query = select(datasets.c.settings, datasets.c.begun_at)
        for settings, begun_at in self._streamed(query.where(datasets.c.name == self._dataset)):
            return json.loads(settings), begun_at
        return {}, None

    def _streamed(self, query: Any) -> Iterator[Any]:
        yield from self._connection.execute(query.execution_options(yield_per=1000))


def kind_of(reason: str, source: SourceVideo | None = None) -> str:
    """Return a reason without its details, so that equal reasons can be counted.

    Addresses, paths, quotations and numbers are masked: they make every reason unique, and would
    identify the video.
    """
    if broken := next(_broken(reason), None):
        figure, sign, bound = broken[0]
        return f"{figure} {sign} {bound:g}"
    text = reason
    if source is not None:
        named = {source.id, source.title}
        for uri in (source.uri, source.best_uri):
            named |= {uri, PurePosixPath(uri).name}
        for name in sorted(named - {""}, key=len, reverse=True):
            text = _masked(text, name)
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "…", text)
    text = re.sub(r"\S*[/#]\S*|\b\w+:\S+", "…", text)
    text = re.sub(r"\d[\d.,]*", "…", text)
    return re.sub(r"…(?:\W*…)+", "…", text)[:120] or "no reason"


def _broken(reason: str) -> Iterator[tuple[tuple[str, str, float], float]]:
    for figure, value, sign, bound in _BOUND.findall(reason):
        with suppress(ValueError):
            yield (figure, sign, float(bound)), float(value)


def _repeated(clip: Any, times: int) -> Repeated:
    frames = key_frames(clip.frames_key, clip.frames)
    return Repeated(
        clip=clip.id,
        video=clip.video,
        times=times,
        short=data_of(clip.caption, "ClipCaption")["short"] if clip.caption else "",
        frame=frames[len(frames) // 2] if frames else None,
    )


def _masked(text: str, name: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", text)


def _most(found: Counter[str]) -> dict[str, int]:
    told = dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
    first = dict(list(told.items())[:_MOST_KINDS])
    rest = sum(told.values()) - sum(first.values())
    return {**first, "others": rest} if rest else first
