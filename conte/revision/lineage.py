"""Origin of one version's cuts in another: split, merged, removed, passed."""

from collections.abc import Container, Mapping, Sequence

from conte.conte import Conte
from conte.cut import Cut
from conte.revision.halves import JOINTS


def gone_after(
    before: Sequence[str], after: Container[str], displaced: Container[str]
) -> dict[str, list[str]]:
    """Return the removed cuts by the unmoved cut before them; "" if there is none."""
    gone: dict[str, list[str]] = {}
    last = ""
    for one in before:
        if one not in after:
            gone.setdefault(last, []).append(one)
        elif one not in displaced:
            last = one
    return gone


def split_from(cut: Cut, base: Conte) -> Cut | None:
    """Return the cut that a new one was part of, preferably one whose frames included it.

    A half that is split again names the original cut, as the first half did.
    """
    if not cut.split_from:
        return None
    kin = [one for one in base.cuts if cut.split_from in (one.id, one.split_from)]
    return next((one for one in kin if _lasts_over(one, cut)), kin[0] if kin else None)


def merged_into(cut: Cut, base: Conte, after: Mapping[str, Cut]) -> Cut | None:
    """Return the cut, as it is now, that took a removed cut's time and words; None if none did.

    It is either half of a split that now lasts over both, or the cut before it, longer by all its
    frames and with its words and transition.
    """
    for one in base.cuts:
        now = after.get(one.id)
        if now is not None and now.num_frames > one.num_frames:
            kin = (cut.split_from or cut.id) == (one.split_from or one.id)
            if kin and _lasts_over(now, cut):
                return now
            if one.number == cut.number - 1 and _took_over(one, cut, now):
                return now
    return None


def _lasts_over(cut: Cut, other: Cut) -> bool:
    ends = cut.start + cut.num_frames
    return cut.start <= other.start and other.start + other.num_frames <= ends


def _took_over(one: Cut, other: Cut, now: Cut) -> bool:
    return (
        now.num_frames == one.num_frames + other.num_frames
        and now.transition == other.transition
        and all(getattr(other, name) in getattr(now, name) for name in JOINTS)
        and all(line in now.dialogue for line in other.dialogue)
    )


def passed(cut: str, before: Sequence[str], after: Sequence[str]) -> str:
    """Return a cut that stands on the other side of this one than before."""
    had = set(before[: before.index(cut)])
    has = set(after[: after.index(cut)])
    return next(one for one in before if one in after and (one in had) != (one in has))
