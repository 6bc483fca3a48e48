"""Borrow: cuts of another direction, with the sheet entries that they show. Total frames stay."""

from collections.abc import Mapping, Sequence

from conte.conte import SheetEntry
from conte.cut import Cut, CutId
from conte.production import Version
from conte.revision.cuts import place_of, with_cuts
from conte.revision.lengths import shared
from conte.revision.operations import Borrow, Borrowed
from conte.revision.phrase import locked_in
from conte.revision.refusals import Refused, UnknownCut
from conte.revision.working import Working
from conte.timing import min_cut_frames, share_frames

MAX_SHEET = 8


def lent(op: Borrow, letter: str, version: Version, fps: int) -> Borrowed:
    """Return the operation with copies of the cuts and sheet entries of the other direction's
    version.

    The ids of the copied cuts are left to be filled in. Picked takes, locks, recordings and `start`
    are not copied; `continues` is kept only if the cut before is copied too.

    Raises:
        UnknownCut: if the version has no cut with an id that it names.
    """
    there = {cut.id: cut for cut in version.conte.cuts}
    fps_there = version.brief.fps if version.brief else fps
    written: list[Cut] = []
    before: Cut | None = None
    for name in op.cuts:
        if name not in there:
            raise UnknownCut("cuts", name)
        cut = there[name]
        follows = before is not None and before.number + 1 == cut.number
        written.append(
            cut.model_copy(
                update={
                    "id": "",
                    "num_frames": max(1, round(cut.num_frames * fps / fps_there)),
                    "start": 0,
                    "split_from": "",
                    "take": "",
                    "locked": (),
                    "sounds": (),
                    "continues": cut.continues and follows,
                }
            )
        )
        before = cut
    shown = {entry for cut in written for entry in cut.entries}
    return Borrowed(
        **op.model_dump(),
        letter=letter,
        numbers=tuple(there[name].number for name in op.cuts),
        written=tuple(written),
        sheet=tuple(entry for entry in version.conte.sheet if entry.id in shown),
    )


def borrow(working: Working, op: Borrowed) -> Working:
    """Insert the borrowed cuts and remove the replaced ones.

    Raises:
        Refused: if there is no room for a cut or an entry, or a replaced cut has locked fields.
    """
    if any(not cut.id or cut.seed is None for cut in op.written):
        raise ValueError("the operation is not settled: a cut of it has no id or no seed")
    cuts = list(working.conte.cuts)
    if taken := sorted({cut.id for cut in cuts} & {cut.id for cut in op.written}):
        raise Refused("cuts", "cut_exists", cut=taken[0])
    gone = [cuts[place_of(working, one, "replacing")] for one in dict.fromkeys(op.replacing)]
    for cut in gone:
        if cut.locked:
            fields = locked_in(cut)
            raise Refused("replacing", "locked_fields", number=cut.number, fields=fields)
    sheet, names = _carried(working, op.sheet)
    new = [cut.with_entries(names) for cut in op.written]
    left = [cut for cut in cuts if cut.id not in op.replacing]
    if gone:
        new = _sharing(new, sum(cut.num_frames for cut in gone), working.brief.fps)
    else:
        rest = working.conte.num_frames - sum(cut.num_frames for cut in new)
        left = shared(left, rest, working.brief.fps, "cuts")
    at = _place(working, left, op.after)
    conte = working.conte.model_copy(update={"sheet": sheet})
    working = working.model_copy(update={"conte": conte})
    return with_cuts(working, [*left[:at], *new, *left[at:]], "cuts")


def _place(working: Working, left: Sequence[Cut], after: CutId | None) -> int:
    if after is None:
        return 0
    place_of(working, after, "after")
    for place, cut in enumerate(left, 1):
        if cut.id == after:
            return place
    raise Refused("after", "place_is_replaced")


def _sharing(new: Sequence[Cut], num_frames: int, fps: int) -> list[Cut]:
    """Return the new cuts with lengths that sum to `num_frames`, those of the cuts that they
    replace. If they already do, every length is kept."""
    least = min_cut_frames(fps)
    if num_frames < len(new) * least:
        left, needed = num_frames / fps, len(new) * least / fps
        raise Refused("replacing", "borrowed_too_short", cuts=len(new), left=left, least=needed)
    frames = share_frames(num_frames, [cut.num_frames for cut in new], least)
    return [cut.model_copy(update={"num_frames": n}) for cut, n in zip(new, frames, strict=True)]


def _carried(
    working: Working, entries: Sequence[SheetEntry]
) -> tuple[tuple[SheetEntry, ...], Mapping[str, str]]:
    """Return the sheet extended by the borrowed entries, and each entry's id in it.

    The product and the brief's characters are the same in every direction: this sheet's entries
    stay, so that the film shows one of each. Another person with a taken id gets a new id.
    """
    sheet = list(working.conte.sheet)
    of_brief = {working.brief.product.name, *(one.name for one in working.brief.characters)}
    names: dict[str, str] = {}
    for entry in entries:
        same = next((one for one in sheet if _is_same(one, entry, of_brief)), None)
        if same is None:
            same = entry.model_copy(update={"id": _free(entry.id, {one.id for one in sheet})})
            sheet.append(same)
        names[entry.id] = same.id
    if len(sheet) > MAX_SHEET:
        raise Refused("cuts", "sheet_too_long", got=len(sheet), most=MAX_SHEET)
    return tuple(sheet), names


def _is_same(one: SheetEntry, other: SheetEntry, of_brief: set[str]) -> bool:
    if one.kind != other.kind:
        return False
    if one.name == other.name and one.name in of_brief:
        return True
    return one.model_copy(update={"id": other.id}) == other


def _free(wanted: str, taken: set[str]) -> str:
    """Return the id, or the next one with a number: driver, driver_2, driver_3."""
    names = (wanted if at == 1 else f"{wanted[:28]}_{at}" for at in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
