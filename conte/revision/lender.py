"""Lender: the cut that another was borrowed from, whose clips it has where both show the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conte.clip import Clip, Shot, Tier, basis_of
from conte.cut import Cut
from conte.revision.working import Working


@dataclass(frozen=True)
class Lender:
    working: Working
    """The other direction's version, as it was borrowed from."""
    cut: Cut
    takes: Sequence[Clip]
    """Clips that its cut has had: first the one that stands in that version, then the others, the
    oldest first. Each says what it was made from."""

    def differs(self, new: Working, cut: Cut) -> tuple[str, ...]:
        """Return what is seen of the cut and not of the lender's, as field names of a shot."""
        there, here = _seen(self.cut, self.working), _seen(cut, new)
        return tuple(name for name in here if there[name] != here[name])

    def lent(self, new: Working, cut: Cut, tier: Tier) -> tuple[Clip, ...]:
        """Return the takes that show what the cut shows now, as clips of it."""
        here = basis_of(cut, new.conte.treatment, new.brief)
        shows_it = {here}
        if not self.differs(new, cut):
            shows_it.add(basis_of(self.cut, self.working.conte.treatment, self.working.brief))
        as_here = {
            "cut": cut.number,
            "cut_id": cut.id,
            "basis": here,
            # Nothing was rendered for this production.
            "render_s": 0.0,
            "reused": True,
        }
        return tuple(
            # A borrowed cut's time begins where the lender's cut begins.
            take.model_copy(update={**as_here, "start": take.start - self.cut.start})
            for take in self.takes
            if take.tier == tier and take.basis in shows_it
        )


def _seen(cut: Cut, working: Working) -> dict[str, Any]:
    content = Shot.of(cut, working.conte.treatment, working.brief, 0, 720).content
    for entry in content["shows"]:
        del entry["id"]  # a name within its sheet, under which nothing is seen
    return content
