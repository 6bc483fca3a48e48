"""Scored candidates for one brief -> preference pairs (chosen, rejected). Pure and
deterministic."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from conte.brief import Brief
from conte.frozen import Frozen, digest
from training.scoring import Score

Told = dict[str, str]
"""A message, with `role` and `content`."""
Prompted = Callable[[Brief], tuple[Told, ...]]
"""Function from a brief to the served scriptwriter's system and user messages."""


@dataclass(frozen=True)
class Candidate:
    """One answer to a brief with its score. `group`: the product type, by which splits are made."""

    brief: Brief
    group: str
    manuscript: str
    score: Score


class Pair(Frozen):
    """A row in TRL's conversational preference format, with an explicit prompt."""

    id: str
    group: str
    prompt: tuple[Told, ...]
    chosen: tuple[Told, ...]
    rejected: tuple[Told, ...]
    chosen_score: float
    rejected_score: float
    why: tuple[str, ...]
    """Reasons for which the scorer marked the rejected answer down."""


class Pairing(Frozen):
    margin: float = 0.05
    """Least difference of the scores of a pair; smaller ones are noise."""
    most: int = 4
    """Largest number of pairs per brief, so that one with many candidates does not outweigh
    others."""
    worst_first: bool = False
    """Whether to pair with the worst answers instead of the nearest, for answers with many faults
    each."""


def pairs_of(
    candidates: Iterable[Candidate], prompted: Prompted, pairing: Pairing
) -> Iterator[Pair]:
    """Yield pairs for each brief: its best candidate that passes every check, with clearly worse
    ones.

    A pair teaches most where little is wrong, so the candidates nearest in score come first (or the
    worst, see `worst_first`); but each kind of fault comes once before any comes twice. A brief
    without a passing candidate gives no pair.
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
    """Reorder: each combination of faults occurs once before any occurs a second time."""
    seen: Counter[tuple[str, ...]] = Counter()
    rounds: list[tuple[int, int]] = []
    for at, candidate in enumerate(ranked):
        fails = tuple(part.name for part in candidate.score.parts if not part.ok)
        rounds.append((seen[fails], at))
        seen[fails] += 1
    return [ranked[at] for _, at in sorted(rounds)]
