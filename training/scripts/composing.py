"""Writes orders with the composer: no model, no key, the same result on every machine."""

import asyncio
from collections.abc import Sequence

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.conte import Conte, Treatment
from conte.cut import Cut
from deployments.engines.composer import Composer
from deployments.engines.composer.choosing import structure_of
from training.scoring import Scorer
from training.scripts.as_written import manuscript_of
from training.scripts.order import Order
from training.scripts.written import WrittenScript, judged

MOST_SEEDS = 200
"""Largest number of seeds that are tried until the composer chooses the ordered structure."""
_TRIES = 2
"""Number of attempts, each with another seed, at a script that passes the checks."""


class ComposerWriter:
    def __init__(self, rates: Rates | None = None) -> None:
        self._rates = rates or Rates()
        self._scorer = Scorer(self._rates)

    def write_all(self, orders: Sequence[Order]) -> list[WrittenScript]:
        return [self.write(order) for order in orders]

    def write(self, order: Order) -> WrittenScript:
        seeds = range(order.seed, order.seed + MOST_SEEDS)
        tries = 0
        written = WrittenScript(
            order=order.id,
            engine=Composer.id,
            prompt_version=None,
            seed=order.seed,
            dropped="unsuited",
            reasons=(f"{order.structure} did not come in {MOST_SEEDS} seeds",),
        )
        for seed in seeds:
            if structure_of(order.brief, seed).id != order.structure:
                continue
            written = self._written(order, seed, repaired=tries > 0)
            tries += 1
            if written.kept or tries == _TRIES:
                break
        return written

    def _written(self, order: Order, seed: int, repaired: bool) -> WrittenScript:
        conte = asyncio.run(_conte(Composer(self._rates), order.brief, seed))
        manuscript = manuscript_of(conte, order.brief, self._rates)
        score = self._scorer.score(manuscript, order.brief)
        dropped, reasons = judged(len(conte.cuts), order.cuts, score)
        return WrittenScript(
            order=order.id,
            engine=Composer.id,
            prompt_version=None,
            seed=seed,
            repaired=repaired,
            manuscript=manuscript,
            score=score,
            dropped=dropped,
            reasons=reasons,
        )


async def _conte(composer: Composer, brief: Brief, seed: int) -> Conte:
    parts = [part async for part in composer.write(brief, seed)]
    treatment = next(part for part in parts if isinstance(part, Treatment))
    return Conte.of(treatment, tuple(part for part in parts if isinstance(part, Cut)))
