"""DuplicateMarker: marks the near-duplicates of a caption job, one round of its manifest at a time.

Which clip is kept depends on the order of the manifest alone, not on which was faster or how often
the job was killed: the first one is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sqlalchemy import and_, select

from crawl.duplicates.clips import DuplicateSettings, NearDuplicates
from crawl.duplicates.hash_index import Hashes
from crawl.records.tables import clips, rows
from serve.database.engine import Database
from serve.stored import data_of

_r, _c = rows.c, clips.c
_PAGE = 500
"""Positions of the manifest per query."""
_NUMBER_BITS = 20
"""Low bits of a clip's number: its number within its video; the high bits are the video's
position."""


class Marks(Protocol):
    """Storage of the result, implemented by crawl.caption.rows.Rows."""

    def duplicates(self, found: Mapping[str, str]) -> None: ...


@dataclass(frozen=True)
class _Found:
    id: str
    name: int
    waits: bool
    """Whether the clip is still to be captioned."""
    hashes: Hashes


class DuplicateMarker:
    """Marker for one run of the job; rounds are marked in order."""

    def __init__(
        self, records: Database, dataset: str, settings: DuplicateSettings | None = None
    ) -> None:
        self._records, self._dataset = records, dataset
        self._near = NearDuplicates(settings or DuplicateSettings())
        self._read_to = 0
        self._news = False

    def mark(self, marks: Marks, start: int, end: int) -> int:
        """Leave out the near-duplicates among positions `start` up to but not including `end`.

        Clips of earlier rounds are added to the index without marking. Returns how many clips were
        left out.
        """
        if start < self._read_to:
            raise ValueError(f"round {start} to {end}: all before {self._read_to} is marked")
        for page in self._pages(self._read_to, start):
            self._near.keep([clip.name for clip in page], [clip.hashes for clip in page])
        found: dict[str, str] = {}
        for page in self._pages(start, end):
            # The kept clips of a round that was marked before do not resemble each other, unless a
            # clip was added before them by retrying a video.
            self._news = self._news or any(clip.waits for clip in page)
            if self._news:
                found |= self._marked(page)
            else:
                self._near.keep([clip.name for clip in page], [clip.hashes for clip in page])
        self._read_to = end
        if found:
            marks.duplicates(found)
        return len(found)

    def _marked(self, page: Sequence[_Found]) -> dict[str, str]:
        pairs = dict(
            self._near.duplicates([clip.name for clip in page], [clip.hashes for clip in page])
        )
        ids = {clip.name: clip.id for clip in page}
        ids |= self._ids(set(pairs.values()) - ids.keys())
        # An earlier clip without an id was deleted by a removal meanwhile.
        return {ids[later]: ids[earlier] for later, earlier in pairs.items() if earlier in ids}

    def _ids(self, names: set[int]) -> dict[int, str]:
        found: dict[int, str] = {}
        with self._records.reading() as connection:
            for name in names:
                position, number = name >> _NUMBER_BITS, name & ((1 << _NUMBER_BITS) - 1)
                query = (
                    select(_c.id)
                    .join(rows, and_(_r.dataset == _c.dataset, _r.id == _c.video))
                    .where(_r.dataset == self._dataset, _r.position == position)
                    .where(_c.number == number)
                )
                if (id_ := connection.execute(query).scalar()) is not None:
                    found[name] = id_
        return found

    def _pages(self, start: int, end: int) -> Iterator[list[_Found]]:
        """Yield the clips that passed the filters and are no duplicates, in manifest order."""
        for first in range(start, end, _PAGE):
            query = (
                select(_c.id, _c.number, _c.state, _c.reason, _c.shot, _r.position)
                .join(rows, and_(_r.dataset == _c.dataset, _r.id == _c.video))
                .where(_r.dataset == self._dataset)
                .where(_r.position >= first, _r.position < min(first + _PAGE, end))
                # A clip that could not be captioned still excludes its near-duplicates.
                .where(
                    _c.state.in_(("analysed", "captioned"))
                    | ((_c.state == "filtered") & _c.reason.startswith("caption:"))
                )
                .order_by(_r.position, _c.number)
            )
            with self._records.asking() as connection:
                found = connection.execute(query).all()
            yield [
                _Found(
                    id=row.id,
                    name=row.position << _NUMBER_BITS | row.number,
                    waits=row.state == "analysed",
                    hashes=_hashes(row.shot),
                )
                for row in found
            ]


def _hashes(shot: str) -> Hashes:
    told = data_of(shot, "Shot")["measures"]["dhashes"]
    return np.array([int(digits, 16) for digits in told], np.uint64)
