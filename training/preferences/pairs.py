"""Scored candidates for one brief -> (chosen, rejected): pure, and the same each time."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from conte.brief import Brief
from conte.frozen import Frozen, digest
from training.scoring import Score

Told = dict[str, str]
"""A message: role and content."""
Prompted = Callable[[Brief], tuple[Told, ...]]
"""Brief -> the served scriptwriter's system and user messages."""


@dataclass(frozen=True)
class Candidate:
    """One answer to a brief, and what it is worth. `group`: the product type, for the split."""

    brief: Brief
    group: str
    manuscript: str
    score: Score


class Pair(Frozen):
    """A row of TRL's preference format, conversational, with an explicit prompt."""

    id: str
    group: str
    prompt: tuple[Told, ...]
    chosen: tuple[Told, ...]
    rejected: tuple[Told, ...]
    chosen_score: float
    rejected_score: float
    why: tuple[str, ...]
    """The scorer's findings on the rejected one."""


class Pairing(Frozen):
    margin: float = 0.05
    """A smaller difference of scores is noise, and makes no pair."""
    most: int = 4
    """Pairs a brief, so that one with many candidates does not outweigh the others."""
    worst_first: bool = False
    """Instead of the nearest: for answers that differ in more than one fault each."""


def pairs_of(
    candidates: Iterable[Candidate], prompted: Prompted, pairing: Pairing
) -> Iterator[Pair]:
    """Pairs of each brief: the best that passes every check, against those that are clearly worse.

    The nearest worse ones first, for a pair teaches most where little is wrong (or the worst), but
    one of each kind of fault before a second one. A brief of which no candidate passes gives none.
    """
    of: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        of[digest(candidate.brief.model_dump(mode="json"))].append(candidate)
    for key in sorted(of):
        yield from _of_brief(key, of[key], prompted, pairing)


def _of_brief(
    key: str, candidates: Sequence[Candidate], prompted: Prompted, pairing: Pairing
) -> Iterator[Pair]:
    unlike = {candidate.manuscript: candidate for candidate in candidates}
    ranked = sorted(unlike.values(), key=lambda c: (-c.score.value, digest(c.manuscript)))
    chosen = next((candidate for candidate in ranked if candidate.score.passes), None)
    if chosen is None:
        return
    prompt = prompted(chosen.brief)
    worse = [c for c in ranked if chosen.score.value - c.score.value >= pairing.margin]
    if pairing.worst_first:
        worse.reverse()
    for rejected in _varied(worse)[: pairing.most]:
        yield Pair(
            id=digest([key, chosen.manuscript, rejected.manuscript])[:16],
            group=chosen.group,
            prompt=prompt,
            chosen=({"role": "assistant", "content": chosen.manuscript},),
            rejected=({"role": "assistant", "content": rejected.manuscript},),
            chosen_score=chosen.score.value,
            rejected_score=rejected.score.value,
            why=rejected.score.reasons,
        )


def _varied(ranked: Sequence[Candidate]) -> list[Candidate]:
    """Reorder so that candidates with a new kind of fault come first."""
    seen: Counter[tuple[str, ...]] = Counter()
    rounds: list[tuple[int, int]] = []
    for at, candidate in enumerate(ranked):
        fails = tuple(part.name for part in candidate.score.parts if not part.ok)
        rounds.append((seen[fails], at))
        seen[fails] += 1
    return [ranked[at] for _, at in sorted(rounds)]
