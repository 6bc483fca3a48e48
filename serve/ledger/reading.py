"""Rows -> productions and versions, complete with each cut's state, the film and the failure.

A part that this release cannot read is left out, and a failure says which part and why.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection, Row, bindparam, select

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import Clip, Film
from conte.conte import Conte
from conte.direction import Variation
from conte.production import (
    CutState,
    Failure,
    Place,
    Production,
    Provenance,
    Revision,
    State,
    Version,
    Wait,
)
from conte.vocabulary import Language
from serve.ledger.errors import NotFound
from serve.ledger.tables import clips, films, productions, versions
from serve.stored import Unreadable, read, read_all

_TIERS = ("draft", "final")
"""Tiers in ascending order: the last one with a clip is shown."""
_CUT_STATES = ("waiting", "rendering", "ready", "failed")

_T = TypeVar("_T", bound=BaseModel)

WHOLE = select(productions)
_BY_ID = WHOLE.where(productions.c.id == bindparam("id"))
_TENANT = select(productions.c.tenant).where(productions.c.id == bindparam("id"))
LOCKED_BY_ID = _BY_ID.with_for_update()
_IDS = bindparam("ids", expanding=True)
_WANTED = bindparam("wanted")
_CLIPS = select(clips).where(clips.c.production.in_(_IDS), clips.c.version == _WANTED)
_FILMS = select(films).where(films.c.production.in_(_IDS), films.c.version == _WANTED)
_CLIPS_OF = select(clips).where(clips.c.production == bindparam("of"), clips.c.version == _WANTED)
_VERSION = (
    select(versions, productions.c.seed, productions.c.brief.label("asked"))
    .join(productions, productions.c.id == versions.c.production)
    .where(versions.c.production == bindparam("of"), versions.c.number == _WANTED)
)


def production(
    conn: Connection,
    id: str,  # noqa: A002
    tenant: str | None,
    version: int | None = None,
) -> Production:
    """Return the production with the clips and the film of its newest version, or of this one.

    Raises:
        NotFound: also for another tenant's, and for a version that it does not have.
    """
    found = row(conn, id, tenant)
    newest = _shown(found)
    if version is None or version == newest:
        return whole(conn, [found])[0]
    if not 1 <= version < newest:
        raise NotFound(f"production {id} has no version {version}")
    return whole(conn, [found], version)[0]


def clips_of(conn: Connection, id: str, version: int) -> tuple[CutState, ...]:  # noqa: A002
    """Return the state of each cut in each tier. Clips that cannot be read are left out."""
    rows = conn.execute(_CLIPS_OF, {"of": id, "wanted": version})
    return tuple(_cut(row.cut, {row.tier: row}) for row in rows)


def row(conn: Connection, id: str, tenant: str | None, *, lock: bool = False) -> Row[Any]:  # noqa: A002
    """Return the production's row. Raises NotFound, also for another tenant's."""
    found = conn.execute(LOCKED_BY_ID if lock else _BY_ID, {"id": id}).first()
    if found is None or (tenant is not None and found.tenant != tenant):
        raise NotFound(f"there is no production {id}")
    return found


def check_number(row: Row[Any], number: int) -> None:
    """Raises NotFound if the production of the row has no version of this number."""
    if not 1 <= number <= row.version:
        raise NotFound(f"production {row.id} has no version {number}")


def tenant_of(conn: Connection, id: str) -> str | None:  # noqa: A002
    return conn.execute(_TENANT, {"id": id}).scalar_one_or_none()


def language(conn: Connection, id: str) -> Language | None:  # noqa: A002
    found = conn.execute(_BY_ID, {"id": id}).first()
    with suppress(Unreadable):
        return None if found is None else read(Brief, found.brief).language
    return None


def whole(
    conn: Connection, rows: Sequence[Row[Any]], version: int | None = None
) -> tuple[Production, ...]:
    """Return the rows' productions, in order, with two more queries for all of one version.

    `version`: whose clips and film; None: each production's newest.
    """
    of_clips, of_films = (
        defaultdict[str, list[Row[Any]]](list),
        defaultdict[str, list[Row[Any]]](list),
    )
    shown = defaultdict[int, list[str]](list)
    for row in rows:
        shown[version or _shown(row)].append(row.id)
    for wanted, ids in shown.items():
        asked = {"ids": ids, "wanted": wanted}
        for clip in conn.execute(_CLIPS, asked):
            of_clips[clip.production].append(clip)
        for film in conn.execute(_FILMS, asked):
            of_films[film.production].append(film)
    return tuple(_production(row, of_clips[row.id], of_films[row.id], version) for row in rows)


def _shown(row: Row[Any]) -> int:
    # While version 1 is being written, its first clips exist already and are shown.
    return max(row.version, 1)


def untouched(row: Row[Any]) -> Production:
    """Return the production of a row that was never claimed: there is nothing to look up."""
    return _production(row, (), ())


def version(conn: Connection, id: str, number: int, tenant: str | None) -> Version:  # noqa: A002
    row(conn, id, tenant)
    found = standing_version(conn, id, number)
    if found is None:
        raise NotFound(f"production {id} has no version {number}")
    return found


@dataclass(frozen=True)
class UnreadableVersion:
    """A version that this release cannot read, with the readable columns of its row."""

    number: int
    created_at: float
    reason: str


def versions_of(
    conn: Connection,
    id: str,  # noqa: A002
    tenant: str | None,
) -> tuple[Version | UnreadableVersion, ...]:
    newest = row(conn, id, tenant).version
    found = [_listed(conn, id, number) for number in range(1, newest + 1)]
    return tuple(version for version in found if version is not None)


def _listed(conn: Connection, id: str, number: int) -> Version | UnreadableVersion | None:  # noqa: A002
    try:
        return standing_version(conn, id, number)
    except Unreadable as error:
        born = conn.execute(_VERSION, {"of": id, "wanted": number}).one().created_at
        return UnreadableVersion(number, born, str(error))


def standing_version(conn: Connection, id: str, number: int) -> Version | None:  # noqa: A002
    """Return the stored version, if it exists.

    Cuts stored before they had ids get those that they would have been born with.

    Raises:
        Unreadable
    """
    found = conn.execute(_VERSION, {"of": id, "wanted": number}).first()
    if found is None:
        return None
    reader = _Reader()
    return Version(
        number=found.number,
        conte=read(Conte, found.conte).born(found.seed),
        findings=read_all(Finding, found.findings, "findings"),
        provenance=read(Provenance, found.provenance),
        created_at=found.created_at,
        brief=reader.read(Brief, found.brief or found.asked),
        revision=reader.read(Revision, found.revision),
    )


class _Reader:
    """Reads the parts of one row and collects what could not be read."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def read(self, type_: type[_T], text: str | None) -> _T | None:
        try:
            return read(type_, text) if text else None
        except Unreadable as error:
            self.problems.append(str(error))
            return None

    def state(self, text: str) -> State:
        try:
            return State(text)
        except ValueError:
            self.problems.append(f"state {text!r} is not known to this release")
            return State.FAILED


def _production(
    row: Row[Any],
    clips: Iterable[Row[Any]],
    films: Iterable[Row[Any]],
    version: int | None = None,
) -> Production:
    best = _best({film.tier: film for film in films})
    reader = _Reader()
    state, brief = reader.state(row.state), reader.read(Brief, row.brief)
    failure = reader.read(Failure, row.failure)
    # An unreadable film of a running production is made again, so it is no failure.
    of_film = reader if row.ended_at is not None else _Reader()
    film = of_film.read(Film, best.film) if best else None
    if reader.problems:
        # Cancelled stays cancelled; any other stored state is no longer true.
        state = state if state is State.CANCELLED else State.FAILED
        failure = failure or Failure(stage="production", reason="; ".join(reader.problems))
    return Production(
        id=row.id,
        tenant=row.tenant,
        state=state,
        brief=brief,
        seed=row.seed,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        cuts=_cuts(row.num_cuts if version is None else 0, clips),
        film=film,
        failure=failure,
        cancel_asked=bool(row.cancel_asked),
        direction=_place(row, reader) if row.project else None,
        takes_only=row.back_to is not None,
        last_event=row.last_event,
    )


def _place(row: Row[Any], reader: _Reader) -> Place:
    return Place(
        project=row.project,
        index=row.direction,
        variation=reader.read(Variation, row.variation),
        picked=row.picked_at is not None,
    )


def _cuts(num_cuts: int, rows: Iterable[Row[Any]]) -> tuple[CutState, ...]:
    """Return the state of each cut. While `num_cuts` is 0 the conte is incomplete: then only of
    cuts that were begun.
    """
    by_cut = defaultdict[int, dict[str, Row[Any]]](dict)
    for row in rows:
        by_cut[row.cut][row.tier] = row
    numbers = range(1, num_cuts + 1) if num_cuts else sorted(by_cut)
    return tuple(_cut(number, by_cut[number]) for number in numbers)


def _cut(number: int, tiers: Mapping[str, Row[Any]]) -> CutState:
    telling = next((row for row in tiers.values() if row.state == "failed"), None) or _best(tiers)
    if telling is None:
        return CutState(cut=number, state="waiting")
    shown = _best({tier: row for tier, row in tiers.items() if row.clip})
    reader = _Reader()
    clip = reader.read(Clip, shown.clip) if shown else None
    failure = reader.read(Failure, telling.failure)
    wait = reader.read(Wait, telling.wait)
    if telling.state not in _CUT_STATES:
        reader.problems.append(f"state {telling.state!r} is not known to this release")
    if reader.problems:
        reason = "; ".join(reader.problems)
        failure = failure or Failure(stage="clip", reason=reason, cut=number)
    return CutState(
        cut=number,
        state="failed" if reader.problems else telling.state,
        attempts=telling.attempts,
        clip=clip,
        failure=failure,
        wait=wait,
    )


def _best(tiers: Mapping[str, Row[Any]]) -> Row[Any] | None:
    return next((tiers[tier] for tier in reversed(_TIERS) if tier in tiers), None)
