"""Rows -> productions and versions, whole: with the state of each cut, the film, the failure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, bindparam, select

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import Clip, Film
from conte.conte import Conte
from conte.production import CutState, Failure, Production, Provenance, State, Version
from serve.ledger.errors import NotFound
from serve.ledger.tables import clips, films, productions, versions

_TIERS = ("draft", "final")
"""In the order of their worth: the last one that is there is shown."""
_FINDINGS = TypeAdapter(tuple[Finding, ...])

WHOLE = select(productions)
_BY_ID = WHOLE.where(productions.c.id == bindparam("id"))
LOCKED_BY_ID = _BY_ID.with_for_update()
_IDS = bindparam("ids", expanding=True)
_CLIPS = select(clips).where(clips.c.production.in_(_IDS))
_FILMS = select(films).where(films.c.production.in_(_IDS))
_VERSION = select(versions).where(
    versions.c.production == bindparam("of"), versions.c.number == bindparam("wanted")
)


def production(conn: Connection, id: str, tenant: str | None) -> Production:  # noqa: A002
    return whole(conn, [row(conn, id, tenant)])[0]


def row(conn: Connection, id: str, tenant: str | None, *, lock: bool = False) -> Row[Any]:  # noqa: A002
    """The production's row. Another tenant's is as unknown as one that never was."""
    found = conn.execute(LOCKED_BY_ID if lock else _BY_ID, {"id": id}).first()
    if found is None or (tenant is not None and found.tenant != tenant):
        raise NotFound(f"there is no production {id}")
    return found


def whole(conn: Connection, rows: Sequence[Row[Any]]) -> tuple[Production, ...]:
    """The productions of rows, in their order, with two more queries for all of them."""
    if not rows:
        return ()
    ids = {"ids": [row.id for row in rows]}
    of_clips, of_films = (
        defaultdict[str, list[Row[Any]]](list),
        defaultdict[str, list[Row[Any]]](list),
    )
    for clip in conn.execute(_CLIPS, ids):
        of_clips[clip.production].append(clip)
    for film in conn.execute(_FILMS, ids):
        of_films[film.production].append(film)
    return tuple(_production(row, of_clips[row.id], of_films[row.id]) for row in rows)


def untouched(row: Row[Any]) -> Production:
    """The production of a row that no director has had yet: there is nothing to look up."""
    return _production(row, (), ())


def version(conn: Connection, id: str, number: int, tenant: str | None) -> Version:  # noqa: A002
    row(conn, id, tenant)
    found = standing_version(conn, id, number)
    if found is None:
        raise NotFound(f"production {id} has no version {number}")
    return found


def standing_version(conn: Connection, id: str, number: int) -> Version | None:  # noqa: A002
    found = conn.execute(_VERSION, {"of": id, "wanted": number}).first()
    if found is None:
        return None
    return Version(
        number=found.number,
        conte=Conte.model_validate_json(found.conte),
        findings=_FINDINGS.validate_json(found.findings),
        provenance=Provenance.model_validate_json(found.provenance),
        created_at=found.created_at,
    )


def _production(row: Row[Any], clips: Iterable[Row[Any]], films: Iterable[Row[Any]]) -> Production:
    # While version 1 is being written its first clips are there already: they are shown, too.
    shown = max(row.version, 1)
    film = _best({f.tier: f for f in films if f.version == shown})
    return Production(
        id=row.id,
        tenant=row.tenant,
        state=State(row.state),
        brief=Brief.model_validate_json(row.brief),
        seed=row.seed,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        cuts=_cuts(row.num_cuts, [clip for clip in clips if clip.version == shown]),
        film=Film.model_validate_json(film.film) if film else None,
        failure=Failure.model_validate_json(row.failure) if row.failure else None,
        cancel_asked=bool(row.cancel_asked),
    )


def _cuts(num_cuts: int, rows: Iterable[Row[Any]]) -> tuple[CutState, ...]:
    """`num_cuts` is 0 until the conte is complete: until then, the cuts that were begun."""
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
    return CutState(
        cut=number,
        state=telling.state,
        attempts=telling.attempts,
        clip=Clip.model_validate_json(shown.clip) if shown else None,
        failure=Failure.model_validate_json(telling.failure) if telling.failure else None,
    )


def _best(tiers: Mapping[str, Row[Any]]) -> Row[Any] | None:
    return next((tiers[tier] for tier in reversed(_TIERS) if tier in tiers), None)
