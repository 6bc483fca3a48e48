"""What a new version does to each clip of its base: kept, moved, trimmed or rendered, and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Self

from conte.clip import Clip, Shot, Tier, basis_from
from conte.cut import Cut, CutId
from conte.frozen import Frozen
from conte.revision.lender import Lender
from conte.revision.working import Working

What = Literal["kept", "moved", "trimmed", "rendered"]
Code = Literal[
    "same", "place", "within_handles", "picked", "content", "too_short", "no_clip", "continues",
    "unmade", "borrowed", "differs",
]  # fmt: skip
"""Reason of a fate, for programs. same: unchanged. place: only its number changed. within_handles:
its length changed, within the handles. picked: a person picked the clip. content: the visible
content changed (`fields`). too_short: the clip does not cover the cut. no_clip: there is no clip.
continues: the clip that it continues changes. unmade: the base version ended before its own clip
was made. borrowed: the clip came with the cut from another direction. differs: the visible content
differs from the lender's (`fields`).

same: unchanged. place: only its number changed. within_handles: its length changed, within the
handles. picked: a person picked the clip. content: what is seen changed (`fields`). too_short: the
clip does not cover the cut. no_clip: there is none. continues: the clip that it continues changes.
unmade: the base version ended before its own clip was made. borrowed: the clip came with the cut
from another direction. differs: what is seen differs from there (`fields`).
"""


_NONE: Mapping[CutId, Lender] = {}


class Fate(Frozen):
    """What happens to a cut's clip of one tier."""

    cut: CutId
    number: int
    """Number of the cut in the new version."""
    tier: Tier
    what: What
    why: Code
    fields: tuple[str, ...] = ()
    """Fields that shape the picture and that changed or differ: fields of the cut, "look" or
    "shows"."""
    stale: bool = False
    """True: the clip stays although it was made from other content."""
    clip: Clip | None = None
    """Clip of the cut, numbered as in the new version; usable until it is replaced."""

    @classmethod
    def of(
        cls,
        cut: Cut,
        tier: Tier,
        what: What,
        why: Code,
        clip: Clip | None = None,
        fields: Sequence[str] = (),
        *,
        stale: bool = False,
    ) -> Self:
        return cls(
            cut=cut.id,
            number=cut.number,
            tier=tier,
            what=what,
            why=why,
            fields=tuple(fields),
            stale=stale,
            clip=clip,
        )


class _Content(NamedTuple):
    seen: dict[str, Any]
    basis: str


class _Shown:
    """Content of a version's cuts, computed once per cut."""

    def __init__(self, working: Working) -> None:
        self._treatment, self._brief = working.conte.treatment, working.brief
        self._known: dict[CutId, _Content] = {}

    def of(self, cut: Cut) -> _Content:
        if (known := self._known.get(cut.id)) is None:
            seen = Shot.of(cut, self._treatment, self._brief, 0, 720).content
            known = self._known[cut.id] = _Content(seen, basis_from(seen))
        return known


def fates(
    base: Working,
    new: Working,
    clips: Iterable[Clip],
    takes: Mapping[str, Clip],
    tiers: Sequence[Tier],
    continues: Mapping[Tier, bool],
    unmade: Collection[tuple[Tier, int]] = (),
    lenders: Mapping[CutId, Lender] = _NONE,
) -> tuple[Fate, ...]:
    """Return the fates in the order of the new version's cuts, drafts first.

    Renders what this revision changed and what was never made, not what was stale before it.

    Args:
        clips: the base version's, with the numbers that their cuts have there.
        takes: clips by take id, for picks.
        tiers: the tiers to decide on.
        continues: tiers whose engine starts a cut from the last frame of the one before.
        unmade: tier and number of clips that stand in for one that failed or was cancelled.
        lenders: lenders of the borrowed cuts, by the cuts' ids in this production.
    """
    was, is_ = _Shown(base), _Shown(new)
    at = {(clip.tier, clip.cut): clip for clip in clips}
    before = {cut.id: cut for cut in base.conte.cuts}
    found: list[Fate] = []
    for tier in tiers:
        earlier: Fate | None = None
        for cut in new.conte.cuts:
            stood = before.get(cut.id) or before.get(cut.split_from)
            clip = at.get((tier, stood.number)) if stood else None
            picked = takes.get(cut.take) if cut.take else None
            if picked is not None and picked.tier != tier:
                picked = None
            if stood is not None and stood.take and not cut.take:
                clip = _newest(takes.values(), cut, tier, is_) or clip
            missing = stood is not None and (tier, stood.number) in unmade
            lender = lenders.get(cut.id) or lenders.get(cut.split_from)
            if stood is None and picked is None and lender is not None:
                fate = _of_borrowed(lender, new, tier, cut)
            else:
                fate = _fate(was, is_, tier, stood, cut, clip, picked, missing)
            follows = cut.continues and continues.get(tier, False)
            if follows and picked is None and _is_another(earlier, fate):
                fate = fate.model_copy(update={"what": "rendered", "why": "continues"})
            found.append(fate)
            earlier = fate
    return tuple(found)


def _is_another(earlier: Fate | None, fate: Fate) -> bool:
    """Return whether this clip continues a clip that is replaced."""
    if earlier is None:
        return False
    return earlier.what == "rendered" or (earlier.why == "borrowed" and fate.why != "borrowed")


def _of_borrowed(lender: Lender, new: Working, tier: Tier, cut: Cut) -> Fate:
    lent = lender.lent(new, cut, tier)
    if not lent:
        fields = lender.differs(new, cut)
        return Fate.of(cut, tier, "rendered", "differs" if fields else "no_clip", fields=fields)
    fits = [clip for clip in lent if clip.covers(cut)]
    if not fits:
        return Fate.of(cut, tier, "rendered", "too_short")
    there = (lender.cut.num_frames, lender.cut.start)
    same = (cut.num_frames, cut.start + lender.cut.start) == there
    return Fate.of(cut, tier, "kept" if same else "trimmed", "borrowed", fits[0])


def _newest(takes: Iterable[Clip], cut: Cut, tier: Tier, new: _Shown) -> Clip | None:
    """Return the newest clip that was rendered for what the cut shows now, if there is one."""
    basis = new.of(cut).basis
    fits = [
        take
        for take in takes
        if take.cut_id in (cut.id, cut.split_from)
        and (take.tier, take.source, take.basis) == (tier, "rendered", basis)
        and take.covers(cut)
    ]
    return fits[-1] if fits else None


def _fate(
    base: _Shown,
    new: _Shown,
    tier: Tier,
    stood: Cut | None,
    cut: Cut,
    clip: Clip | None,
    picked: Clip | None,
    unmade: bool,
) -> Fate:
    def fate(what: What, why: Code, kept: Clip | None, fields: Sequence[str] = ()) -> Fate:
        stale = kept is not None and kept.basis != new.of(cut).basis
        return Fate.of(cut, tier, what, why, kept, fields, stale=stale)

    if picked is not None and picked.covers(cut):
        return fate("kept", "picked", picked.model_copy(update={"cut": cut.number}))
    if clip is None or stood is None:
        return fate("rendered", "no_clip", None)
    known = clip.basis or base.of(stood).basis
    clip = clip.model_copy(update={"cut": cut.number, "cut_id": cut.id, "basis": known})
    if unmade:
        # What was asked for stays asked for, unless it was taken back.
        if known != new.of(cut).basis:
            return fate("rendered", "unmade", clip)
    elif changed := _changed(base.of(stood).seen, new.of(cut).seen):
        return fate("rendered", "content", clip, changed)
    if not clip.covers(cut):
        return fate("rendered", "too_short", clip)
    if (cut.num_frames, cut.start) != (stood.num_frames, stood.start):
        return fate("trimmed", "within_handles", clip)
    if cut.number != stood.number:
        return fate("moved", "place", clip)
    return fate("kept", "same", clip)


def _changed(was: Mapping[str, Any], is_: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the changed fields of a shot; empty if none."""
    # Staging is in neither of two cuts without one.
    return tuple(name for name in {**was, **is_} if was.get(name) != is_.get(name))
