"""Lender: the cut from which another was borrowed, and its clips."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conte.clip import Clip, Shot, Tier, basis_of
from conte.cut import Cut
from conte.revision.working import Working


@dataclass(frozen=True)
class Lender:
    working: Working
    """Version of the other direction from which the cut was borrowed."""
    cut: Cut
    takes: Sequence[Clip]
    """Clips of its cut: first the one that its version shows, then the others, oldest first."""

    def differs(self, new: Working, cut: Cut) -> tuple[str, ...]:
        """Return the fields of a shot in which the cut differs from the lender's."""
        there, here = _seen(self.cut, self.working), _seen(cut, new)
        return tuple(name for name in here if there[name] != here[name])

    def lent(self, new: Working, cut: Cut, tier: Tier) -> tuple[Clip, ...]:
        """Return the takes that show what the cut shows now, relabelled as clips of that cut."""
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
