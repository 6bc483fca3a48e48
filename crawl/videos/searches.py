"""Progress of each search. A page is stored together with its candidates, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from crawl.records.tables import searches
from crawl.videos.candidate import Candidate
from crawl.videos.video_list import VideoList
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.database.upsert import insert_into

_s = searches.c


@dataclass(frozen=True)
class Position:
    next_page: str = ""
    pages: int = 0
    ended_s: float | None = None
    """Seconds since the last page was read; None while pages are left."""


class Searches:
    def __init__(self, records: Database, seen: VideoList) -> None:
        self._records, self._seen = records, seen

    def position(self, source: str, query: str) -> Position:
        wanted = select(_s.next_page, _s.pages, db_now() - _s.ended_at).where(
            _s.source == source, _s.query == query
        )
        with self._records.asking() as connection:
            row = connection.execute(wanted).first()
        return Position(*row) if row is not None else Position()

    def read(
        self,
        source: str,
        query: str,
        candidates: Sequence[Candidate],
        *,
        next_page: str = "",
        ended: bool,
    ) -> int:
        """Add a page's candidates to the list and store the next page; return how many were new."""
        with self._records.together(), self._records.writing() as connection:
            new = self._seen.add(candidates)
            ended_at = db_now() if ended else None
            row = insert_into(connection, searches).values(
                source=source,
                query=query,
                next_page=next_page,
                pages=1,
                found=len(candidates),
                ended_at=ended_at,
                changed_at=db_now(),
            )
            connection.execute(
                row.on_conflict_do_update(
                    index_elements=[_s.source, _s.query],
                    set_={
                        "next_page": next_page,
                        "pages": _s.pages + 1,
                        "found": _s.found + len(candidates),
                        "ended_at": ended_at,
                        "changed_at": db_now(),
                    },
                )
            )
        return new
