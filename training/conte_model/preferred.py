"""Judges with a paid language model which of two models' contes is better, brief by brief."""

import asyncio
from collections.abc import Mapping, Sequence

from deployments.engines.chat import ChatRefused, ModelAway
from deployments.engines.paid import BudgetSpent, PaidChat, open_purses, purse_for
from deployments.engines.protocols import ConteError
from serve.settings import PaidSettings
from training.conte_model.chats import ChatSample
from training.scoring.judge import Judge, Judgement, UnusableOpinion, Verdict, judgement
from training.scoring.reading import read_manuscript

AT_ONCE = 8


def preferred(
    samples: Sequence[ChatSample], mine: Mapping[str, str], theirs: Mapping[str, str],
    settings: PaidSettings, records: str,
) -> Judgement:  # fmt: skip
    """Judge the pairs of contes that can both be read; the others count as unanswered. `mine` and
    `theirs` are the written texts by the samples' ids. `records`: SQLAlchemy URL of stored answers,
    so that no pair is paid for twice.

    Raises:
        ValueError: if no pair can be judged, or the budget does not suffice.
        ConteError: if the judge is unavailable, or refuses.
        DatabaseUnavailable: if the records cannot be opened.
    """
    purse = purse_for(settings, open_purses(records), "")
    return asyncio.run(
        _preferred(samples, mine, theirs, PaidChat(settings, purse, setting="judge"))
    )


async def _preferred(
    samples: Sequence[ChatSample],
    mine: Mapping[str, str],
    theirs: Mapping[str, str],
    chat: PaidChat,
) -> Judgement:
    judge, slots = Judge(chat.ask), asyncio.Semaphore(AT_ONCE)

    async def one(sample: ChatSample) -> Verdict | None:
        a, b = (read_manuscript(text[sample.id], sample.brief).conte for text in (mine, theirs))
        if a is None or b is None:
            return None
        async with slots:
            try:
                return await judge.compare(sample.brief, a, b)
            except (ModelAway, ChatRefused):
                raise
            except (UnusableOpinion, ConteError):
                return None

    try:
        # Wait for all requests: those that are sent are paid for, so their answers have to be
        # stored.
        found = await asyncio.gather(*map(one, samples), return_exceptions=True)
    finally:
        await chat.aclose()
    verdicts: list[Verdict] = []
    groups: list[str] = []
    for sample, verdict in zip(samples, found, strict=True):
        if isinstance(verdict, BudgetSpent):
            raise ValueError(f"judge.budget: {verdict}; what was answered is kept")
        if isinstance(verdict, BaseException):
            raise verdict
        if verdict is not None:
            verdicts.append(verdict)
            groups.append(sample.group)
    if not verdicts:
        raise ValueError("judge.model: of no pair could both contes be read and judged")
    return judgement(verdicts, groups, len(samples) - len(verdicts))
