"""Three-way merge: the exported version, the draft and an edited file -> operations.

Changed only in the file: taken. Changed on both sides: a conflict, until a person chooses. What no
operation can express is listed. An unedited file changes nothing. Lengths are frames.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from conte.cut import Cut, MaybeCutId
from conte.dialogue import dialogue_of, dialogue_text
from conte.field_words import CUT_FIELDS
from conte.frozen import Frozen
from conte.media_name import named
from conte.revision.applying import apply
from conte.revision.cells import with_cells_read
from conte.revision.edited import EditedCut, EditedVersion, Unread, conte_hash
from conte.revision.fields import TREATMENT
from conte.revision.operations import (
    EDITABLE,
    Edit,
    EditTreatment,
    Operation,
    Remove,
    RemoveSound,
)
from conte.revision.phrase import FieldName, Spoken, conte_field, cut_field, phrase
from conte.revision.refusals import NotApplied
from conte.revision.reordering import moves, order_of
from conte.revision.retiming import Timing, retimes
from conte.revision.sounds_merged import merged_sounds
from conte.revision.sounds_read import read_sounds
from conte.revision.values import as_json, taken
from conte.revision.working import Working

Choice = Literal["ours", "theirs"]
LENGTHS = "lengths"
"""Key of the conflict about all lengths. They are one conflict, because a cut gains what another
one loses."""
ORDER = "order"


class MergeConflict(Frozen):
    """A field that was changed differently in the draft and in the file."""

    key: str
    """Key for choices: a cut's id and a field, such as `c_7f2a.caption`; `lengths`; `order`."""
    cut: MaybeCutId = ""
    number: int | None = None
    """Number of the cut in the draft."""
    field: str
    base: Any
    """Value in the exported version."""
    ours: Any
    """Value in the draft."""
    theirs: Any
    """Value in the file."""


class Merged(Frozen):
    operations: tuple[Operation, ...]
    """Operations to apply once there are no conflicts."""
    conflicts: tuple[MergeConflict, ...]
    """Conflicts without a choice."""
    unread: tuple[Unread, ...]


def merge(
    base: Working, ours: Working, edited: EditedVersion, choices: Mapping[str, Choice] | None = None
) -> Merged:
    """Merge the edits. `base`: the exported version; `ours`: the draft."""
    edited = with_cells_read(base, edited)
    return _Merge(base, ours, edited, choices or {}).merged()


class _Merge:
    def __init__(
        self, base: Working, ours: Working, edited: EditedVersion, choices: Mapping[str, Choice]
    ) -> None:
        self._base, self._ours, self._edited, self._choices = base, ours, edited, choices
        self._working = ours
        self._operations: list[Operation] = []
        self._conflicts: list[MergeConflict] = []
        self._unread = list(edited.unread)
        self._was = {cut.id: cut for cut in base.conte.cuts}
        self._cuts = self._resolved()
        if edited.base is not None and edited.base.hash != conte_hash(base.conte):
            self._list("base", "another_base")

    def merged(self) -> Merged:
        fps, wanted = self._edited.fps, self._base.brief.fps
        if fps in (None, wanted):
            removed = self._removed()
            if self._edited.ordered:
                self._order()
            self._lengths(removed)
            self._sounds()
        else:
            self._list(LENGTHS, "another_rate", got=fps, wanted=wanted)
        for one in self._cuts.values():
            self._fields(one)
        self._treatment()
        return Merged(
            operations=tuple(self._operations),
            conflicts=tuple(self._conflicts),
            unread=tuple(self._unread),
        )

    def _resolved(self) -> dict[str, EditedCut]:
        """Return the edits by cut id, in the file's order."""
        found: dict[str, EditedCut] = {}
        for one in self._edited.cuts:
            known = [
                cut.id for cut in self._base.conte.cuts
                if one.cut == cut.id or named(one.cut, cut.number, cut.id)
            ]  # fmt: skip
            if not known:
                self._list(one.cut, "no_exported_cut")
            elif known[0] in found:
                self._list(known[0], "there_twice")
            else:
                found[known[0]] = one
        return found

    def _removed(self) -> list[str]:
        """Return the cuts that are missing in the file and unchanged in the draft."""
        if not self._edited.ordered or not self._cuts:
            return []
        standing = {cut.id: cut for cut in self._ours.conte.cuts}
        gone: list[str] = []
        for cut in self._base.conte.cuts:
            if cut.id in self._cuts or cut.id not in standing:
                continue
            before, now = _content(cut), _content(standing[cut.id])
            key = f"{cut.id}.whole"
            if before == now or self._choices.get(key) == "theirs":
                gone.append(cut.id)
            elif key not in self._choices:
                self._conflict(key, standing[cut.id], "whole", before, now, None)
        return gone

    def _order(self) -> None:
        common = [cut for cut in self._cuts if cut in order_of(self._ours)]
        base, ours = (
            [cut for cut in order_of(one) if cut in common] for one in (self._base, self._ours)
        )
        if common in (base, ours):
            return
        if ours != base and not self._chosen(ORDER):
            self._conflict(ORDER, None, ORDER, base, ours, common)
        elif ours == base or self._choices[ORDER] == "theirs":
            for move in moves(order_of(self._ours), common):
                self._apply(move.cut, move)

    def _lengths(self, removed: Sequence[str]) -> None:
        ours = {cut.id: cut for cut in self._working.conte.cuts}
        kept = [cut for cut in ours if cut not in removed]
        wanted: dict[str, Timing] = {}
        clashes: list[str] = []
        changed = bool(removed)
        for cut in kept:
            timing = self._timing(ours[cut])
            changed |= timing is not None
            if timing is not None and not self._agrees(ours[cut], timing):
                if not self._is_as_it_was(ours[cut]):
                    clashes.append(cut)
                wanted[cut] = timing
            else:
                now = ours[cut]
                wanted[cut] = Timing(now.num_frames, None if timing is None else now.start)
        if not changed or (not removed and all(self._agrees(ours[c], wanted[c]) for c in kept)):
            return
        short = self._ours.conte.num_frames - sum(one.num_frames for one in wanted.values())
        ours_changed = any(not self._is_as_it_was(ours[cut]) for cut in kept if cut in self._was)
        if (clashes or short) and ours_changed:
            if self._choices.get(LENGTHS) == "theirs":
                wanted = {cut: self._theirs(ours[cut]) for cut in kept}
                short = self._ours.conte.num_frames - sum(w.num_frames for w in wanted.values())
            elif self._choices.get(LENGTHS) == "ours":
                return
            else:
                self._clash(kept, ours)
                return
        if short:
            had = self._ours.conte.num_frames
            self._list(LENGTHS, "sum_differs", got=had - short, frames=had)
            return
        self._retime(removed, _all_known(wanted, ours))

    def _timing(self, now: Cut) -> Timing | None:
        """Return the timing that the file gives a cut; None if it is unchanged."""
        was, there = self._was.get(now.id), self._cuts.get(now.id)
        if was is None or there is None:
            return None
        frames = was.num_frames if there.num_frames is None else there.num_frames
        if frames == was.num_frames and not there.shift:
            return None
        return self._theirs(now)

    def _theirs(self, now: Cut) -> Timing:
        was, there = self._was.get(now.id), self._cuts.get(now.id)
        if was is None or there is None:
            return Timing(now.num_frames, now.start)
        frames = was.num_frames if there.num_frames is None else there.num_frames
        return Timing(frames, None if there.shift is None else was.start + there.shift)

    def _agrees(self, now: Cut, timing: Timing) -> bool:
        return now.num_frames == timing.num_frames and timing.start in (None, now.start)

    def _is_as_it_was(self, now: Cut) -> bool:
        was = self._was.get(now.id)
        return was is not None and (was.num_frames, was.start) == (now.num_frames, now.start)

    def _clash(self, kept: Sequence[str], ours: Mapping[str, Cut]) -> None:
        for cut in kept:
            was, now, theirs = self._was.get(cut), ours[cut], self._theirs(ours[cut])
            before = None if was is None else was.num_frames
            if not (before == now.num_frames == theirs.num_frames):
                self._conflict(
                    LENGTHS, now, "num_frames", before, now.num_frames, theirs.num_frames
                )
            elif was is not None and theirs.start not in (None, now.start):
                self._conflict(LENGTHS, now, "start", was.start, now.start, theirs.start)

    def _retime(self, removed: Sequence[str], wanted: Mapping[str, Timing]) -> None:
        working, made = self._working, list[Operation]()
        try:
            for cut in removed:
                now = {one.id: one.num_frames for one in working.conte.cuts}
                # The cut that the file makes longest by it takes its time; the rest is retimed.
                taker = max(wanted, key=lambda one: wanted[one].num_frames - now[one])
                op = Remove(cut=cut, taking=taker)
                working = apply(working, op)
                made.append(op)
        except NotApplied as error:
            for cut in removed:
                self._list(cut, "cannot_be_removed", why=error)
            return
        found = retimes(working, wanted)
        if found is None:
            self._list(LENGTHS, "no_retime")
            return
        for op in (*made, *found):
            self._apply(LENGTHS, op)

    def _sounds(self) -> None:
        if self._edited.sounds is None:
            return
        read = read_sounds(self._base.conte, self._base.brief.fps, self._edited.sounds)
        found = merged_sounds(self._base, self._ours, self._working, read.changed, self._choices)
        for place, reason in (*read.unread, *found.unread):
            self._say(place, reason)
        for op in found.operations:
            self._apply(op.sound if isinstance(op, RemoveSound) else op.sound.id, op)
        for one in found.clashes:
            self._conflict(one.key, one.cut, "sounds", one.base, one.ours, one.theirs)

    def _fields(self, there: EditedCut) -> None:
        id = next(cut for cut, one in self._cuts.items() if one is there)  # noqa: A001
        was = self._was[id]
        now = next((cut for cut in self._working.conte.cuts if cut.id == id), None)
        for field, value in there.fields.items():
            if field not in EDITABLE:
                self._list(id, "not_in_a_file", what=FieldName(CUT_FIELDS, field))
                continue
            before, theirs = self._values(was, field, cut_field(was.number, field), value)
            if theirs is None or theirs == before:
                continue
            if now is None:
                self._list(id, "cut_is_gone", what=FieldName(CUT_FIELDS, field))
                continue
            standing, key = as_json(getattr(now, field)), f"{id}.{field}"
            if self._takes(key, now, field, before, standing, theirs):
                self._apply(id, Edit(cut=id, field=field, before=standing, after=theirs))

    def _treatment(self) -> None:
        was, now = self._base.conte.treatment, self._working.conte.treatment
        for field, value in self._edited.fields.items():
            if field not in TREATMENT:
                self._list(field, "not_in_a_file", what=conte_field(field))
                continue
            before, theirs = self._values(was, field, conte_field(field), value)
            standing = as_json(getattr(now, field))
            if theirs is None or theirs == before:
                continue
            if self._takes(f"conte.{field}", None, field, before, standing, theirs):
                self._apply(field, EditTreatment(field=field, before=standing, after=theirs))

    def _values(self, was: Any, field: str, what: Spoken, value: Any) -> tuple[Any, Any]:
        """Return the field's exported value, and the file's or None if it is not valid."""
        before = as_json(getattr(was, field))
        if field == "dialogue" and isinstance(value, str):
            if value == dialogue_text(was.dialogue):
                return before, before
            value = dialogue_of(value)
        if value == before:
            return before, before
        try:
            return before, as_json(taken(was, field, what, value, "after"))
        except NotApplied as error:
            self._say(getattr(was, "id", "") or field, error)
            return before, None

    def _takes(
        self, key: str, now: Cut | None, field: str, before: Any, standing: Any, theirs: Any
    ) -> bool:
        """Return whether to write the file's value; records a conflict if both sides changed the
        field."""
        if standing == theirs:
            return False
        if standing == before:
            return True
        if not self._chosen(key):
            self._conflict(key, now, field, before, standing, theirs)
            return False
        return self._choices[key] == "theirs"

    def _chosen(self, key: str) -> bool:
        return key in self._choices

    def _apply(self, place: str, op: Operation) -> None:
        try:
            self._working = apply(self._working, op)
        except NotApplied as error:
            self._say(place, error)
        else:
            self._operations.append(op)

    def _conflict(
        self, key: str, cut: Cut | None, field: str, base: Any, ours: Any, theirs: Any
    ) -> None:
        self._conflicts.append(
            MergeConflict(
                key=key,
                cut="" if cut is None else cut.id,
                number=None if cut is None else cut.number,
                field=field,
                base=base,
                ours=ours,
                theirs=theirs,
            )
        )

    def _list(self, place: str, name: str, /, **values: Any) -> None:
        self._say(place, phrase(name, **values))

    def _say(self, place: str, reason: Spoken) -> None:
        told = reason.of(self._ours.brief.language)
        self._unread.append(Unread(place=place[:200], reason=told[:200]))


def _content(cut: Cut) -> dict[str, Any]:
    return cut.model_dump(mode="json", exclude={"number"})


def _all_known(wanted: Mapping[str, Timing], ours: Mapping[str, Cut]) -> dict[str, Timing]:
    """Return the timings with every in point filled in, if the file gives any."""
    if all(timing.start is None for timing in wanted.values()):
        return dict(wanted)
    return {
        cut: Timing(timing.num_frames, ours[cut].start if timing.start is None else timing.start)
        for cut, timing in wanted.items()
    }
