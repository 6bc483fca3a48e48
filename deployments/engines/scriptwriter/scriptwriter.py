"""Scriptwriter: Brief and seed -> treatment, then cut after cut, by a language model.

Knows a `Chat`, not its server. Parts that break a rule are requested again, alone and a limited
number of times; nothing invalid is yielded.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any, TypeVar

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.conte import Treatment
from conte.cut import Cut
from conte.direction import direction_seed
from conte.production import Provenance, Sampling
from conte.variant import VariantOf
from deployments.engines.adapter import adapter_for
from deployments.engines.chat import Chat, ChatRequest, CutOff
from deployments.engines.protocols import ConteError
from deployments.engines.scriptwriter.prompts import prompt_at, prompt_in
from deployments.engines.scriptwriter.proof import (
    OPENING,
    BrokenError,
    Opening,
    read_cut,
    read_opening,
)
from deployments.engines.scriptwriter.requests import ConteRequests
from deployments.engines.scriptwriter.stream import Member, MemberStream
from serve.settings import ConteSettings

Read = TypeVar("Read")
_UNFINISHED = "it ended before it was whole"


class Scriptwriter:
    """A conte engine on a language model. Each conte names its prompt, sampling and adapter."""

    prompt_version: str | None = None
    """Always None: the version depends on the language, and each conte's `Provenance` names it."""

    def __init__(self, chat: Chat, settings: ConteSettings, rates: Rates | None = None) -> None:
        """Read the custom prompt files.

        Raises:
            ValueError: naming the setting, if a custom prompt file is invalid.
        """
        self.id = chat.id
        self._chat = chat
        self._settings = settings
        self._rates = rates or Rates()
        self._prompts = {
            language: prompt_at(path, language) for language, path in settings.prompts.items()
        }

    def write(self, brief: Brief, seed: int) -> AsyncIterator[Provenance | Treatment | Cut]:
        """Write the brief's first direction; see `write_direction`."""
        return self.write_direction(brief, seed, 0, ())

    async def write_direction(
        self,
        brief: Brief,
        seed: int,
        index: int,
        before: Sequence[Treatment],
        variant_of: VariantOf | None = None,
    ) -> AsyncIterator[Provenance | Treatment | Cut]:
        """Yield a `Provenance`, the treatment once it is accepted, then each cut as it closes.

        `before`: earlier directions, as far as known; this one must be another idea, and its
        requests have other seeds. With `variant_of` it keeps that direction's structure.

        Raises:
            ConteError: naming the cut and its fault, when the repairs are used up.
            ModelAway: if the model cannot be reached.
        """
        settings = self._settings
        prompt = self._prompts.get(brief.language) or prompt_in(brief.language)
        asking = ConteRequests(
            brief=brief,
            seed=direction_seed(seed, index),
            prompt=prompt,
            sampling=Sampling(
                temperature=settings.temperature,
                top_p=settings.top_p,
                max_tokens=settings.max_tokens,
            ),
            adapter=adapter_for(brief, settings.adapters),
            rates=self._rates,
            direction=index,
            before=before,
            variant_of=variant_of,
        )
        yield Provenance(
            engine=self.id,
            seed=seed,
            prompt_version=asking.prompt_version,
            sampling=asking.sampling,
            adapter=asking.adapter,
            direction=index,
        )
        opening, wrong = None, ""
        async with aclosing(self._members(asking.for_conte())) as members:
            try:
                opening = await _opening(members, brief)
            except BrokenError as error:
                wrong = str(error)
            else:
                yield opening.treatment
                async with aclosing(self._cuts(members, asking, opening)) as cuts:
                    async for cut in cuts:
                        yield cut
        if opening is None:
            opening = await self._opening_again(asking, wrong)
            yield opening.treatment
            async with (
                aclosing(self._members(asking.for_cuts(opening))) as members,
                aclosing(self._cuts(members, asking, opening)) as cuts,
            ):
                async for cut in cuts:
                    yield cut

    async def _cuts(
        self, members: AsyncIterator[Member], asking: ConteRequests, opening: Opening
    ) -> AsyncGenerator[Cut]:
        """Yield every cut of the pacing, in order; missing or invalid ones are requested again.

        During a repair the stream is not read: later cuts have to wait for the repaired one anyway.
        """
        cuts: list[Cut] = []
        async for member in members:
            if member.index is None:
                continue
            try:
                if member.wrong:
                    raise BrokenError(member.wrong)
                cut = read_cut(member.value, opening, cuts, asking.brief)
            except BrokenError as error:
                cut = await self._cut_again(asking, opening, cuts, str(error))
            cuts.append(cut)
            yield cut
            if len(cuts) == len(opening.frames):
                return
        while len(cuts) < len(opening.frames):
            cuts.append(await self._cut_again(asking, opening, cuts, _UNFINISHED))
            yield cuts[-1]

    async def _opening_again(self, asking: ConteRequests, wrong: str) -> Opening:
        return await self._again(
            "the treatment",
            wrong,
            asking.for_treatment,
            lambda written: read_opening(written, asking.brief),
        )

    async def _cut_again(
        self, asking: ConteRequests, opening: Opening, before: list[Cut], wrong: str
    ) -> Cut:
        return await self._again(
            f"cut {len(before) + 1}",
            wrong,
            lambda wrong, attempt: asking.for_cut(opening, before, wrong, attempt),
            lambda written: read_cut(written, opening, before, asking.brief),
        )

    async def _again(
        self,
        what: str,
        wrong: str,
        ask: Callable[[str, int], ChatRequest],
        read: Callable[[dict[str, Any]], Read],
    ) -> Read:
        """Request a part again, until `read` accepts it; return it.

        Raises:
            ConteError: naming the part and its fault, when the repairs are used up.
        """
        repairs = self._settings.max_repairs
        for attempt in range(1, repairs + 1):
            try:
                return read(await self._document(ask(wrong, attempt)))
            except BrokenError as error:
                wrong = str(error)
        times = f"{repairs + 1} attempts" if repairs else "1 attempt"
        raise ConteError(f"{what} could not be written in {times}: {wrong}")

    async def _document(self, request: ChatRequest) -> dict[str, Any]:
        written: dict[str, Any] = {}
        stream = MemberStream()
        async with aclosing(self._members(request, stream)) as members:
            async for member in members:
                if member.wrong:
                    raise BrokenError(f"{member.key}: {member.wrong}")
                written[member.key] = member.value
        if not stream.ended:
            raise BrokenError(_UNFINISHED)
        return written

    async def _members(
        self, request: ChatRequest, stream: MemberStream | None = None
    ) -> AsyncGenerator[Member]:
        """Yield the model's output, member by member; a truncated stream just ends."""
        stream = stream or MemberStream(streamed="cuts")
        try:
            async with aclosing(self._chat.stream(request)) as deltas:
                async for delta in deltas:
                    for member in stream.feed(delta):
                        yield member
        except CutOff:
            return


async def _opening(members: AsyncIterator[Member], brief: Brief) -> Opening:
    """Return the opening as soon as its last member is complete.

    Raises:
        BrokenError: if it breaks a rule, or a cut comes before it is complete.
    """
    written: dict[str, Any] = {}
    async for member in members:
        if member.key == "cuts":
            missing = [name for name in OPENING if name not in written]
            raise BrokenError(f"the cuts come before {', '.join(missing)}")
        written[member.key] = member.value
        if written.keys() >= set(OPENING):
            return read_opening(written, brief)
    raise BrokenError(_UNFINISHED)
