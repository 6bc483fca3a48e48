"""An archive's folder -> scripts in the job's records, file by file, and a page of the read sheets.

An interrupted run is resumed by running it again with the same settings. Each file is read once, in
a bounded child.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from conte.frozen import digest
from conte.product_types import ProductTypes
from conte.storyboards.sheet import StoryboardSheet
from serve.bounded import Bounded, Trouble, Unusable
from serve.storyboards.door import LIMITS, MAX_BYTES, read_storyboard
from serve.storyboards.page import ShownSheet, sheets_page
from training.scripts.archive.consent import ArchivedFile, files_of
from training.scripts.archive.masking import Masked
from training.scripts.archive.script import LeftOut, Maker
from training.scripts.archive.sources import SourceRecord, Sources, State
from training.scripts.order import Order
from training.scripts.selection import Selection
from training.scripts.written import WrittenScript

PAGE, SOURCES = "archive.html", "sources.jsonl"
TELL_EVERY = 25


class ArchiveReader:
    """Reads one archive for one job."""

    def __init__(
        self,
        folder: Path,
        sources: Sources,
        types: ProductTypes,
        mask: Sequence[Masked],
        names: Sequence[str],
        marks: Sequence[str],
    ) -> None:
        self._folder, self._sources = folder, sources
        self._maker = Maker(types, mask, names, marks)
        self._rules = [sorted(mask), sorted(names), sorted(marks)]

    def read(self, tell: Callable[[str], None]) -> Counter[str]:
        """Read the archive's new files. Return the number of files by outcome.

        Raises:
            ArchiveError: if the manifest cannot be read.
        """
        files = list(files_of(self._folder))
        known, removed = self._sources.known(), self._sources.removed()
        ends: Counter[str] = Counter()
        with Bounded(LIMITS) as child:
            for done, file in enumerate(files, 1):
                id = digest([file.model_dump(mode="json"), self._rules])[:16]  # noqa: A001
                if file.sha256 in removed:
                    ends["removed before"] += 1
                elif id in known:
                    ends[known[id].state] += 1
                else:
                    ends[self._one(child, file, id)] += 1
                if done % TELL_EVERY == 0 or done == len(files):
                    told = ", ".join(f"{name} {count}" for name, count in sorted(ends.items()))
                    tell(f"archive {done}/{len(files)} files: {told}")
        return ends

    def _one(self, child: Bounded, file: ArchivedFile, id: str) -> State:  # noqa: A002
        consent = file.consent
        record = SourceRecord(
            id=id, sha256=file.sha256, name=file.name, source=consent.source if consent else "",
            owner=consent.owner if consent else "", state="left_out",
        )  # fmt: skip
        made: tuple[Order, WrittenScript] | None = None
        try:
            if consent is None or not consent.consent:
                raise LeftOut("no consent to learn from it")
            path = self._folder / file.name
            if path.stat().st_size > MAX_BYTES:
                raise LeftOut(f"it has more than {MAX_BYTES} bytes")
            answer = child.call(read_storyboard, path.read_bytes())
            sheet = StoryboardSheet.model_validate_json(answer.text)
            order, written, masks = self._maker.made(sheet, consent, file.sha256)
            made = order, written
            masked = ", ".join(f"{kind} {n}" for kind, n in sorted(masks.counts.items()) if n)
            reasons = [*written.reasons, *([f"masked: {masked}"] if masked else [])]
            record = record.model_copy(
                update={
                    "state": "kept" if written.kept else "dropped", "script": order.id,
                    "reason": "; ".join(reasons)[:2000],
                    "sheet": masks.sheet(sheet).model_dump_json(),
                }
            )  # fmt: skip
        except (LeftOut, Unusable, Trouble) as error:
            record = record.model_copy(update={"reason": str(error)[:2000]})
        self._sources.add(record, made)
        return record.state


def archive_files(
    name: str, selection: Selection, records: Sequence[SourceRecord]
) -> Mapping[str, bytes]:
    """Return the files to publish beside a dataset with scripts of an archive: the page, and each
    script's owner. Empty if it has none."""
    if not records:
        return {}
    chosen = {sample.order.id for sample in selection.samples}
    rows = [
        json.dumps({"id": one.script, "source": one.source, "owner": one.owner}, ensure_ascii=False)
        for one in records
        if one.script in chosen
    ]
    text = "".join(f"{row}\n" for row in rows)
    return {SOURCES: text.encode(), PAGE: archive_page(name, records).encode()}


def archive_page(name: str, records: Sequence[SourceRecord]) -> str:
    """Return the page of an archive's sheets, as read and masked."""
    return sheets_page(
        name,
        [
            ShownSheet(
                one.name,
                StoryboardSheet.model_validate_json(one.sheet) if one.sheet else None,
                refused="" if one.sheet else one.reason,
                remarks=[one.reason] if one.sheet and one.reason else [],
            )
            for one in sorted(records, key=lambda one: one.name)
            if one.state != "removed"
        ],
    )
