"""Scores of clips and films -> figures with confidence intervals, which a gate compares."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Self

from pydantic import Field

from conte.frozen import Frozen
from serve.registry.interval import Interval, difference, mean_interval
from training.films.clip_frames import Shown, UnreadableClip, shown_in
from training.films.film_clip import FilmClip
from training.films.judging import ACROSS, DIMENSIONS, Judge, JudgedClip, across_cuts

REVISION = 1
"""Revision of the measurement; figures of different revisions are not compared."""


class Scores(Frozen):
    """Scores of one clip or film; None for a dimension that cannot be measured, with the reason in
    `why`."""

    id: str
    film: str
    scores: dict[str, float | None]
    why: dict[str, str] = Field(default_factory=dict)
    asked: str = ""
    """Digest of what the clip should show; see `FilmClip`."""
    flow: float | None = None
    """Speed in shorter sides per second; see `Movement`."""
    cut_off: bool = False


class FilmEvaluation(Frozen):
    """Scores in the order of the ids. A clip without a film is a group by itself."""

    revision: int = REVISION
    methods: dict[str, str]
    clips: tuple[Scores, ...]
    films: tuple[Scores, ...]
    means: dict[str, Interval]
    """Means of the dimensions that were measured."""

    def better_than(self, other: Self) -> dict[str, Interval]:
        """Return this minus the other evaluation, per dimension, paired by id, and grouped by film.

        A still film flickers least and is the most consistent, so no dimension decides alone.

        Raises:
            ValueError: if the clips differ, or a dimension was measured by another method.
        """
        ids = [[(one.id, one.asked) for one in which.clips] for which in (self, other)]
        if ids[0] != ids[1] or self.revision != other.revision:
            raise ValueError("the two evaluations are not of the same fixed set")
        found: dict[str, Interval] = {}
        for name in (*DIMENSIONS, *ACROSS):
            if self.methods[name] != other.methods[name]:
                raise ValueError(
                    f"{name}: by {self.methods[name]!r} here, by {other.methods[name]!r} there"
                )
            mine, theirs = _measured(name, self), _measured(name, other)
            both = [at for at in mine if at in theirs]
            if both:
                new, old = [mine[at][0] for at in both], [theirs[at][0] for at in both]
                found[name] = difference(new, old, [mine[at][1] for at in both])
        return found


def evaluate_films(
    clips: Sequence[FilmClip], judge: Judge, tell: Callable[[str], None],
    shown: Callable[[FilmClip, Shown], None] | None = None,
) -> FilmEvaluation:  # fmt: skip
    """Evaluate clips and their films. `shown` is called once with each clip's frames, for pictures.

    Raises:
        UnreadableClip: at the first unreadable clip, because leaving it out would flatter the rest.
        ValueError: if there is no clip, or an id is not unique.
    """
    clips = sorted(clips, key=lambda clip: clip.id)
    if not clips or len({clip.id for clip in clips}) != len(clips):
        raise ValueError(f"wanted clips with ids of their own, got {len(clips)}")
    judged: list[JudgedClip] = []
    found: list[Scores] = []
    for at, clip in enumerate(clips, 1):
        try:
            seen = shown_in(clip.path)
        except UnreadableClip as error:
            raise UnreadableClip(f"{clip.id}: {error}") from None
        if shown is not None:
            shown(clip, seen)
        one = judge.judge(seen, clip.prompt)
        judged.append(one)
        found.append(
            Scores(
                id=clip.id, film=clip.film, scores=one.scores, why=one.why, asked=clip.asked,
                flow=one.flow, cut_off=seen.cut_off,
            )
        )  # fmt: skip
        tell(f"{at} of {len(clips)}: {clip.id}")
    films = _films(clips, judged)
    return FilmEvaluation(
        methods=judge.methods,
        clips=tuple(found),
        films=films,
        means=_means(found, films),
    )


def _films(clips: Sequence[FilmClip], judged: Sequence[JudgedClip]) -> tuple[Scores, ...]:
    of: dict[str, list[int]] = defaultdict(list)
    for at, clip in enumerate(clips):
        if clip.film:
            of[clip.film].append(at)
    return tuple(
        Scores(
            id=film,
            film=film,
            scores=(found := across_cuts([clips[i] for i in own], [judged[i] for i in own])),
            why={
                name: "no two cuts are to show the same"
                for name, value in found.items()
                if value is None
            },
        )
        for film, own in sorted(of.items())
    )


def _means(clips: Sequence[Scores], films: Sequence[Scores]) -> dict[str, Interval]:
    found: dict[str, Interval] = {}
    for name in (*DIMENSIONS, *ACROSS):
        rows = _values(name, clips if name in DIMENSIONS else films)
        if rows:
            values, groups = [row[0] for row in rows.values()], [row[1] for row in rows.values()]
            found[name] = mean_interval(values, groups, within=(-1.0, 1.0))  # cosines, and shares
    return found


def _measured(name: str, of: FilmEvaluation) -> dict[str, tuple[float, str]]:
    return _values(name, of.clips if name in DIMENSIONS else of.films)


def _values(name: str, rows: Sequence[Scores]) -> dict[str, tuple[float, str]]:
    """Return value and group by id, of the rows in which the figure was measured."""
    return {
        row.id: (value, row.film or row.id)
        for row in rows
        if (value := row.scores.get(name)) is not None
    }
