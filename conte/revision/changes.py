"""Two versions -> their change table. Cuts are compared by id, so that a move is a move.

Omits what no person changed: ids, locks, and numbers derived from other cuts.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from conte.bilingual import BilingualText
from conte.conte import Conte, SheetEntry, Treatment
from conte.cut import Cut
from conte.field_words import BRIEF_FIELDS, CONTE_FIELDS, CUT_FIELDS, field_label
from conte.revision.change import ORDER, WHOLE, Causes, Change, ChangeKind, ChangeTable, Untouched
from conte.revision.lineage import gone_after, merged_into, passed, split_from
from conte.revision.moved import moved
from conte.revision.origins import Origins
from conte.revision.value_text import Reader, cut_text, place_text, value_text
from conte.revision.words import compare_words
from conte.revision.working import Working
from conte.vocabulary import Language, Term

_KEPT_BACK = ("id", "number", "locked", "split_from")
_TIMES = ("num_frames", "start")
_WORDS = ("narration", "dialogue", "sound_effect", "music", "sounds", "caption", "legal")
_NAMES = ("image", "product.image", "take")
"""Fields whose text names a thing: if the thing is replaced, its words are not compared."""
_INTERNAL = ("video_prompt", "prompt", "seed", "structure")
_BRIEF_KINDS: Mapping[str, ChangeKind] = {
    "duration_s": "time", "fps": "time", "cuts": "order", "aspect_ratio": "picture",
    "product.image": "picture", "characters": "picture", "must_show": "picture",
}  # fmt: skip
_HAPPENED: Mapping[str, tuple[str, str]] = {
    "added": ("컷 추가", "Cut added"),
    "removed": ("컷 삭제", "Cut removed"),
    "split": ("컷 나눔", "Cut split"),
    "merged": ("컷 합침", "Cut merged"),
}


def changes(
    base: Working,
    new: Working,
    causes: Causes | None = None,
    language: Language | None = None,
    origins: Origins | None = None,
) -> ChangeTable:
    """Return every difference. `language`: by default the new brief's.

    `origins`: from where cuts were borrowed. Each cut must have its id; see `Conte.born`.
    """
    comparing = _Comparing(base, new, causes or {}, language or new.brief.language, origins or {})
    rows = (*comparing.whole_rows(), *comparing.cut_rows())
    touched = {row.cut for row in rows if row.part == "cut"}
    before = {cut.id: cut.number for cut in base.conte.cuts}
    untouched = tuple(
        Untouched(cut=cut.id, number_before=before[cut.id], number_after=cut.number)
        for cut in new.conte.cuts
        if cut.id in before and cut.id not in touched
    )
    return ChangeTable(
        language=comparing.language,
        rows=rows,
        untouched=untouched,
        num_untouched=len(untouched),
        num_cuts_before=len(base.conte.cuts),
        num_cuts_after=len(new.conte.cuts),
    )


class _Comparing:
    """Compares two versions. Holds their readers, the causes, and the origins of borrowed cuts."""

    def __init__(
        self, base: Working, new: Working, causes: Causes, language: Language, origins: Origins
    ) -> None:
        self.base, self.new = base, new
        self.causes, self.origins = causes, origins
        self.language: Language = language
        self.was, self.now = Reader.of(base, language), Reader.of(new, language)

    def whole_rows(self) -> Iterator[Change]:
        """Yield the rows that belong to no cut: brief, conte, look, sheet."""
        for path, before, after in _differing(self.base.brief, self.new.brief, BRIEF_FIELDS):
            yield self._edited(
                path, before, after, BRIEF_FIELDS, part="brief", within="brief",
                kind=_BRIEF_KINDS.get(path, "words"),
            )  # fmt: skip
        was, now = self.base.conte, self.new.conte
        for field in Treatment.model_fields:
            if field not in ("look", "sheet") and getattr(was, field) != getattr(now, field):
                yield self._edited(
                    field, getattr(was, field), getattr(now, field), CONTE_FIELDS,
                    part="conte", kind="words",
                )  # fmt: skip
        for field, before, after in _differing(was.look, now.look, {}):
            yield self._edited(
                field, before, after, CONTE_FIELDS, part="look", within="look",
                path=f"look.{field}", kind="picture",
            )  # fmt: skip
        yield from self._sheet_rows(was, now)

    def _sheet_rows(self, was: Conte, now: Conte) -> Iterator[Change]:
        before = {entry.id: entry for entry in was.sheet}
        after = {entry.id: entry for entry in now.sheet}
        same = [one for one in before if one in after and before[one].kind == after[one].kind]
        for one, entry in before.items():
            if one not in same:
                yield self._entry_row(entry, added=False)
        for one in same:
            for field, old, value in _differing(before[one], after[one], {}):
                kind = after[one].kind
                yield self._edited(
                    field, old, value, CONTE_FIELDS, part="sheet", within=kind,
                    path=f"{kind}.{field}", kind="picture",
                    entry=one, named=after[one].name,
                )  # fmt: skip
        for one, entry in after.items():
            if one not in same:
                yield self._entry_row(entry, added=True)
        if list(after) != [*same, *(one for one in after if one not in same)]:
            yield self._row(
                part="sheet", happened="moved", kind="order", field=ORDER,
                label=field_label(CONTE_FIELDS, "sheet", self.language)
                + self.now.say(" · 순서", ", order"),
                before=list(before), after=list(after),
                text_before=value_text("shows", tuple(before), self.was),
                text_after=value_text("shows", tuple(after), self.now),
            )  # fmt: skip

    def _entry_row(self, entry: SheetEntry, *, added: bool) -> Change:
        label = field_label(CONTE_FIELDS, entry.kind, self.language)
        text = "\n".join(text for text in (entry.name, entry.description) if text)
        did = self.now.say("추가", "added") if added else self.now.say("삭제", "removed")
        return self._row(
            part="sheet", happened="added" if added else "removed", kind="picture", field=WHOLE,
            label=f"{label} {did}", entry=entry.id,
            before=None if added else to_jsonable_python(entry),
            after=to_jsonable_python(entry) if added else None,
            text_before="" if added else text,
            text_after=text if added else "",
        )  # fmt: skip

    def cut_rows(self) -> Iterator[Change]:
        """Yield the rows of each cut; those of a removed cut where it stood."""
        before = {cut.id: cut for cut in self.base.conte.cuts}
        after = {cut.id: cut for cut in self.new.conte.cuts}
        asked = {cut for cut, field in self.causes if field == ORDER}
        displaced = moved(list(before), list(after), asked)
        gone = gone_after(list(before), after, displaced)
        for cut in gone.get("", ()):
            yield self._removed(before[cut], after)
        for cut in self.new.conte.cuts:
            if cut.id not in before:
                yield self._added(cut)
            else:
                if cut.id in displaced:
                    yield self._moved(before[cut.id], cut)
                yield from self._cut_edits(before[cut.id], cut)
            for lost in gone.get(cut.id, ()):
                yield self._removed(before[lost], after)

    def _cut_edits(self, was: Cut, now: Cut) -> Iterator[Change]:
        for field, before, after in _differing(was, now, CUT_FIELDS):
            if field not in _KEPT_BACK:
                yield self._edited(
                    field, before, after, CUT_FIELDS, part="cut", kind=_cut_kind(field),
                    cut=now.id, number_before=was.number, number_after=now.number,
                )  # fmt: skip

    def _moved(self, was: Cut, now: Cut) -> Change:
        texts = place_text(was.number, self.was), place_text(now.number, self.now)
        if was.number == now.number:  # others were removed before it, as many as it has passed
            before, after = ([cut.id for cut in one.conte.cuts] for one in (self.base, self.new))
            number = before.index(passed(now.id, before, after)) + 1
            sides = "앞 before", "뒤 after"
            if number < was.number:
                sides = sides[::-1]
            (ko, en), (ko_now, en_now) = (side.split() for side in sides)
            texts = (
                self.now.say(f"기존 {number}컷 {ko}", f"{en} the former cut {number}"),
                self.now.say(f"기존 {number}컷 {ko_now}", f"{en_now} the former cut {number}"),
            )
        return self._row(
            part="cut", happened="moved", kind="order", field=ORDER, cut=now.id,
            number_before=was.number, number_after=now.number, label=self.now.say("순서", "Order"),
            before=was.number, after=now.number, text_before=texts[0], text_after=texts[1],
        )  # fmt: skip

    def _added(self, cut: Cut) -> Change:
        source = split_from(cut, self.base.conte)
        origin = self.origins.get(cut.id)
        text = ""
        if source is not None:
            text = self.now.say(f"{source.number}컷의 일부", f"part of cut {source.number}")
        elif origin is not None:
            text = self.now.say(
                f"{origin.letter}안 콘티 {origin.version}의 {origin.number}컷에서 가져옴",
                f"taken from direction {origin.letter}, version {origin.version},"
                f" cut {origin.number}",
            )
        happened = "added" if source is None else "split"
        return self._row(
            part="cut", happened=happened, kind="order", field=WHOLE, cut=cut.id,
            number_after=cut.number, label=self.now.say(*_HAPPENED[happened]),
            after=to_jsonable_python(cut), text_before=text, text_after=cut_text(cut, self.now),
            other="" if source is None else source.id, origin=origin,
        )  # fmt: skip

    def _removed(self, cut: Cut, after: Mapping[str, Cut]) -> Change:
        taker = merged_into(cut, self.base.conte, after)
        text = ""
        if taker is not None:
            text = self.now.say(f"{taker.number}컷에 합침", f"merged into cut {taker.number}")
        happened = "removed" if taker is None else "merged"
        return self._row(
            part="cut", happened=happened, kind="order", field=WHOLE, cut=cut.id,
            number_before=cut.number, label=self.now.say(*_HAPPENED[happened]),
            before=to_jsonable_python(cut), text_before=cut_text(cut, self.was), text_after=text,
            other="" if taker is None else taker.id,
        )  # fmt: skip

    def _edited(
        self, field: str, before: Any, after: Any, words: Mapping[str, BilingualText], *,
        kind: ChangeKind, path: str = "", within: str = "", named: str = "", **row: Any,
    ) -> Change:  # fmt: skip
        was, now = value_text(field, before, self.was), value_text(field, after, self.now)
        # A length or a word of a vocabulary changes as a whole.
        whole = isinstance(after, Term | int | float | None) or field in _NAMES
        label = [field_label(words, within, self.language)] if within else []
        label += [named] if named else []
        label += [field_label(words, path or field, self.language)]
        return self._row(
            happened="edited", field=field, kind=kind, label=" · ".join(label),
            before=to_jsonable_python(before), after=to_jsonable_python(after),
            text_before=was, text_after=now, internal=field in _INTERNAL,
            runs=compare_words(was, now) if was and now and not whole else (), **row,
        )  # fmt: skip

    def _row(self, **row: Any) -> Change:
        change = Change(**row)
        cause = self.causes.get(change.key)
        return change if cause is None else change.model_copy(update={"cause": cause})


def _differing(
    was: BaseModel, now: BaseModel, order: Mapping[str, Any], within: str = ""
) -> list[tuple[str, Any, Any]]:
    """Return each field that differs, as (path, before, after), in the table's order."""
    found: list[tuple[str, Any, Any]] = []
    for name in type(now).model_fields:
        before, after = getattr(was, name), getattr(now, name)
        path = f"{within}{name}"
        if before != after and f"{path}.name" in order and isinstance(after, BaseModel):
            found += _differing(before, after, order, f"{path}.")
        elif before != after:
            found.append((path, before, after))
    places = {name: at for at, name in enumerate(order)}
    return sorted(found, key=lambda one: places.get(one[0], len(places)))


def _cut_kind(field: str) -> ChangeKind:
    if field in _TIMES:
        return "time"
    return "words" if field in _WORDS else "picture"
